"""Presets of SF2 and SF3 soundfonts, played by FluidSynth."""

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from audiostyle.errors import TrainingError, did_you_mean
from audiostyle.music.fluidsynth import render_performance
from audiostyle.music.performance import Performance

_ROW = 38  # bytes of a preset's header in the chunk "phdr"
_LEVEL = 2.0  # spends the headroom that FluidSynth is given


@dataclass(frozen=True)
class Preset:
    """A preset of a soundfont.

    Attributes:
        soundfont: an .sf2 or .sf3 file.
        program: 0–127.
        name: as the soundfont gives it.

    Example:
        >>> Preset(Path("FluidR3_GM.sf2"), 6, "Harpsichord").name
        'Harpsichord'
    """

    soundfont: Path
    program: int
    name: str

    def render(self, performance: Performance) -> NDArray[np.float32]:
        """Play the pitched notes of a performance, mono at 44.1 kHz.

        Raises:
            TrainingError: FluidSynth is missing, or cannot read the soundfont.
        """
        played = performance.arrange_for(self.program)
        return (_LEVEL * render_performance(played, self.soundfont)).astype(np.float32)


def list_presets(soundfont: Path) -> dict[int, str]:
    """Return the programs of bank 0 of a soundfont, with their names.

    Raises:
        TrainingError: it cannot be read, or is not a soundfont.
    """
    try:
        with soundfont.open("rb") as file:
            chunk = _find_headers(file.read())
    except OSError as error:
        raise TrainingError(f"{soundfont}: cannot be read ({error.strerror})") from None
    if not chunk:
        raise TrainingError(f"{soundfont}: is not a soundfont (.sf2 or .sf3)")
    rows = [
        chunk[n : n + _ROW] for n in range(0, len(chunk) - 2 * _ROW + 1, _ROW)
    ]  # the last one ends the list
    found = {}
    for row in rows:
        name = row[:20].split(b"\0")[0].decode("latin-1").strip()
        program, bank = struct.unpack("<HH", row[20:24])
        if bank == 0 and program < 128:
            found[program] = name
    return dict(sorted(found.items()))


def _find_headers(data: bytes) -> bytes:
    """Return the chunk "phdr" of a RIFF file of the form "sfbk"; nothing where there is none."""
    if data[:4] != b"RIFF" or data[8:12] != b"sfbk":
        return b""
    place = data.rfind(b"phdr")
    if place < 0:
        return b""
    if place + 8 > len(data):
        return b""
    size = struct.unpack("<I", data[place + 4 : place + 8])[0]
    return data[place + 8 : place + 8 + size]


def open_preset(soundfont: Path, program: str | int) -> Preset:
    """Return a preset of a soundfont by its number or its name.

    Args:
        soundfont: an .sf2 or .sf3 file.
        program: 0–127, or a name, in any case.

    Raises:
        TrainingError: there is no such preset; the message says which there are.
    """
    presets = list_presets(soundfont)
    text = str(program).strip()
    if text.isdecimal() and int(text) in presets:
        return Preset(soundfont, int(text), presets[int(text)])
    names = {name.lower(): number for number, name in presets.items()}
    if text.lower() in names:
        return Preset(soundfont, names[text.lower()], text)
    some = ", ".join(f"{number} {name}" for number, name in list(presets.items())[:8])
    hint = did_you_mean(text.lower(), names)
    raise TrainingError(
        f"{soundfont}: no preset {text!r}{hint}; there are {some}{' …' if len(presets) > 8 else ''}"
    )
