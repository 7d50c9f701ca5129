"""A sampler: voices from recorded notes of real instruments, by the nearest recording, resampled.

A folder holds instruments by name: ``NAME.ogg``, all recordings one after the other at 22,050 Hz, and
``NAME.npy``, float64 (R, 4): measured pitch in semitones, layer (the velocity at which it was struck, 1–127),
first sample, and sample after the last.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import soundfile
from numpy.typing import NDArray

from audiostyle.models.frontend import ENCODER_RATE
from audiostyle.translation.training.expressive.voices import TICK, Part, Voice, mix_voices

RECORDING_RMS = 0.12
"""Root mean square of the first half second of a recording, on the median of its layer."""

_GAIN = 0.28  # brings a loud note to about FluidSynth's level
_RELEASE = 0.12  # seconds to decay by 1/e after the key is released; drawn between half and three times that
_LONGEST_RELEASE = 5  # release times after which a note ends
_LAYER_WEIGHT = 0.02  # semitones of pitch that count as much as one step of velocity


class SampledInstrument(NamedTuple):
    """Recorded notes of an instrument.

    Attributes:
        wave: (N,) int16 at 22,050 Hz, the recordings one after the other.
        table: (R, 4) float64, a row for each recording: pitch, layer, first sample, sample after the last.
    """

    wave: NDArray[np.int16]
    table: NDArray[np.float64]

    @property
    def lowest(self) -> int:
        """The lowest key that is played, two semitones below the lowest recording."""
        return round(float(self.table[:, 0].min())) - 2

    @property
    def highest(self) -> int:
        """The highest key that is played, two semitones above the highest recording."""
        return round(float(self.table[:, 0].max())) + 2


def read_instruments(folder: Path) -> dict[str, SampledInstrument]:
    """Return the instruments of a folder by name; none where there is no such folder.

    Example:
        >>> read_instruments(Path("/nowhere"))
        {}
    """
    found = {}
    for path in sorted(folder.glob("*.npy")):
        wave, _ = soundfile.read(path.with_suffix(".ogg"), dtype="int16")
        found[path.stem] = SampledInstrument(wave, np.load(path, allow_pickle=False))
    return found


def write_instrument(folder: Path, name: str, instrument: SampledInstrument) -> None:
    """Write an instrument to a folder, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / f"{name}.npy", instrument.table)
    with soundfile.SoundFile(
        folder / f"{name}.ogg", "w", ENCODER_RATE, 1, subtype="VORBIS", format="OGG", compression_level=0.75
    ) as file:
        for start in range(0, len(instrument.wave), ENCODER_RATE):  # libsndfile crashes on long blocks
            file.write(instrument.wave[start : start + ENCODER_RATE])


def render_part(
    part: Part, instrument: SampledInstrument, samples: int, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Return the sound of a part, (samples,) at 22,050 Hz.

    A note lasts no longer than its recording.  Keys without a recording are played by the nearest one, faster
    or slower.
    """
    release = rng.uniform(0.5, 3) * _RELEASE
    return mix_voices(part, samples, lambda voice, left: _render_voice(voice, instrument, left, release))


def _render_voice(
    voice: Voice, instrument: SampledInstrument, longest: int, release: float
) -> NDArray[np.float32]:
    """Return the sound of one voice, of at most ``longest`` samples."""
    pitch, _, first, stop = _find_recording(voice, instrument.table)
    recording = instrument.wave[int(first) : int(stop)].astype(np.float32)
    held = (voice.end - voice.start) * TICK
    length = min(longest, held + int(_LONGEST_RELEASE * release * ENCODER_RATE))
    ticks = np.arange(length) / TICK
    bend = np.interp(ticks, np.arange(len(voice.bend)), voice.bend)
    place = np.cumsum(2 ** ((voice.key + bend - pitch) / 12))
    length = int(np.searchsorted(place, len(recording) - 3))
    place, ticks = place[:length], ticks[:length]
    fade = np.exp(-np.maximum(np.arange(length) - held, 0) / (release * ENCODER_RATE))
    envelope = np.interp(ticks, np.arange(len(voice.expression)), voice.expression) ** 2 * fade
    loudness = _GAIN * (voice.velocity / 127) ** 2
    return (_interpolate(recording, place) * envelope * loudness / 32768).astype(np.float32)


def _find_recording(voice: Voice, table: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the row of the recording that is nearest in pitch, and among equals in velocity."""
    distance = np.abs(table[:, 0] - voice.key) + _LAYER_WEIGHT * np.abs(table[:, 1] - voice.velocity)
    return np.asarray(table[int(np.argmin(distance))])


def _interpolate(wave: NDArray[np.float32], place: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return a wave at fractional samples, by cubic interpolation (Catmull–Rom)."""
    base = place.astype(np.int64)
    x = (place - base).astype(np.float32)
    a, b, c, d = (wave[np.clip(base + k, 0, len(wave) - 1)] for k in (-1, 0, 1, 2))
    result = b + 0.5 * x * (c - a + x * (2 * a - 5 * b + 4 * c - d + x * (3 * (b - c) + d - a)))
    return np.asarray(result)
