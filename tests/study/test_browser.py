"""Studies as people meet them: three browsers at once, by keyboard and by dragging, with reloads, a lost
connection, and a server that is killed in between.  Nothing is lost, nothing is there twice.

Needs Chromium and playwright (``pip install playwright``); skipped where they are not.  ``.ci/run`` runs the
slow ones too.
"""

import json
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
from contextlib import contextmanager

import pytest
from studies import write_pictures, write_sounds

from audiostyle.cli.app import run
from audiostyle.study.creation import create_study

sync_api = pytest.importorskip("playwright.sync_api")
pytest.importorskip("uvicorn")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")

MOST = 20_000  # milliseconds for a page to change, on a machine that is busy with other tests


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


class Server:
    """The server as a process, which can be killed and started again at the same address."""

    def __init__(self, folder):
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.command = [
            sys.executable,
            "-m",
            "audiostyle",
            "study",
            "serve",
            str(folder),
            "--port",
            str(self.port),
        ]
        self.link = f"http://127.0.0.1:{self.port}/"

    def start(self):
        self.process = subprocess.Popen([*self.command, "-q"], stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline().strip() == self.link

    def kill(self):
        self.process.kill()
        self.process.communicate()


@contextmanager
def serve(folder):
    server = Server(folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()


def wait_for_progress(page, number):
    """Wait until a trial is shown.  (The page's policy forbids functions that are given as text.)"""
    page.locator("#progress", has_text=re.compile(rf"^{number} of")).wait_for()


class Listener:
    """A browser of its own, with its own cookies."""

    def __init__(self, browser, link, **settings):
        self.errors = []
        self.context = browser.new_context(**settings)
        self.context.set_default_timeout(MOST)
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(link)
        self.page.click(".begin")
        self.wait_for(1)

    def wait_for(self, number):
        """Wait until a trial is shown, or the end for None."""
        if number is None:
            self.page.wait_for_selector("textarea")
        else:
            wait_for_progress(self.page, number)
            self.page.wait_for_selector(".next")

    def play_all(self):
        for n in range(
            self.page.locator(".listen button").count() - self.page.locator("text=Original").count()
        ):
            self.page.keyboard.press(str(n + 1))
            self.page.wait_for_selector(f".listen button:nth-child({n + 1}).heard")

    def answer_pair(self, key="ArrowLeft"):
        self.play_all()
        self.page.keyboard.press(key)
        self.page.keyboard.press("Enter")

    def drag_all(self):
        tiles = self.page.locator(".tile")
        for n in range(tiles.count()):
            box = tiles.nth(n).bounding_box()
            x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
            self.page.mouse.move(x, y)
            self.page.mouse.down()
            self.page.mouse.move(x + 40 * n - 50, y, steps=3)
            self.page.mouse.up()

    def move_by_keyboard(self):
        tiles = self.page.locator(".tile")
        for n in range(tiles.count()):
            tiles.nth(n).focus()
            for _ in range(n + 1):
                self.page.keyboard.press("Shift+ArrowRight")
            self.page.keyboard.press("Enter")  # plays it


def read(folder, query):
    with sqlite3.connect(folder / "answers.sqlite") as db:
        return db.execute(query).fetchall()


def count_trials(folder):
    return read(folder, "SELECT count(*) FROM trials WHERE session = 0")[0][0]


def check_and_analyze(folder, listeners, capsys):
    """Every listener answered every trial once, and the analysis has all of them."""
    total = count_trials(folder)
    assert read(folder, "SELECT session, count(*) FROM answers GROUP BY session") == [
        (n, total) for n in range(listeners)
    ]
    assert read(folder, "SELECT count(*) FROM sessions WHERE finished IS NOT NULL") == [(listeners,)]
    assert run(["study", "analyze", str(folder), "--json", "-q"]) == 0
    assert json.loads(capsys.readouterr().out)["listeners"] == {"began": 3, "finished": 3, "kept": 3}


def shorten(folder):
    """Leave out traps and repeats, and let scripts be as fast as they are."""
    path = folder / "study.toml"
    text = path.read_text()
    for name in ("repeats", "identical", "degraded"):
        text = text.replace(f"{name} = 2\n", f"{name} = 0\n").replace(f"{name} = 1\n", f"{name} = 0\n")
    path.write_text(text.replace("seconds = 1.0", "seconds = 0.0"))


@pytest.mark.slow
def test_pairs_by_keyboard_with_reload_lost_connection_and_kill(browser, tmp_path, capsys):
    folder = tmp_path / "study"
    create_study(folder, write_sounds(tmp_path / "in"), "Which?", trials=2)
    shorten(folder)
    with serve(folder) as server:
        one, two, three = (Listener(browser, server.link) for _ in range(3))
        for who in (one, two, three):
            who.answer_pair()
        one.wait_for(2)
        one.page.reload()  # while it is being answered
        one.wait_for(2)
        two.wait_for(2)
        two.context.set_offline(True)
        two.answer_pair("ArrowDown")
        two.page.wait_for_selector("#banner:not([hidden])")
        three.wait_for(2)
        server.kill()
        three.answer_pair("c")
        three.page.wait_for_selector("#banner:not([hidden])")
        two.context.set_offline(False)
        server.start()
        two.wait_for(3)
        three.wait_for(3)
        assert not three.page.is_visible("#banner")
        one.answer_pair()
        one.wait_for(3)
        for who in (one, two, three):
            who.answer_pair("ArrowRight")
            who.wait_for(None)
        three.page.fill("textarea", "<img src=x onerror=alert(1)>")
        three.page.click("text=Send")
        three.page.wait_for_selector("text=It is stored")
        assert [who.errors for who in (one, two, three)] == [[], [], []]
    check_and_analyze(folder, 3, capsys)
    assert "&lt;img" in (folder / "report" / "report.html").read_text("utf-8")
    choices = [
        json.loads(row[0])["choice"] for row in read(folder, "SELECT answer FROM answers WHERE trial = 1")
    ]
    assert choices == ["first", "tie", "cannot-tell"]


@pytest.mark.slow
def test_the_scale_by_dragging_and_by_keyboard_on_a_phone_and_a_desktop(browser, tmp_path, capsys):
    folder = tmp_path / "study"
    create_study(folder, write_sounds(tmp_path / "in"), "Which?", design="scale")
    shorten(folder)
    with serve(folder) as server:
        phone = {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True}
        people = [Listener(browser, server.link, **settings) for settings in ({}, {}, phone)]
        total = count_trials(folder)
        for number in range(1, total + 1):
            for who, way in zip(
                people, (Listener.move_by_keyboard, Listener.drag_all, Listener.drag_all), strict=True
            ):
                way(who)
                if number == 2 and who is people[1]:
                    who.page.reload()  # positions are kept, only what was heard is not
                    who.wait_for(2)
                    assert who.page.locator(".tile.waiting").count() == 0
                    who.play_all()
                who.page.click(".next")
                who.wait_for(number + 1 if number < total else None)
        assert [who.errors for who in people] == [[], [], []]
    check_and_analyze(folder, 3, capsys)
    for (answer,) in read(folder, "SELECT answer FROM answers WHERE session = 0"):
        positions = json.loads(answer)["positions"]
        assert positions == sorted(positions) and positions[0] != positions[-1]


def test_pictures_in_two_tabs(browser, tmp_path):
    folder = tmp_path / "study"
    create_study(folder, write_pictures(tmp_path / "in"), "Which?", design="choice", trials=2)
    shorten(folder)
    with serve(folder) as server:
        one = Listener(browser, server.link)
        tab = one.context.new_page()
        tab.goto(server.link)
        tab.wait_for_selector(".next")
        one.page.keyboard.press("Shift+Digit1")
        one.page.click(".next:not([disabled])")
        one.wait_for(2)
        tab.keyboard.press("Shift+Digit2")  # an answer to what has been answered
        tab.click(".next:not([disabled])")
        wait_for_progress(tab, 2)
        assert one.errors == []
    assert [json.loads(row[0]) for row in read(folder, "SELECT answer FROM answers")] == [{"choice": 0}]
