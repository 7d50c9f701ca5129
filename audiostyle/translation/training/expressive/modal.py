"""Modal synthesis of struck bars, bells and pans: sums of partials that decay, each at its own rate.

Their partials are not harmonics.  An encoder must learn that a partial at four or ten times the pitch is
timbre and not a note, which soundfonts alone do not teach.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from audiostyle.models.frontend import ENCODER_RATE
from audiostyle.sound.units import midi_to_hz
from audiostyle.translation.training.expressive.voices import TICK, TICK_RATE, Part, Voice, mix_voices

_AMPLITUDE = 0.08  # of the strongest partial of a loud note
_DAMPING = 0.06  # seconds to decay by 1/e once damped
_ATTACK = 60  # samples of the rise
_CLICK, _CLICK_DECAY = 300, 60  # samples of the mallet's noise, and of its decay by 1/e
_AUDIBLE = 40  # decibels by which a note decays until it counts as silent
_FULL_DECAY = 60  # decibels by which a note decays in its decay time

_RATIOS = {
    "vibraphone": (1.0, 4.0, 10.0),
    "marimba": (1.0, 4.0, 9.2, 16.5),
    "xylophone": (1.0, 3.0, 6.1, 10.2),
    "glockenspiel": (1.0, 2.76, 5.4, 8.93),
    "bell": (0.5, 1.0, 1.2, 1.5, 2.0, 2.66, 3.1, 4.2),
    "pan": (1.0, 2.0, 3.0, 4.0, 5.1),
    "string": (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0),
}
"""Frequencies of the partials of known instruments, by that of the pitch."""


@dataclass(frozen=True)
class ModalInstrument:
    """A struck instrument.

    Attributes:
        ratios: (P,) frequencies of the partials by that of the pitch.
        gains: (P,) their amplitudes when struck hard.
        decays: (P,) seconds to −60 dB at middle C.
        slope: octaves by which the decay times fall for each octave of pitch.
        tremolo: depth (0..1) and rate (hertz) of a motor, as a vibraphone has one.
        ringing: whether notes go on when their key is released.
        click: amplitude of the mallet's noise, by that of the strongest partial.
    """

    ratios: NDArray[np.float64]
    gains: NDArray[np.float64]
    decays: NDArray[np.float64]
    slope: float
    tremolo: tuple[float, float]
    ringing: bool
    click: float


def draw_instrument(rng: np.random.Generator) -> ModalInstrument:
    """Draw an instrument: three times in four one of a known kind, with small deviations, else any.

    Example:
        >>> instrument = draw_instrument(np.random.default_rng(0))
        >>> instrument.ratios.shape == instrument.gains.shape == instrument.decays.shape
        True
    """
    if rng.random() < 0.75:
        names = list(_RATIOS)
        ratios = np.array(_RATIOS[names[rng.integers(len(names))]])
        ratios = ratios * np.where(ratios == 1.0, 1.0, 1 + rng.normal(0, 0.004, len(ratios)))
    else:
        ratios = np.concatenate([[1.0], np.sort(rng.uniform(1.4, 12, rng.integers(1, 7)))])
    distance = np.abs(np.log2(ratios))
    gains = 10 ** (-rng.uniform(3, 14) * distance / 20) * rng.uniform(0.25, 1.2, len(ratios))
    gains[np.argmin(distance)] = 1.0
    longest = float(np.exp(rng.uniform(np.log(0.4), np.log(8))))
    decays = longest * np.minimum(1, 2 ** (-rng.uniform(0.3, 1.2) * distance))
    tremolo = (rng.uniform(0.1, 0.6), rng.uniform(3, 8)) if rng.random() < 0.3 else (0.0, 5.0)
    slope, ringing = rng.uniform(0.2, 0.8), bool(rng.random() < 0.5)
    return ModalInstrument(ratios, gains, decays, slope, tremolo, ringing, rng.uniform(0, 0.3))


def end_decayed_notes(part: Part, instrument: ModalInstrument) -> Part:
    """Return a part whose target notes last as long as the instrument sounds.

    A ringing note lasts until it has decayed by 40 dB or is struck again; a damped one until its key is
    released, if it has not decayed before.
    """
    next_attack: dict[int, int] = {}
    voices = []
    for voice in reversed(part.voices):
        ticks = round(_compute_decay(voice.key, instrument) * TICK_RATE * _AUDIBLE / _FULL_DECAY)
        silent = voice.start + max(3, ticks)
        stop = min(silent, next_attack.get(voice.key, silent) if instrument.ringing else voice.stop)
        targets = tuple(replace(note, stop=max(stop, note.start + 2)) for note in voice.targets[:1])
        bend = voice.bend[: max(2, stop - voice.start)]
        stop = max(stop, voice.start + 2)
        voices.append(replace(voice, stop=stop, bend=bend, targets=targets, sustained=0))
        next_attack[voice.key] = voice.start
    return Part(tuple(reversed(voices)), part.gain)


def render_part(
    part: Part, instrument: ModalInstrument, samples: int, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Return the sound of a part, (samples,) at 22,050 Hz.

    Of a voice's bend only the mean counts, since bars do not bend.
    """
    return mix_voices(part, samples, lambda voice, left: _render_voice(voice, instrument, left, rng))


