"""Recordings of single notes, made ready to be played: mono, cut at the attack, sustained ones prolonged."""

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

from audiostyle.errors import AudioReadError, TrainingError
from audiostyle.music.samples.zones import SampledInstrument, Zone
from audiostyle.sound.reading import AudioReader

RATE = 44100
"""Sample rate in hertz of what is played."""
LONGEST = 12.0
"""Seconds of a recording that are used, and to which sustained ones are prolonged."""

_ATTACK = 0.02  # share of the peak at which a recording begins
_BEFORE_ATTACK = 0.002  # seconds that are kept before that
_FADE = 0.03  # seconds at the end
_SHORTEST = 0.08  # seconds; shorter ones are clicks
_SHORTEST_LOOP = 16  # samples
_SILENT = 1e-4  # peak, −80 dB
_SUSTAINED = 0.35  # of the level in the first third that is left in the last one, where a tone is sustained
_LOOP = (0.35, 0.85)  # parts of a sustained recording between which it is repeated
_CROSSFADE = 0.25  # seconds

Wave = NDArray[np.float32]


def read_note(zone: Zone) -> Wave:
    """Return a zone's recording as it is played at its own pitch, (samples,) at 44.1 kHz.

    Args:
        zone: without a loop of its own, a sustained recording gets one.

    Raises:
        AudioReadError: it cannot be read.
        TrainingError: it is silent, or no longer than a click.
    """
    return _read_cached(zone.path, zone.start, zone.end, zone.loop, zone.sounds_on_release)


@lru_cache(maxsize=48)
def _read_cached(
    path: Path, start: int, end: int | None, loop: tuple[int, int] | None, released: bool
) -> Wave:
    wave, rate = read_mono(path, end)
    scale = RATE / rate
    if loop and loop[1] - loop[0] >= _SHORTEST_LOOP and loop[1] <= len(wave):
        wave = _repeat(wave, *loop, round(LONGEST * rate), min(64, loop[1] - loop[0], loop[0]))
    wave = soxr.resample(wave[start:], rate, RATE).astype(np.float32) if rate != RATE else wave[start:]
    peak = float(np.abs(wave).max(initial=0.0))
    if peak < _SILENT:
        raise TrainingError(f"{path}: is silent")
    first = 0
    if not start:
        first = int(np.argmax(np.abs(wave) > _ATTACK * peak))
    wave = wave[max(0, first - round(_BEFORE_ATTACK * RATE)) :][: round(LONGEST * RATE)]
    if len(wave) < _SHORTEST * RATE * min(1, scale):
        raise TrainingError(f"{path}: lasts {len(wave) / RATE:.2f} s, no longer than a click")
    if not released and is_sustained(wave):
        wave = prolong(wave)
    fade = min(round(_FADE * RATE), len(wave))
    return np.concatenate([wave[:-fade], wave[-fade:] * np.linspace(1, 0, fade, dtype=np.float32)])


def read_mono(path: Path, end: int | None = None) -> tuple[Wave, int]:
    """Return the beginning of a recording, 12 s at most, as the mean of its channels, and its sample rate.

    Raises:
        AudioReadError: it cannot be read.
    """
    with AudioReader(path) as reader:
        rate, parts, got = reader.info.sample_rate, [], 0
        most = min(round(LONGEST * rate), end or 1 << 40)
        for block in reader.blocks(1 << 16):
            parts.append(block.mean(axis=0))
            got += len(parts[-1])
            if got >= most:
                break
    return np.concatenate([np.zeros(0, np.float32), *parts])[:most].astype(np.float32), rate


def is_sustained(wave: Wave) -> bool:
    """Return whether a tone is bowed or blown: as loud in the end, but for its fade, as in the beginning.

    Example:
        >>> tone = np.sin(np.arange(88200) * 0.06).astype(np.float32)
        >>> is_sustained(tone), is_sustained(tone * np.exp(-np.arange(88200, dtype=np.float32) / 11025))
        (True, False)
    """
    if len(wave) < 0.5 * RATE:
        return False
    first, last = (
        np.sqrt(np.mean(wave[int(a * len(wave)) : int(b * len(wave))] ** 2))
        for a, b in ((0.1, 0.4), (0.6, 0.8))
    )
    return bool(last > _SUSTAINED * first)


def prolong(wave: Wave) -> Wave:
    """Return a sustained tone that lasts :data:`LONGEST` seconds: its middle is repeated, faded over.

    The place where it is repeated is the one at which the waves before and after agree best.
    """
    begin, stop = (int(share * len(wave)) for share in _LOOP)
    fade = min(round(_CROSSFADE * RATE), (stop - begin) // 3)
    near = min(round(0.03 * RATE), begin - fade, (stop - begin) // 4)
    if near > 0:
        pattern = wave[stop - fade : stop]
        window = wave[begin - fade - near : begin + near]
        begin += int(np.argmax(np.correlate(window, pattern, "valid"))) - near
    return _repeat(wave[: stop + 1], begin, stop, round(LONGEST * RATE), fade)


def _repeat(wave: Wave, begin: int, stop: int, length: int, fade: int) -> Wave:
    """Return ``length`` samples in which those from ``begin`` to ``stop`` come again and again.

    The ``fade`` samples before ``stop`` are faded into those before ``begin``, which are alike.
    """
    rise = np.linspace(0, 1, fade, dtype=np.float32)
    body = wave[:stop].copy()
    if fade:
        body[stop - fade :] = body[stop - fade :] * (1 - rise) + wave[begin - fade : begin] * rise
    rounds = -(-(length - stop) // (stop - begin)) if length > stop else 0
    return np.concatenate([body, *[body[begin:stop]] * max(rounds, 0)])[: max(length, 1)]


def leave_out_damaged(instrument: SampledInstrument) -> SampledInstrument:
    """Return the instrument without recordings that are damaged, silent or clicks; remarks name them.

    Raises:
        TrainingError: nothing is left.
    """
    kept, remarks = [], list(instrument.remarks)
    for zone in instrument.zones:
        try:
            read_note(zone)
            kept.append(zone)
        except (TrainingError, AudioReadError) as error:
            remarks.append(f"left out: {error}")
    if not any(not zone.sounds_on_release for zone in kept):
        raise TrainingError(
            remarks[-1].removeprefix("left out: ") if remarks else f"{instrument.name}: no recordings"
        )
    return replace(instrument, zones=tuple(kept), remarks=tuple(dict.fromkeys(remarks)))
