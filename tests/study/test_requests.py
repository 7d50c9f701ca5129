"""What a request may be, and what every response has."""

import pytest

from audiostyle.study.requests import MOST_BYTES, Rates, Refused, parse_body, read_cookies


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