def _render_voice(
    voice: Voice, instrument: ModalInstrument, longest: int, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Return the sound of one voice, of at most ``longest`` samples."""
    held = (voice.stop - voice.start) * TICK
    decay = _compute_decay(voice.key, instrument)
    length = min(longest, int(decay * ENCODER_RATE), held + int(6 * _DAMPING * ENCODER_RATE))
    time = np.arange(length, dtype=np.float32) / np.float32(ENCODER_RATE)
    sound = _sum_partials(voice, instrument, time, rng)
    attack = min(length, _ATTACK)
    sound[:attack] *= np.linspace(0, 1, attack, dtype=np.float32)
    click = min(length, _CLICK)
    noise = rng.normal(size=click) * np.exp(-np.arange(click) / _CLICK_DECAY)
    sound[:click] += (instrument.click * (voice.velocity / 127) * noise).astype(np.float32)
    depth, rate = instrument.tremolo
    if depth:
        phase = np.float32(2 * np.pi * rate) * (time + voice.start / TICK_RATE)
        sound *= 1 - depth * (0.5 + 0.5 * np.sin(phase))
    sound *= np.exp(-np.maximum(np.arange(length) - held, 0) / (_DAMPING * ENCODER_RATE))
    loudness = _AMPLITUDE * (voice.velocity / 127 * float(voice.expression[0])) ** 2
    return (loudness * sound).astype(np.float32)


def _sum_partials(
    voice: Voice, instrument: ModalInstrument, time: NDArray[np.float32], rng: np.random.Generator
) -> NDArray[np.float32]:
    """Return the sum of the decaying partials; those of soft notes are weaker the higher they are."""
    decay = _compute_decay(voice.key, instrument)
    pitch = float(midi_to_hz(voice.key + float(voice.bend.mean())))
    sound = np.zeros(len(time), np.float32)
    softness = 1 - voice.velocity / 127
    relative_decays = instrument.decays / instrument.decays.max()
    for ratio, gain, relative in zip(instrument.ratios, instrument.gains, relative_decays, strict=True):
        frequency = pitch * ratio
        if frequency > 0.48 * ENCODER_RATE:
            continue
        amplitude = gain * 10 ** (-softness * 8 * max(0.0, float(np.log2(ratio))) / 20)
        envelope = np.exp(-6.9 * time / np.float32(max(decay * relative, 0.03)))
        phase = np.float32(2 * np.pi * frequency) * time + np.float32(rng.uniform(0, 2 * np.pi))
        sound += np.float32(amplitude) * envelope * np.sin(phase)
    return sound


def _compute_decay(key: int, instrument: ModalInstrument) -> float:
    """Return the seconds in which the longest partial of a key decays by 60 dB."""
    octaves = (key - 60) / 12
    return float(np.clip(instrument.decays.max() * 2 ** (-instrument.slope * octaves), 0.12, 12))
