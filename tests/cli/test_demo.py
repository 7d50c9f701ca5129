"""The command of the demonstration says what it made, and opens a picture only for somebody who looks."""

import json
import sys
import webbrowser
from pathlib import Path

import pytest

from audiostyle.app import demo as making
from audiostyle.cli import demo
from audiostyle.cli.app import run


@pytest.fixture
def made(monkeypatch):
    asked, opened = [], []

    def make_demo(folder, domains, *, device, progress):
        asked.append((folder, domains, device))
        progress(1.0, 2.0)
        results = {name: folder / f"chorale.{name}.flac" for name in domains}
        return making.Demo(folder / "chorale.flac", results, folder / "c.mid", folder / "picture.png")

    monkeypatch.setattr(making, "make_demo", make_demo)
    monkeypatch.setattr(webbrowser, "open", opened.append)
    return asked, opened


def test_it_says_what_it_made_and_opens_nothing_where_nobody_looks(made, tmp_path, capsys):
    asked, opened = made
    assert run(["demo", "-o", str(tmp_path / "out"), "-d", "organ", "--device", "cpu"]) == 0
    assert asked == [(tmp_path / "out", ("organ",), "cpu")] and opened == []
    assert f"organ: {tmp_path / 'out' / 'chorale.organ.flac'}\n" in capsys.readouterr().out


def test_machines_get_json(made, tmp_path, capsys):
    assert run(["demo", "-o", str(tmp_path / "out"), "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)) == {"original", "piano", "strings", "notes", "picture"}


@pytest.mark.parametrize(("options", "count"), [([], 1), (["--no-open"], 0), (["--json"], 0)])
def test_who_looks_sees_the_picture(made, tmp_path, monkeypatch, options, count):
    monkeypatch.setattr(demo, "has_screen", lambda: True)
    assert run(["demo", "-o", str(tmp_path / "out"), *options]) == 0
    assert len(made[1]) == count and all(link.startswith("file://") for link in made[1])


def test_a_screen_is_a_desktop_and_a_terminal(monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert not demo.has_screen()
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert demo.has_screen()


def test_what_is_there_is_not_replaced_unasked(made, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").touch()
    assert run(["demo", "-o", str(tmp_path / "out"), "--overwrite"]) == 0
    assert Path(tmp_path, "out", "mine.txt").exists()
