"""What a request may be, and what every response has."""

import asyncio

import pytest

from audiostyle.serving.requests import MOST_BYTES, Gate, Rates, Refused, parse_body, read_cookies


def test_a_bucket_fills_again_and_never_overflows():
    rates = Rates(per_second=2.0, burst=3.0)
    assert [rates.take("a", now=0.0) for _ in range(5)] == [True] * 3 + [False] * 2
    assert rates.take("b", now=0.0)
    assert [rates.take("a", now=0.5) for _ in range(2)] == [True, False]
    assert [rates.take("a", now=1000.0) for _ in range(4)] == [True] * 3 + [False]


def test_buckets_are_not_remembered_forever():
    rates = Rates(1.0, 1.0)
    for who in range(50_000):
        rates.take(str(who), now=0.0)
    assert len(rates._buckets) == 20_000


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"3", b'"x"', b"{", b"{'a': 1}", b'{"a": NaN}', b'{"a": Infinity}', b"\xff\xfe",
        b"[" * 9000,
        b'{"a":' * 3000, b'{"a": ' + b"9" * 5000 + b"}",
    ],
)  # fmt: skip
def test_what_is_no_object_of_json_is_refused(body):
    with pytest.raises(Refused) as caught:
        parse_body(body)
    assert caught.value.status == 400 and len(body) <= MOST_BYTES


def test_damaged_cookies_are_none():
    assert read_cookies({"cookie": "a=1; b=2"}) == {"a": "1", "b": "2"}
    assert read_cookies({}) == {}
    assert read_cookies({"cookie": ";;;=\x01"}) in ({}, {"": ""})


def send_request(gate, path, headers, chunks):
    """Return the status that a gate answers a POST with."""
    parts = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    parts.append({"type": "http.request", "body": b"", "more_body": False})
    sent = []

    async def receive():
        return parts.pop(0)

    async def send(message):
        sent.append(message)

    given = {"host": "localhost", **headers}
    scope = {
        "type": "http", "method": "POST", "path": path, "client": ("127.0.0.1", 1),
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
    }  # fmt: skip
    asyncio.run(gate(scope, receive, send))
    return sent[0]["status"]


async def take_all(scope, receive, send):
    while (await receive())["more_body"]:
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@pytest.mark.parametrize(
    ("path", "kind", "sizes", "status"),
    [
        ("/up", "application/octet-stream", [50_000, 50_000], 200),
        ("/up", "application/octet-stream", [50_000, 50_001], 413),  # whatever its headers said
        ("/up", "application/json", [10], 415),
        ("/other", "application/octet-stream", [10], 415),
        ("/other", "application/json", [50_000], 413),
    ],
)
def test_only_the_path_of_uploads_takes_files_and_no_larger_ones(path, kind, sizes, status):
    gate = Gate(
        take_all, frozenset({"localhost"}), None, "c", Rates(9, 9), uploads="/up", most_upload=100_000
    )
    chunks = [b"x" * size for size in sizes]
    assert send_request(gate, path, {"content-type": kind}, chunks) == status
