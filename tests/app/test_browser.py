"""The page as people meet it: a song in, its translation out and heard, canceled, bad files, on any screen.

Needs Chromium and playwright (``pip install playwright``); skipped where they are not.  ``.ci/run`` runs the
slow ones too.
"""

import shutil
import subprocess
import sys

import numpy as np
import pytest
import soundfile
from PIL import Image

sync_api = pytest.importorskip("playwright.sync_api")
pytest.importorskip("uvicorn")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"), pytest.mark.slow]

MOST = 60_000  # milliseconds for a job, on a machine that is busy with other tests
SECONDS = 6.0
PHONE = {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True}
VOICES = """() => window.audios.map((audio) => ({
    seconds: audio.duration, at: audio.currentTime, paused: audio.paused, error: audio.error }))"""
KEEP = """window.audios = []; const Plain = window.Audio;
    window.Audio = function (url) { const made = new Plain(url); window.audios.push(made); return made; };"""


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--autoplay-policy=user-gesture-required"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def link():
    command = [sys.executable, "-m", "audiostyle", "app", "--port", "0", "--no-browser", "-q"]
    process = subprocess.Popen([*command, "--upload-limit", "5"], stdout=subprocess.PIPE, text=True)
    yield process.stdout.readline().strip()
    process.terminate()
    process.communicate()


@pytest.fixture
def open_page(browser, link):
    opened = []

    def open_page(**settings):
        context = browser.new_context(**settings)
        context.set_default_timeout(MOST)
        page, errors = context.new_page(), []
        page.add_init_script(KEEP)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(link)
        page.wait_for_selector("body[data-ready]")
        opened.append((context, errors))
        return page

    yield open_page
    for context, errors in opened:
        context.close()
        assert errors == []


@pytest.fixture
def song(tmp_path):
    time = np.arange(round(SECONDS * 44100)) / 44100
    wave = sum(np.sin(2 * np.pi * hertz * time) for hertz in (262, 330, 392)) * 0.1 * np.exp(-(time % 1))
    soundfile.write(tmp_path / "my <b>song.wav", wave, 44100)
    return tmp_path / "my <b>song.wav"


@pytest.mark.parametrize("settings", [{}, PHONE], ids=["desktop", "phone"])
def test_a_song_is_translated_and_heard_in_step_with_the_original(open_page, song, settings):
    page = open_page(**settings)
    page.set_input_files("#song input[type=file]", song)
    page.wait_for_selector("#song .runner progress")
    page.wait_for_selector("[data-version=piano][aria-pressed=true]")
    assert page.locator("#song .drop strong + span").inner_text() == "my <b>song.wav, 0:06"
    page.click("[data-domain=organ]")
    page.wait_for_selector("[data-version=organ][aria-pressed=true]")
    assert page.locator("#song .switches button").all_inner_texts() == ["original", "piano", "organ"]
    if "Play" in page.inner_text(
        "#song .play"
    ):  # or it plays by itself: the page was pressed before it was ready
        page.click("#song .play")
    page.wait_for_timeout(1500)
    voices = page.evaluate(VOICES)
    assert len(voices) == 3 and not any(voice["paused"] or voice["error"] for voice in voices)
    assert all(abs(voice["seconds"] - SECONDS) < 0.01 for voice in voices)
    places = [voice["at"] for voice in voices]
    assert min(places) > 0.5 and max(places) - min(places) < 0.05
    page.click("[data-version=original]")
    page.wait_for_selector("[data-version=original][aria-pressed=true]")
    assert not any(voice["paused"] for voice in page.evaluate(VOICES))  # the switch stopped nothing
    page.click("#song .play")
    assert all(voice["paused"] for voice in page.evaluate(VOICES))
    page.click("[data-version=organ]")
    with page.expect_download() as sound:
        page.click("#song >> text=Download the sound")
    wave, rate = soundfile.read(sound.value.path())
    assert (rate, len(wave)) == (44100, round(SECONDS * 44100)) and np.abs(wave).max() > 0.01
    assert sound.value.suggested_filename.endswith("organ.flac")
    with page.expect_download() as notes:
        page.click("#song >> text=Download the notes")
    assert notes.value.path().read_bytes()[:4] == b"MThd"
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not wide  # nothing needs scrolling sideways


def test_a_job_is_canceled_and_the_next_one_works(open_page, tmp_path, song):
    page = open_page()
    soundfile.write(tmp_path / "long.wav", 0.1 * np.random.default_rng(0).standard_normal(22050 * 90), 22050)
    page.set_input_files("#song input[type=file]", tmp_path / "long.wav")
    page.click("#song .runner button")
    page.wait_for_selector("#song .runner >> text=canceled")
    page.set_input_files("#song input[type=file]", song)
    page.wait_for_selector("[data-version=piano]")


def test_bad_and_large_files_are_sentences(open_page, tmp_path):
    page = open_page()
    (tmp_path / "bad.wav").write_bytes(b"this is no sound")
    page.set_input_files("#song input[type=file]", tmp_path / "bad.wav")
    page.wait_for_selector("#song .drop.bad")
    assert "bad.wav" in page.inner_text("#song .drop") and "/tmp" not in page.inner_text("#song .drop")
    (tmp_path / "large.wav").write_bytes(bytes(6_000_000))
    page.set_input_files("#song input[type=file]", tmp_path / "large.wav")
    page.wait_for_selector("#song .drop >> text=at most 5 MB are taken")


def test_textures_and_photographs(open_page, tmp_path, song):
    page = open_page()
    page.click("#tab-texture")
    for number in (1, 2):
        page.set_input_files(f"#texture .slot:nth-child({number}) input", song)
        page.wait_for_selector(f"#texture .slot:nth-child({number}) .full")
    page.click("#texture >> text=Transfer")
    page.wait_for_selector("#texture [data-version=style]")
    page.click("#tab-photograph")
    rng = np.random.default_rng(0)
    for number in (1, 2):
        Image.fromarray(rng.integers(0, 256, (60, 80, 3), dtype=np.uint8)).save(tmp_path / f"{number}.png")
        page.set_input_files(f"#photograph .slot:nth-child({number}) input", tmp_path / f"{number}.png")
        page.wait_for_selector(f"#photograph .slot:nth-child({number}) .full")
    page.click("#photograph >> text=Stylize")
    page.wait_for_selector("#photograph .compare img")
    with page.expect_download() as made:
        page.click("#photograph >> text=Download the picture")
    assert Image.open(made.value.path()).size == (80, 60)


def test_one_press_from_the_page_to_a_song_that_is_heard(open_page):
    page = open_page()
    page.click("#song >> text=Use the example")
    page.wait_for_selector("[data-version=piano][aria-pressed=true]")
    page.wait_for_selector("#song .play >> text=Pause")
    page.wait_for_timeout(1500)
    original, piano = page.evaluate(VOICES)
    assert not piano["paused"] and piano["at"] > 0.3 and abs(piano["at"] - original["at"]) < 0.05
    assert abs(piano["seconds"] - 21) < 0.01


def test_two_people_do_not_see_each_others_songs(open_page, song):
    one, other = open_page(), open_page()
    one.set_input_files("#song input[type=file]", song)
    one.wait_for_selector("[data-version=piano]")
    state = other.evaluate("fetch('/api/state').then((answer) => answer.json())")
    assert state["jobs"] == state["uploads"] == []
