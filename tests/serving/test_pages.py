"""The files of pages, and refusals as sentences."""

import pytest

pytest.importorskip("starlette")

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from audiostyle.serving.pages import HANDLERS, SHARED, PageFiles
from audiostyle.serving.requests import Refused


async def refuse(request):
    raise Refused(429, "come back later")


@pytest.fixture
def client(tmp_path):
    (tmp_path / "index.html").write_text("<p>page</p>")
    (tmp_path / "own.css").write_text("p {}")
    (tmp_path / "notes.txt").write_text("for nobody")
    files = PageFiles(tmp_path)
    routes = [
        Route("/", files.send_page),
        Route("/web/{name}", files.send_file),
        Route("/refuse", refuse, methods=["POST"]),
    ]
    return TestClient(Starlette(routes=routes, exception_handlers=HANDLERS))


def test_a_page_has_its_own_files_and_those_that_all_share(client):
    assert client.get("/").text == "<p>page</p>"
    own, shared = client.get("/web/own.css"), client.get("/web/elements.js")
    assert own.headers["content-type"].startswith("text/css") and own.headers["cache-control"] == "no-cache"
    assert shared.text == (SHARED / "elements.js").read_text()


@pytest.mark.parametrize("name", ["notes.txt", "none.js", "..%2fpages.py", "%2fetc%2fpasswd", ""])
def test_nothing_else_is_sent(client, name):
    answer = client.get(f"/web/{name}")
    assert answer.status_code == 404 and set(answer.json()) == {"error"}


def test_refusals_are_sentences_with_their_status_and_are_not_kept(client):
    answer = client.post("/refuse")
    assert (answer.status_code, answer.json()) == (429, {"error": "come back later"})
    assert answer.headers["cache-control"] == "no-store"
    assert (client.get("/refuse").status_code, client.get("/none").status_code) == (405, 404)
