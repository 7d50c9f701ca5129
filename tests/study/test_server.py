"""The web page's server: nothing is lost, nothing is twice, nothing is given to who must not have it."""

import json
import logging
import sqlite3

import pytest

pytest.importorskip("starlette")
from starlette.testclient import TestClient

from audiostyle.study.files import load_study
from audiostyle.study.server import StudyServer, open_server

HOST = "http://127.0.0.1:8000"


def make_client(server, **settings):
    return TestClient(server.app, base_url=HOST, **settings)


@pytest.fixture
def server(folder):
    with open_server(folder) as server:
        yield server


@pytest.fixture
def client(server):
    return make_client(server)


def begin(client):
    response = client.post("/api/begin", json={"consent": True})
    assert response.status_code == 200, response.text
    return response.json()


def make_answer(state, choice="first"):
    plays = [1] * len(state["stimuli"])
    return {
        "trial": state["trial"],
        "answer": {"choice": choice},
        "milliseconds": 1200,
        "plays": plays,
        "sample_rate": 48000,
    }


def answer(client, state, choice="first"):
    return client.post("/api/answer", json=make_answer(state, choice))


def count(folder, table="answers"):
    with sqlite3.connect(folder / "answers.sqlite") as db:
        return db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def test_a_whole_session(client, folder):
    assert client.get("/api/state").json()["stage"] == "consent"
    state = begin(client)
    total, seen = state["total"], []
    while state["stage"] == "trial":
        seen.append(state["trial"])
        for key in state["stimuli"]:
            assert client.get(f"/media/{key}").content == (folder / f"media/{key}.flac").read_bytes()
        state = answer(client, state).json()
    assert seen == list(range(total)) and state["stage"] == "done"
    assert client.post("/api/comment", json={"comment": "<b>fine</b>"}).status_code == 200
    assert count(folder) == total


def test_who_comes_back_goes_on_where_they_stopped(client, server, folder):
    state = answer(client, begin(client)).json()
    again = make_client(server, cookies=dict(client.cookies))
    assert again.get("/api/state").json() == state
    assert begin(again) == state and count(folder, "sessions") == 1


def test_a_new_server_goes_on_where_the_old_one_ended(client, server, folder):
    state = answer(client, begin(client)).json()
    cookies = dict(client.cookies)
    server.close()
    with open_server(folder) as other:
        assert make_client(other, cookies=cookies).get("/api/state").json() == state


def test_the_same_answer_twice_is_stored_once(client, folder):
    state = begin(client)
    one, two = answer(client, state), answer(client, state)
    assert one.status_code == two.status_code == 200 and one.json() == two.json() and count(folder) == 1


def test_two_tabs_do_not_answer_one_trial_twice(client, server, folder):
    state = begin(client)
    other = make_client(server, cookies=dict(client.cookies))
    assert answer(client, state, "first").status_code == 200
    assert answer(other, state, "second").status_code == 409 and count(folder) == 1
    assert other.get("/api/state").json()["trial"] == 1


def test_trials_cannot_be_skipped_or_invented(client, folder):
    state = begin(client)
    for trial, status in (
        (state["trial"] + 1, 409),
        (10_000, 404),
        (-1, 400),
        ("0", 400),
        (True, 400),
        (None, 400),
    ):
        assert client.post("/api/answer", json=make_answer(state) | {"trial": trial}).status_code == status
    assert count(folder) == 0


def test_listeners_do_not_see_each_other(server, folder):
    one, other = make_client(server), make_client(server)
    first = begin(one)
    answer(one, first, "second")
    state = begin(other)
    assert state["trial"] == 0 and count(folder, "sessions") == 2
    assert "answer" not in json.dumps(one.get("/api/state").json() | {"question": ""})
    forged = make_client(server, cookies={f"listener-{server.study.id}": "0"})
    assert forged.get("/api/state").json()["stage"] == "consent"
    assert answer(forged, state).status_code == 401


def test_only_stimuli_of_the_present_trial_are_given(client, server):
    state = begin(client)
    others = set(server.study.by_key) - set(state["stimuli"])
    assert others
    for key in others:
        assert client.get(f"/media/{key}").status_code == 404
    assert make_client(server).get(f"/media/{state['stimuli'][0]}").status_code == 401


@pytest.mark.parametrize(
    "path",
    [
        "/study.toml", "/answers.sqlite", "/web/../server.py", "/web/%2e%2e/server.py", "/web/..%2fserver.py",
        "/web/", "/media/../study.toml", "/media/..%2fstudy.toml", "/media/%2fetc%2fpasswd", "/media/x%00",
        "/docs", "/openapi.json", "/web/report.css%00.html", "/api/answers", "//etc/passwd",
    ],
)  # fmt: skip
def test_nothing_else_is_served(client, path):
    begin(client)
    response = client.get(path)
    assert (
        response.status_code == 404
        and b"[texts]" not in response.content
        and b"SQLite" not in response.content
    )


