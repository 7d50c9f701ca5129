"""``audiostyle corpus render``: the plan that was meant, and a corpus in the end."""

import os
import shutil
from pathlib import Path

import pytest
import soundfile

from audiostyle.music import corpus
from audiostyle.music.corpus import CorpusSpec

SOUNDFONTS = [Path("/usr/share/sounds/sf2", name) for name in ("TimGM6mb.sf2", "FluidR3_GM.sf2")]


@pytest.fixture
def planned(monkeypatch):
    """Nothing is rendered: gives what would have been."""
    plans = []

    def render(out, plan, *, jobs, progress):
        plans.append((out, plan, jobs))
        progress(1, 2)

    monkeypatch.setattr(corpus, "render_corpus", render)
    return plans


def test_without_instruments_it_is_an_ensemble(audiostyle, planned):
    result = audiostyle("corpus", "render", "out", "--soundfont", "a.sf2")
    assert planned == [(Path("out"), CorpusSpec(Path("a.sf2"), {}, 60.0), 1)]
    assert (result.code, result.out, result.err) == (0, "", "audiostyle: out: 1 of 2 recordings\n")


def test_every_option_arrives(audiostyle, planned):
    instruments = ["--instrument", "piano=0", "--instrument", "church-organ=19"]
    options = ["--minutes", 8, "--split", "valid", "--rate", 22050, "--seed", 5, "-j", 2]
    audiostyle("corpus", "render", "out", "--soundfont", "a.sf2", *instruments, *options)
    plan = CorpusSpec(Path("a.sf2"), {"piano": 0, "church-organ": 19}, 8.0, "valid", 5, 22050)
    assert planned == [(Path("out"), plan, 2)]


@pytest.mark.parametrize("instrument", ["piano", "piano=", "=0", "piano=x", "piano=128", "piano=-1", ""])
def test_an_instrument_is_a_name_and_a_program(audiostyle, planned, instrument):
    result = audiostyle("corpus", "render", "out", "--soundfont", "a.sf2", "--instrument", instrument)
    assert result.code == 2 and not planned
    assert f"--instrument {instrument}".strip() in result.err and "piano=0" in result.err


@pytest.mark.parametrize("arguments", [["out"], ["--soundfont", "a.sf2"], ["out", "--minutes", "0"]])
def test_wrong_use_is_told_in_one_line(audiostyle, planned, arguments):
    result = audiostyle("corpus", "render", *arguments)
    assert result.code == 2 and len(result.err.splitlines()) == 1 and not planned


def test_what_cannot_be_rendered_is_one_line(audiostyle):
    result = audiostyle("corpus", "render", "out", "--soundfont", "a.sf2", "--split", "tests")
    assert result.code == 1 and result.err.count("\n") == 1
    assert "no split called 'tests'; there are train, valid, test" in result.err


def test_the_program_renders_a_corpus_in_processes_of_its_own(program, tmp_path):
    fonts = [path for path in SOUNDFONTS if path.is_file()]
    if not fonts or shutil.which("fluidsynth") is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("needs fluidsynth and fluid-soundfont-gm")
    options = ["--soundfont", fonts[0], "--instrument", "flute=73", "--minutes", 0.1, "--rate", 8000]
    done = program("corpus", "render", tmp_path / "out", *options, "-j", 2)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (tmp_path / "out" / "flute").iterdir()) == ["00000.flac", "00000.mid"]
    info = soundfile.info(tmp_path / "out" / "flute" / "00000.flac")
    assert (info.duration, info.samplerate) == (120, 8000)
