"""The work of ``transfer``: what is asked for reaches the library, and a bad style ends the batch at once."""

import numpy as np
import pytest
import soundfile

from audiostyle.cli.jobs.transfer import TransferJob
from audiostyle.errors import AudioReadError, AudiostyleError

pytestmark = pytest.mark.usefixtures("real_models")


@pytest.fixture
def style(song):
    return song("style.wav", seconds=0.3, rate=16000, channels=2)


def test_what_is_asked_for_reaches_the_library(audiostyle, song, style):
    from audiostyle.spectrogram import transfer

    song("song.wav")
    other = song("other.wav", seconds=0.1)
    done = audiostyle(
        "transfer", "song.wav", style, other, "-o", "out.wav", "--method", "gram", "--match", 0.3,
        "--strength", 0.5, "--weights", "2,1", "--seed", 3, "--subtype", "FLOAT",
    )  # fmt: skip
    assert done.code == 0, done.err
    content, sides, third = (
        soundfile.read(p, dtype="float32", always_2d=True)[0].T for p in ("song.wav", style, other)
    )
    from audiostyle.sound.resampling import resample

    styles = [resample(sides.mean(axis=0, keepdims=True), 16000, 8000), third]
    expected = transfer(
        content, styles, sample_rate=8000, method="gram", match=0.3, strength=0.5, weights=[2, 1], seed=3
    )
    np.testing.assert_allclose(soundfile.read("out.wav")[0], expected[0], atol=1e-4)


def test_gram_s_own_choices_reach_the_library(audiostyle, song, style):
    from audiostyle.spectrogram import transfer

    song("song.wav", channels=1)
    choices = {"features": "complex", "start": "noise", "optimize": "wave", "iterations": 3}
    flags = [part for name, value in choices.items() for part in (f"--{name}", str(value))]
    done = audiostyle(
        "transfer", "song.wav", style, "-o", "out.wav", "--method", "gram", "--subtype", "FLOAT", *flags
    )
    assert done.code == 0, done.err
    content, other = (soundfile.read(p, dtype="float32", always_2d=True)[0].T for p in ("song.wav", style))
    expected = transfer(content[0], other, sample_rate=8000, style_rate=16000, method="gram", **choices)
    np.testing.assert_allclose(soundfile.read("out.wav")[0], expected, atol=1e-3)


@pytest.mark.parametrize(
    ("flags", "options"),
    [
        (
            ["--method", "gram", "--lags", "0.05,0.1", "--centered", "--iterations", "5"],
            {"lags": (0.05, 0.1), "centered": True, "iterations": 5},
        ),
        (["--method", "complex-wct", "--pseudo", "--alpha", "0.5"], {"pseudo": True, "alpha": 0.5}),
        (
            [
                "--method",
                "optimize",
                "--loss",
                "bn:2,perceptual",
                "--features",
                "random",
                "--iterations",
                "1",
            ],
            {"loss": "bn:2,perceptual", "features": "random", "iterations": 1},
        ),
        (["--method", "wct", "--alpha", "0.25", "--device", "cpu"], {"alpha": 0.25}),
    ],
)
def test_options_of_each_method_reach_the_library(audiostyle, song, style, flags, options):
    from audiostyle.spectrogram import transfer

    song("song.wav", channels=1)
    done = audiostyle("transfer", "song.wav", style, "-o", "out.wav", "--subtype", "FLOAT", *flags)
    assert done.code == 0, done.err
    content, other = (soundfile.read(p, dtype="float32", always_2d=True)[0].T for p in ("song.wav", style))
    expected, plain = (
        transfer(content[0], other, sample_rate=8000, style_rate=16000, method=flags[1], **chosen)
        for chosen in (options, {})
    )
    np.testing.assert_allclose(soundfile.read("out.wav")[0], expected, atol=1e-3)
    assert not np.allclose(expected, plain, atol=1e-3)


def test_a_style_that_cannot_be_opened_fails_before_any_task(song, workplace):
    good = str(song("rain.wav"))
    TransferJob("wct", (good,), {}).prepare()
    with pytest.raises(AudioReadError, match=r"gone\.wav"):
        TransferJob("wct", (good, "gone.wav"), {}).prepare()
    (workplace / "bad.style").write_bytes(b"no")
    with pytest.raises(AudiostyleError, match=r"bad\.style: damaged"):
        TransferJob("wct", ("bad.style",), {}).prepare()