@pytest.mark.parametrize(
    ("settings", "status"),
    [
        ({"content": b"{}", "headers": {"content-type": "text/plain"}}, 415),
        ({"content": b"{}", "headers": {"content-type": "application/x-www-form-urlencoded"}}, 415),
        ({"json": {"consent": True}, "headers": {"origin": "http://evil.example"}}, 403),
        ({"json": {"consent": True}, "headers": {"origin": "null"}}, 403),
        ({"json": {"consent": True}, "headers": {"host": "evil.example"}}, 421),
        ({"content": b"x" * 20_000, "headers": {"content-type": "application/json"}}, 413),
        ({"content": iter([b"x" * 9000] * 3), "headers": {"content-type": "application/json"}}, 413),
        ({"content": b"{", "headers": {"content-type": "application/json"}}, 400),
        ({"json": {"consent": False}}, 400),
        ({"json": {"consent": True, "session": 0}}, 400),
    ],
)
def test_hostile_requests_are_refused_and_logged(client, folder, caplog, settings, status):
    with caplog.at_level(logging.WARNING):
        assert client.post("/api/begin", **settings).status_code == status
    assert any(record.message.startswith("refused") for record in caplog.records)
    assert count(folder, "sessions") == 0


def test_other_methods_are_refused(client):
    for method in ("PUT", "DELETE", "TRACE", "PATCH", "OPTIONS"):
        assert client.request(method, "/api/state").status_code == 405
    assert client.get("/api/answer").status_code == 405


def test_a_path_cannot_forge_a_line_of_the_log(client, caplog):
    with caplog.at_level(logging.WARNING):
        client.get("/x%0Aaudiostyle: all is well")
    assert all("\n" not in record.message for record in caplog.records)


def test_every_response_has_the_policy(client):
    for path in ("/", "/web/main.js", "/api/state", "/none"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert (
            "unsafe" not in headers["content-security-policy"]
            and headers["x-content-type-options"] == "nosniff"
        )


def test_the_page_asks_for_nothing_from_other_places(client):
    page = client.get("/").text
    names = [part.split('"')[0] for part in page.split('src="')[1:] + page.split('href="')[1:]]
    assert names and all(name.startswith("/web/") for name in names)
    for name in names:
        assert client.get(name).status_code == 200


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(client):
    cookie = client.post("/api/begin", json={"consent": True}).headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie


def test_comments_are_limited(client):
    begin(client)
    assert client.post("/api/comment", json={"comment": "x" * 2001}).status_code == 400
    assert client.post("/api/comment", json={"comment": 3}).status_code == 400
    lone = rb"""{"comment": "\ud800'); DROP TABLE answers; --"}"""  # half a character
    headers = {"content-type": "application/json"}
    assert client.post("/api/comment", content=lone, headers=headers).status_code == 200


def test_one_listener_cannot_flood_the_server(folder):
    path = folder / "study.toml"
    path.write_text(path.read_text().replace("requests_per_second = 10.0", "requests_per_second = 0.001"))
    with open_server(folder) as server:
        client = make_client(server)
        state = begin(client)
        statuses = {client.get(f"/media/{state['stimuli'][0]}").status_code for _ in range(60)}
    assert statuses == {200, 429}


def test_a_study_has_no_more_listeners_than_it_allows(folder):
    path = folder / "study.toml"
    path.write_text(path.read_text().replace("listeners = 1000", "listeners = 2"))
    with open_server(folder) as server:
        statuses = [
            make_client(server).post("/api/begin", json={"consent": True}).status_code for _ in range(3)
        ]
    assert statuses == [200, 200, 409]


def test_from_other_machines_the_token_is_needed(folder):
    with open_server(folder, token="right") as server:
        client = TestClient(server.app, base_url="http://lab.example", follow_redirects=False)
        for path in ("/", "/web/main.js", "/api/state", "/?token=wrong", "/api/state?token=right"):
            assert client.get(path).status_code == 403
        entered = client.get("/?token=right")
        assert entered.status_code == 303 and entered.headers["location"] == "/"
        assert client.get("/").status_code == 200 and begin(client)["stage"] == "trial"


def test_a_server_that_cannot_store_says_so_and_acknowledges_nothing(client, server, folder):
    state = begin(client)
    server._store.run(lambda db: db.execute("ALTER TABLE answers RENAME TO gone"))
    assert answer(client, state).status_code == 503
    server._store.run(lambda db: db.execute("ALTER TABLE gone RENAME TO answers"))
    assert answer(client, state).status_code == 200 and count(folder) == 1


def test_the_study_is_that_of_the_folder(folder):
    server = StudyServer(folder)
    assert server.study == load_study(folder)
    server.close()
