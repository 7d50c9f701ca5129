"""The command of the page says where it is, opens it, and keeps its options."""

import webbrowser

import pytest

pytest.importorskip("uvicorn")

from audiostyle.app import running
from audiostyle.cli.app import run


@pytest.fixture
def served(monkeypatch):
    """What the server was told, and what was opened."""
    told, opened = [], []

    def serve_app(*, announce, **settings):
        told.append(settings)
        announce("http://127.0.0.1:7860/")

    monkeypatch.setattr(running, "serve_app", serve_app)
    monkeypatch.setattr(webbrowser, "open", opened.append)
    return told, opened


def test_the_link_is_printed_and_opened(served, capsys):
    told, opened = served
    assert run(["app"]) == 0
    assert opened == ["http://127.0.0.1:7860/"] and capsys.readouterr().out == f"{opened[0]}\n"
    assert (told[0]["host"], told[0]["port"], told[0]["model"]) == ("127.0.0.1", 7860, "universal")


def test_options_reach_the_server(served, capsys):
    told, opened = served
    assert run(["app", "--no-browser", "--port", "0", "--upload-limit", "7", "-q"]) == 0
    assert opened == [] and capsys.readouterr().err == ""
    assert told[0]["port"] == 0 and told[0]["limits"].upload == 7_000_000


@pytest.mark.parametrize("wrong", [["--port", "70000"], ["--upload-limit", "0"], ["x"]])
def test_what_cannot_be_is_a_usage_error(served, wrong):
    assert run(["app", *wrong]) == 2 and served[0] == []
