"""``audiostyle video``: one film, its name, its sound, and mistakes as one line."""

import json

import numpy as np
import pytest
import soundfile
from films import make_pan, read_film, record_frames, write_film
from PIL import Image

from audiostyle.cli.console import ExitCode


@pytest.fixture
def film(workplace):
    Image.fromarray(make_pan(1)[0, ::-1]).save("style.png")
    return write_film(workplace / "film.mkv", make_pan(4), sound=0.1 * np.sin(np.arange(2000)))


def test_a_film_is_written_beside_the_first(audiostyle, workplace, film):
    found = audiostyle("video", "stylize", "film.mkv", "style.png", "--method", "mkl", "--json")
    assert found.code == ExitCode.DONE
    assert json.loads(found.out)["frames"] == 4
    assert read_film(workplace / "film.mkl.mp4").shape == (4, 64, 96, 3)


def test_jobs_change_nothing(audiostyle, workplace, film, monkeypatch):
    frames = record_frames(monkeypatch)
    for jobs in ("1", "3"):
        command = ("video", "stylize", "film.mkv", "style.png", "-m", "mkl", "-o", f"{jobs}.mkv", "-q")
        assert audiostyle(*command, "--jobs", jobs).code == ExitCode.DONE
    assert len(frames) == 8
    np.testing.assert_array_equal(np.stack(frames[:4]), np.stack(frames[4:]))


def test_nothing_is_replaced_unless_asked(audiostyle, workplace, film):
    command = ("video", "stylize", "film.mkv", "style.png", "-m", "mkl", "-o", "out.mkv", "-q")
    assert audiostyle(*command).code == ExitCode.DONE
    again = audiostyle(*command)
    assert again.code == ExitCode.USAGE and "--overwrite" in again.err
    assert audiostyle(*command, "--overwrite").code == ExitCode.DONE


def test_a_domain_plays_the_films_music(audiostyle, workplace, film, monkeypatch):
    played = []

    def translate(self, path, out, *, domain):
        played.append((soundfile.info(path).frames, domain))
        soundfile.write(out, soundfile.read(path)[0], soundfile.info(path).samplerate)

    import fake_translator

    monkeypatch.setattr(fake_translator.Translator, "translate_file", translate)
    command = ("video", "stylize", "film.mkv", "style.png", "-m", "mkl", "-o", "o.mp4")
    assert audiostyle(*command, "--audio-domain", "piano").code == ExitCode.DONE
    assert played == [(2000, "piano")]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("film.mkv",), ExitCode.USAGE, "STYLE"),
        (("film.mkv", "style.png", "--network", "mosaic"), ExitCode.USAGE, "no STYLE"),
        (("film.mkv", "--network", "mosaic", "-m", "mkl"), ExitCode.USAGE, "--method"),
        (("film.mkv", "--network", "mosaik"), ExitCode.FAILED, "mosaik: no such file"),
        (("film.mkv", "style.png", "-m", "optimize", "-j", "2"), ExitCode.USAGE, "--jobs: of no effect"),
        (("none.mp4", "style.png"), ExitCode.FAILED, "none.mp4: no such file"),
        (("film.mkv", "none.png"), ExitCode.FAILED, "none.png"),
        (("film.mkv", "style.png", "-m", "mkk"), ExitCode.FAILED, "mkl"),
        (("film.mkv", "style.png", "-o", "a.gif"), ExitCode.FAILED, "no kind of film"),
        (("film.mkv", "style.png", "--no-sound", "--audio-domain", "piano"), ExitCode.USAGE, "--no-sound"),
    ],
)
def test_mistakes_are_one_line(audiostyle, film, arguments, code, message):
    found = audiostyle("video", "stylize", *arguments)
    assert found.code == code and message in found.err and found.err.count("\n") == 1


@pytest.mark.parametrize("option", [("--preset", "luan"), ("--iterations", "5,2")])
def test_options_of_optimization_want_it(audiostyle, option):
    result = audiostyle("video", "stylize", "film.mp4", "style.png", *option)
    assert result.code == 2 and "of no effect without --method optimize" in result.err
