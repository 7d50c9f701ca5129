"""The page's server: files are bounded and removed, nobody sees another's, everything else is refused."""

import asyncio
import time

import numpy as np
import pytest
import soundfile

pytest.importorskip("starlette")
import httpx
from pages import OFFER, pretend
from starlette.testclient import TestClient

from audiostyle.app.downloads import convert
from audiostyle.app.limits import Limits
from audiostyle.app.server import open_app

HOST = "http://127.0.0.1:7860"
BINARY = {"content-type": "application/octet-stream"}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    with open_app(OFFER, pretend, Limits(upload=300_000, waiting=2, spare=0), folder=folder) as server:
        server.place = folder
        yield server
    assert list(folder.iterdir()) == []


@pytest.fixture
def wave(tmp_path):
    soundfile.write(tmp_path / "a.flac", 0.1 * np.sin(np.arange(22050) * 0.1), 22050)
    return (tmp_path / "a.flac").read_bytes()


def open_client(server, **settings):
    client = TestClient(server.app, base_url=HOST, **settings)
    assert client.get("/api/state").status_code == 200
    return client


@pytest.fixture
def client(server):
    return open_client(server)


def upload(client, data, name="my song.flac", kind="sound", **headers):
    return client.post(
        "/api/uploads", params={"kind": kind, "name": name}, content=data, headers=BINARY | headers
    )


def start(client, data, **options):
    content = upload(client, data).json()["id"]
    return client.post(
        "/api/jobs", json={"kind": "translate", "content": content, "domain": "piano", **options}
    )


def wait(client, job, state=None):
    deadline = time.monotonic() + 60
    while True:
        told = client.get(f"/api/jobs/{job['id']}").json()
        if told["state"] == state or told["state"] in ("done", "failed", "canceled"):
            return told
        assert time.monotonic() < deadline, told
        time.sleep(0.01)


