"""A server listens where its link leads, and ends when it is told to."""

import socket
import urllib.request

import pytest

pytest.importorskip("uvicorn")

from audiostyle.errors import AudiostyleError
from audiostyle.serving.running import make_link, serve


async def answer(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"here"})


def test_a_link_leads_to_where_the_server_listens():
    assert make_link("127.0.0.1", 8000, None) == "http://127.0.0.1:8000/"
    assert make_link("::1", 80, None) == "http://[::1]:80/"
    assert make_link("0.0.0.0", 9, "t") == f"http://{socket.gethostname()}:9/?token=t"


def test_it_answers_once_it_is_announced_and_ends_with_what_ends_the_process():
    found = []

    def announce(link):
        with urllib.request.urlopen(link, timeout=60) as response:
            found.append((response.read(), link))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        serve(answer, port=0, announce=announce)
    body, link = found[0]
    assert body == b"here"
    with pytest.raises(OSError):
        urllib.request.urlopen(link, timeout=60)


def test_a_port_that_is_taken_is_one_line():
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(AudiostyleError, match="another --port"),
    ):
        serve(answer, port=taken.getsockname()[1])
