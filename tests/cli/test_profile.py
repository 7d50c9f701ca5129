"""``profile make`` and what ``transfer`` does with it."""

import numpy as np
import pytest
import soundfile

from audiostyle.cli.app import run
from audiostyle.cli.console import ExitCode

RATE = 22_050


@pytest.fixture
def folder(tmp_path, monkeypatch, real_models):
    """A folder of three recordings to work in; models are the real ones."""
    tmp_path = tmp_path / "sounds"
    tmp_path.mkdir()
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    for name in ("song", "rain", "sea"):
        soundfile.write(f"{name}.wav", 0.1 * rng.normal(size=RATE), RATE)
    return tmp_path


def test_a_profile_is_made_and_used(folder, capsys):
    assert run(["profile", "make", "rain.wav", "sea.wav", "-o", "storm.style"]) == ExitCode.DONE
    assert "rain.wav, sea.wav -> storm.style" in capsys.readouterr().err
    command = ["transfer", "song.wav", "storm.style", "-o", "out.wav"]
    assert run(command) == ExitCode.DONE
    assert soundfile.info("out.wav").frames == RATE


def test_it_is_not_replaced_unless_asked(folder, capsys):
    (folder / "old.style").write_bytes(b"precious")
    assert run(["profile", "make", "rain.wav", "-o", "old.style"]) == ExitCode.USAGE
    assert "exists already" in capsys.readouterr().err
    assert (folder / "old.style").read_bytes() == b"precious"
    assert run(["profile", "make", "rain.wav", "-o", "old.style", "--overwrite", "--quiet"]) == ExitCode.DONE


def test_the_device_reaches_the_library(folder, capsys):
    command = ["profile", "make", "rain.wav", "-o", "rain.style", "--device"]
    assert run([*command, "cuda:99"]) == ExitCode.FAILED
    assert "'cuda:99'" in capsys.readouterr().err
    assert run([*command, "cpu"]) == ExitCode.DONE


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["profile", "make", "rain.wav", "-o", "rain.wav"], "ends in .style"),
        (["profile", "make", "none.wav", "-o", "none.style"], "none.wav"),
        (["transfer", "song.wav", "none.style", "--method", "wct"], "none.style"),
        (["transfer", "song.wav", "rain.wav", "--method", "wct", "--levels", "7"], "levels must be among"),
        (["transfer", "song.wav", "rain.wav", "--method", "wct", "--levels", "a"], "--levels a"),
        (["transfer", "song.wav", "rain.wav", "--method", "wct", "--match", "1"], "--match"),
        (["transfer", "song.wav", "rain.wav", "--method", "gram", "--levels", "1"], "--levels"),
    ],
)
def test_mistakes_are_one_line(folder, capsys, arguments, message):
    assert run(arguments) != ExitCode.DONE
    error = capsys.readouterr().err.strip()
    assert message in error and "internal error" not in error
    assert sorted(path.name for path in folder.iterdir()) == ["rain.wav", "sea.wav", "song.wav"]


def test_a_damaged_profile_is_one_line(folder, capsys):
    (folder / "bad.style").write_bytes(b"no")
    assert run(["transfer", "song.wav", "bad.style", "--method", "wct"]) != ExitCode.DONE
    assert "bad.style: damaged style profile" in capsys.readouterr().err


def test_a_profile_that_cannot_be_written_is_found_before_its_recordings_are_heard(
    folder, capsys, monkeypatch
):
    def hear(*_, **__):
        raise AssertionError("the recordings were heard")

    monkeypatch.setattr("audiostyle.spectrogram.profile.make_profile", hear)
    (folder / "a file").touch()
    for out in ("a file/a.style", "x" * 300 + ".style"):
        assert run(["profile", "make", "rain.wav", "-o", out]) in {ExitCode.FAILED, ExitCode.USAGE}
        message = capsys.readouterr().err
        assert out in message and message.count("\n") == 1