def test_from_upload_to_download(client, wave):
    told = upload(client, wave).json()
    assert told["name"] == "my song.flac" and told["seconds"] == 1.0
    done = wait(client, start(client, wave).json())
    assert done["state"] == "done" and done["share"] == 1.0 and done["sources"] == ["my song.flac"]
    at = f"/results/{done['id']}/{done['result']['made']}"
    assert client.get(at).content == wave
    part = client.get(at, headers={"range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, wave[10:20])
    stored = client.get(at, params={"as": "wav"})
    assert stored.content[:4] == b"RIFF"
    assert 'filename="my song.made.wav"' in stored.headers["content-disposition"].replace("%20", " ").replace(
        "filename*=utf-8''my song.made.wav", 'filename="my song.made.wav"'
    )
    assert client.get(at, params={"as": "exe"}).status_code == 422
    state = client.get("/api/state").json()
    assert [job["id"] for job in state["jobs"]] == [done["id"]]


def test_examples_are_there_without_files_of_ones_own(client):
    for kind, name in (("sound", "chorale.ogg"), ("picture", "photo.jpg"), ("style", "dusk.jpg")):
        assert client.post(f"/api/examples/{kind}", json={}).json()["name"] == name
    assert client.post("/api/examples/secret", json={}).status_code == 404


def test_failures_are_sentences_without_folders(client, server, wave):
    failed = wait(client, start(client, wave, transpose=1).json())
    assert failed["error"] == "my song.flac: cannot be played"
    bad = upload(client, b"no sound at all", "bad.mp3")
    assert bad.status_code == 422 and bad.json()["error"].startswith("bad.mp3: ")
    assert str(server.place) not in bad.text


def test_a_job_is_canceled(client, wave):
    job = wait(client, start(client, wave, transpose=4).json(), "running")
    assert client.post(f"/api/jobs/{job['id']}/cancel", json={}).json()["state"] == "canceled"
    assert wait(client, start(client, wave).json())["state"] == "done"


def test_unfinished_jobs_of_one_browser_are_bounded(client, wave):
    jobs = [start(client, wave, transpose=4) for _ in range(3)]
    assert [response.status_code for response in jobs] == [200, 200, 429]
    for response in jobs[:2]:
        client.post(f"/api/jobs/{response.json()['id']}/cancel", json={})


def test_nobody_sees_anothers_files_and_jobs(client, server, wave):
    done = wait(client, start(client, wave).json())
    mine = client.get("/api/state").json()["uploads"][0]["id"]
    other = open_client(server)
    assert other.get("/api/state").json()["jobs"] == []
    assert other.get(f"/api/jobs/{done['id']}").status_code == 404
    assert other.get(f"/results/{done['id']}/made.flac").status_code == 404
    assert other.post(f"/api/jobs/{done['id']}/cancel", json={}).status_code == 404
    stolen = {"kind": "translate", "content": mine, "domain": "piano"}
    assert other.post("/api/jobs", json=stolen).status_code == 404
    stranger = TestClient(server.app, base_url=HOST)
    assert stranger.get(f"/results/{done['id']}/made.flac").status_code == 401


def test_the_cookie_is_for_this_page_alone(server):
    response = TestClient(server.app, base_url=HOST).get("/api/state")
    cookie = response.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie
    assert "default-src 'none'" in response.headers["content-security-policy"]


@pytest.mark.parametrize(
    "path", ["/results/x/y", "/web/../server.py", "/web/server.py", "/api", "/..%2f..%2fetc/passwd"]
)
def test_nothing_else_is_served(client, path):
    assert client.get(path).status_code in (401, 404)


def test_only_names_of_results_are_files(client, wave):
    done = wait(client, start(client, wave).json())
    for name in ("..%2f..%2fx", "made.wav", ".", "%2e%2e"):
        assert client.get(f"/results/{done['id']}/{name}").status_code == 404


@pytest.mark.parametrize(
    ("data", "headers", "status"),
    [
        (b"x" * 300_001, {}, 413),
        (iter([b"x" * 150_000] * 3), {}, 413),  # whatever its headers said
        (b"x", {"content-type": "application/json"}, 415),
        (b"x", {"origin": "http://evil.example"}, 403),
        (b"x", {"host": "evil.example"}, 421),
    ],
)
def test_hostile_uploads_are_refused_and_leave_nothing(client, server, data, headers, status):
    before = sorted(server.place.rglob("*"))
    assert upload(client, data, **headers).status_code == status
    assert sorted(server.place.rglob("*")) == before


@pytest.mark.parametrize("body", [{}, {"kind": "x"}, {"kind": "translate", "content": 3, "domain": "piano"}])
def test_what_is_no_request_is_refused(client, body):
    response = client.post("/api/jobs", json=body)
    assert response.status_code in (400, 404) and response.json()["error"]


def test_from_other_machines_the_token_is_needed(tmp_path):
    with open_app(OFFER, pretend, Limits(), token="secret", folder=tmp_path) as server:
        client = TestClient(server.app, base_url="http://far.example")
        assert client.get("/api/state").status_code == client.get("/?token=wrong").status_code == 403
        assert client.get("/?token=secret").status_code == 200
        assert client.get("/api/state").status_code == 200


def test_an_upload_that_breaks_off_is_one_line_in_the_log_and_leaves_nothing(server, client, wave, caplog):
    path = "/api/uploads"
    before = len(client.get("/api/state").json()["uploads"])
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    headers = {"host": "localhost", "cookie": cookies, "content-type": "application/octet-stream"}
    scope = {
        "type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "http_version": "1.1",
        "query_string": b"kind=sound&name=half.wav", "scheme": "http", "client": ("127.0.0.1", 1),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip
    messages = iter(
        [{"type": "http.request", "body": b"half", "more_body": True}, {"type": "http.disconnect"}]
    )
    sent = []

    async def receive():
        return next(messages)

    async def send(message):
        sent.append(message)

    asyncio.run(server.app(scope, receive, send))
    assert sent[0]["status"] == 400 and "broke off" in caplog.text
    assert len(client.get("/api/state").json()["uploads"]) == before


def test_who_asks_ten_times_keeps_one_core_busy(server, client, wave, monkeypatch):
    done = wait(client, start(client, wave).json())
    at = f"/results/{done['id']}/{done['result']['made']}"
    busy, most = [0], [0]

    def count(path, suffix):
        busy[0] += 1
        most[0] = max(most[0], busy[0])
        time.sleep(0.01)
        busy[0] -= 1
        return convert(path, suffix)

    monkeypatch.setattr("audiostyle.app.server.convert", count)

    async def ask():
        transport = httpx.ASGITransport(server.app)
        async with httpx.AsyncClient(
            transport=transport, base_url=HOST, cookies=dict(client.cookies)
        ) as asking:
            return await asyncio.gather(*(asking.get(at, params={"as": "ogg"}) for _ in range(10)))

    answers = asyncio.run(ask())
    assert {answer.status_code for answer in answers} == {200} and len({one.content for one in answers}) == 1
    assert most == [1]
