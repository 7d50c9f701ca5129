"""Whatever a user has of single notes, a folder, an SFZ file or a soundfont, as one thing that plays."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from audiostyle.errors import TrainingError
from audiostyle.music.notes import HIGHEST_KEY, LOWEST_KEY
from audiostyle.music.samples.folder import looks_sampled, read_folder
from audiostyle.music.samples.playing import Renderer, render_samples
from audiostyle.music.samples.presets import open_preset
from audiostyle.music.samples.recordings import leave_out_damaged
from audiostyle.music.samples.sfz import read_sfz

SOUNDFONTS = (".sf2", ".sf3")
"""Suffixes of soundfonts."""


@dataclass(frozen=True)
class PlayableInstrument:
    """An instrument that plays performances.

    Attributes:
        name: of the instrument.
        render: a performance to its sound, mono at 44.1 kHz.
        lowest, highest: the keys that it plays, MIDI numbers within a piano's keyboard.
        remarks: what was left out or ignored of it, a sentence each.
    """

    name: str
    render: Renderer
    lowest: int
    highest: int
    remarks: tuple[str, ...] = ()


def is_instrument(path: Path) -> bool:
    """Return whether a path is that of a sampled instrument, and not of recordings of music.

    Example:
        >>> is_instrument(Path("grand.sfz")), is_instrument(Path("song.wav"))
        (True, False)
    """
    return path.suffix.lower() in (".sfz", *SOUNDFONTS) or (path.is_dir() and looks_sampled(path))


def open_instrument(path: Path, program: str | int = 0) -> PlayableInstrument:
    """Return the instrument of a folder of single notes, an SFZ file or a soundfont.

    Args:
        path: see :func:`is_instrument`.
        program: number or name of a soundfont's preset; not used for others.

    Raises:
        TrainingError: there is nothing to play.
    """
    suffix = path.suffix.lower()
    if not path.exists():
        raise TrainingError(f"{path}: no such file or folder")
    if suffix in SOUNDFONTS:
        preset = open_preset(path, program)
        return PlayableInstrument(preset.name, preset.render, LOWEST_KEY, HIGHEST_KEY)
    sampled = leave_out_damaged(read_sfz(path) if suffix == ".sfz" else read_folder(path))
    low, high = sampled.range
    lowest, highest = max(low, LOWEST_KEY), min(high, HIGHEST_KEY)
    if highest - lowest < 1:
        raise TrainingError(
            f"{path}: plays no keys of a piano's keyboard (MIDI {LOWEST_KEY} to {HIGHEST_KEY})"
        )
    render = partial(render_samples, instrument=sampled)
    return PlayableInstrument(sampled.name, render, lowest, highest, sampled.remarks)
