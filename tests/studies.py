"""Studies to test with: in memory, and folders of tiny sounds and pictures to make them of."""

from pathlib import Path

import numpy as np
import soundfile
from PIL import Image

from audiostyle.study.design import Plan, Role, Stimulus, Study, Texts
from audiostyle.study.results import Row

RATE = 8000


def build_study(
    design: str = "pairs",
    systems: int = 3,
    items: int = 4,
    plan: Plan | None = None,
    worse: int = 2,
    **settings,
) -> Study:
    """A study without files; keys name system and item."""
    names = tuple(f"s{n}" for n in range(systems))
    pieces = tuple(f"i{n}" for n in range(items))
    stimuli = [Stimulus(f"{s}{i}", s, i, f"media/{s}{i}.flac") for s in names for i in pieces]
    stimuli += [
        Stimulus(f"bad{n}", names[n % systems], pieces[n % items], f"media/bad{n}.flac", True)
        for n in range(worse)
    ]
    chosen = plan or Plan(6, repeats=1, identical=1, degraded=1)
    return Study(
        "x",
        design,
        "sound",
        3,
        20,
        names,
        pieces,
        tuple(stimuli),
        Texts("t", "Which?", "ok?"),
        chosen,
        **settings,
    )


def write_sounds(
    root: Path, systems: tuple[str, ...] = ("ours", "theirs"), items: tuple[str, ...] = ("a", "b")
) -> dict:
    """Folders of tiny recordings, one for each system."""
    for number, system in enumerate(systems):
        (root / system).mkdir(parents=True)
        for place, item in enumerate(items):
            wave = np.sin(np.arange(2400) * (0.2 + 0.1 * place)) * 0.4 / (1 + number)
            soundfile.write(root / system / f"{item}.wav", wave, RATE)
    return {system: root / system for system in systems}


def write_pictures(
    root: Path, systems: tuple[str, ...] = ("ours", "theirs"), items: tuple[str, ...] = ("a", "b")
) -> dict:
    """Folders of tiny pictures, one for each system."""
    for number, system in enumerate(systems):
        (root / system).mkdir(parents=True)
        for place, item in enumerate(items):
            noise = np.random.default_rng([number, place]).integers(0, 256, (40, 60, 3), dtype=np.uint8)
            Image.fromarray(noise).save(root / system / f"{item}.png")
    return {system: root / system for system in systems}


def make_row(
    session: int, trial: int, stimuli: tuple[str, ...], answer, role: str = "main", **changes
) -> Row:
    """An answer: a choice, or a list of positions."""
    content = {"positions": answer} if isinstance(answer, list) else {"choice": answer}
    fields = {"item": "i0", "repeats": None, "milliseconds": 8000.0, "plays": (1,) * len(stimuli)} | changes
    return Row(
        session, trial, Role(role), fields["item"], stimuli, fields["repeats"], content,
        fields["milliseconds"], fields["plays"], 48000.0, 0.0,
    )  # fmt: skip
