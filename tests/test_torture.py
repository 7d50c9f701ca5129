"""Writers killed at random moments leave nothing half under a final name, and the next run tidies up.

`benchmarks/torture.py` does it with whole commands, hundreds of times; here only the writers are killed.
"""

import random
import sys
from pathlib import Path

import numpy as np
import pytest
from benchmark_scripts import importable_scripts

if sys.platform == "win32":
    pytest.skip("needs fork and flock", allow_module_level=True)

with importable_scripts():
    import torture
    import torture_failures
    from torture_verb import Verb

from audiostyle.atomic import write_atomically
from audiostyle.errors import AudiostyleError
from audiostyle.music.midi import save_midi
from audiostyle.music.performance import Performance
from audiostyle.sound.writing import AudioWriter
from audiostyle.temporaries import Temporary


def write_all(arguments: list[str]) -> int:
    """Write a recording in blocks, notes, a text, and something temporary, into the named folder."""
    scratch = None
    try:
        scratch = Temporary(Path(torture.tempfile.gettempdir()), is_folder=True, private=True)
        (scratch.path / "half").write_text("half")
        _write(Path(arguments[0]))
    except (AudiostyleError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        if scratch:
            scratch.delete()
    return 0


def _write(out: Path) -> None:
    with AudioWriter(out / "a.flac", 8000, 1) as writer:
        for _ in range(40):
            writer.write(np.full((1, 4000), 2.0))
    save_midi(Performance(programs={0: 19}), out / "a.mid")
    with write_atomically(out / "a.txt", AudiostyleError) as temporary:
        temporary.write_text("whole" * 10_000)


@pytest.fixture
def place(tmp_path: Path, monkeypatch) -> torture.Place:
    monkeypatch.setattr(torture, "run_command", write_all)
    return torture.Place(tmp_path, tmp_path / "out", tmp_path / "scratch")


VERB = Verb("write", lambda inputs, out: [str(out)])


def test_nothing_is_damaged_lost_or_left_over_after_a_kill(place: torture.Place):
    tally = torture.kill_at_random(VERB, place, 8, random.Random(0))
    assert not tally.counts, tally.examples


@pytest.mark.parametrize("failure", ["disk full", "read-only disk", "descriptors", "two at once"])
def test_other_failures_are_one_line_and_leave_nothing(place: torture.Place, failure: str):
    expected, seconds = torture.measure(VERB, place)
    rng = random.Random(0)
    for _ in range(3):
        outcome, what = torture_failures.ATTEMPTS[failure](VERB, place, expected, seconds, rng)
        assert outcome != "wrong", what
