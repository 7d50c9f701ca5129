"""``transfer``: files are made where and as they are asked for, and every mistake is one line."""

import inspect
import json
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
import soundfile

from audiostyle.spectrogram.gram import Start, Variable
from audiostyle.spectrogram.gram_representations import Features

pytestmark = pytest.mark.usefixtures("real_models")


@pytest.fixture
def style(song):
    return song("style.wav", seconds=0.3, rate=16000, channels=2)


def test_the_result_is_beside_named_after_its_method_and_as_long(audiostyle, song, style):
    song("in/song.flac", rate=8000, channels=2)
    result = audiostyle("transfer", "in/song.flac", style)
    assert (result.code, result.err) == (0, "")
    assert "in/song.flac -> song.wct.flac (0:00 in" in result.out
    made, source = (soundfile.info(path) for path in ("song.wct.flac", "in/song.flac"))
    assert (made.samplerate, made.channels, made.frames) == (
        source.samplerate,
        source.channels,
        source.frames,
    )


@pytest.mark.parametrize(
    ("enum", "literal"),
    [
        ("Features", Features),
        ("Start", Start),
        ("Optimized", Variable),
    ],
)
def test_the_command_offers_what_gram_knows(enum, literal):
    from audiostyle.cli import transfer_options

    assert tuple(getattr(transfer_options, enum)) == get_args(literal)


def test_folders_of_contents_and_of_styles(audiostyle, song):
    for path in ("in/a.wav", "in/deep/b.wav", "rain/1.wav", "rain/2.wav"):
        song(path)
    result = audiostyle("transfer", "in", "rain", "-o", "out", "--json")
    assert result.code == 0
    records = [json.loads(line) for line in result.out.splitlines()]
    assert {record["output"] for record in records} == {"out/a.wct.wav", "out/deep/b.wct.wav"}
    assert records[0]["styles"] == ["rain/1.wav", "rain/2.wav"] and not records[0]["plot"]


def test_a_plot_is_drawn_beside_or_where_it_is_named(audiostyle, song, style):
    song("song.wav")
    assert audiostyle("transfer", "song.wav", style, "--plot", "p.png").code == 0
    assert Path("p.png").read_bytes().startswith(b"\x89PNG")
    assert audiostyle("transfer", "song.wav", style, "--plot", "plots/", "--overwrite").code == 0
    assert Path("plots/song.png").is_file()
    kept = audiostyle("transfer", "song.wav", style, "--plot", "q.png", "--skip-existing")
    assert kept.code == 0 and "skipped" in kept.out and not Path("q.png").exists()


def test_nothing_is_overwritten_unless_asked(audiostyle, song, style):
    song("song.wav")
    Path("song.wct.wav").write_text("dear")
    refused = audiostyle("transfer", "song.wav", style)
    assert refused.code == 1 and "exists already; use --overwrite" in refused.err
    assert Path("song.wct.wav").read_text() == "dear"


@pytest.mark.parametrize("out", ["song.wav", "style.wav"])
def test_neither_content_nor_style_is_replaced(audiostyle, song, style, out):
    song("song.wav")
    before = Path(out).read_bytes()
    assert audiostyle("transfer", "song.wav", style, "-o", out, "--overwrite").code == 2
    assert Path(out).read_bytes() == before


def test_a_dry_run_does_nothing(audiostyle, song, style):
    song("song.wav")
    result = audiostyle("transfer", "song.wav", style, "--dry-run")
    assert (result.code, result.out) == (0, "song.wav -> song.wct.wav\n")
    assert not Path("song.wct.wav").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--method", "mosaicing"], 2, "did you mean 'musaicing'?"),
        (["--method", "ulyanov", "--match", "0.4"], 2, "--match: --method ulyanov has no such option"),
        (["--match", "2"], 2, "--match"),
        (["--start", "wct"], 2, "--start: --method wct has no such option; leave it out, or use gram"),
        (["--method", "gram", "--features", "vgg"], 2, "--features"),
        (["--weights", "1,2"], 2, "1 style(s) need as many"),
        (["--weights", "0"], 2, "positive"),
        (["--weights", "x"], 2, "numbers with commas"),
        (["--plot", "p.jpg"], 2, "cannot draw '.jpg'"),
        (["--plot", "p.png", "-o", "-"], 2, "name files"),
        (["--filename", "{domain}.wav"], 2, "use only {stem}, {method} and {ext}"),
        (["gone.wav"], 1, "gone.wav: no such file"),
        (["silent.wav"], 1, "silent.wav: is silent"),
        (["-"], 2, "a style is a file"),
    ],
)
def test_a_mistake_is_one_line(audiostyle, song, style, arguments, code, message):
    song("song.wav")
    soundfile.write("silent.wav", np.zeros(800), 8000)
    result = audiostyle("transfer", "song.wav", style, *arguments)
    assert result.code == code
    assert message in result.err and result.err.count("\n") == 1
    assert not list(Path().glob("*.wct.*"))


def test_without_matplotlib_a_plot_is_refused_before_work_starts(audiostyle, song, style, monkeypatch):
    from audiostyle.spectrogram import plot

    monkeypatch.setattr(plot, "find_spec", lambda name: None)
    result = audiostyle("transfer", song("song.wav"), style, "--plot", "p.png")
    assert result.code == 1 and "pip install 'audiostyle[plot]'" in result.err
    assert not Path("song.wct.wav").exists()


def test_defaults_are_the_library_s():
    from audiostyle.cli.transfer import transfer as command
    from audiostyle.spectrogram import transfer

    asked, given = (inspect.signature(function).parameters for function in (command, transfer))
    for name in ("method", "strength", "weights"):
        assert asked[name].default == given[name].default
