"""Source–filter synthesis of singers and of sustained instruments that nobody has sampled.

The source is a band-limited sawtooth with jitter whose pitch follows the voice's bend, and breath noise.  The
filter is a set of resonances; a singer's change from vowel to vowel.  Consonants are dips and bursts of
noise: at attacks, and inside held notes too, where the encoder must not find a new note.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from audiostyle.models.frontend import ENCODER_RATE
from audiostyle.sound.units import midi_to_hz
from audiostyle.translation.training.expressive.voices import TICK, Part, Voice, mix_voices

_FRAME = 4 * TICK  # samples of the filter's window, which moves by a tick
_RMS = 0.034  # of a loud note: about FluidSynth's, at its gain of 0.4
_LONGEST_RELEASE = 3  # release times after which a note ends
_FORMANTS = np.array(
    [
        [730, 1090, 2440, 3400, 4500],
        [530, 1840, 2480, 3500, 4600],
        [270, 2290, 3010, 3600, 4700],
        [570, 840, 2410, 3300, 4400],
        [300, 870, 2240, 3200, 4300],
        [500, 1400, 2400, 3400, 4500],
    ],
    float,
)
"""Five resonances of a man's vocal tract in hertz, for the vowels a, e, i, o, u and ə."""


@dataclass(frozen=True)
class SourceFilterInstrument:
    """A singer or a sustained instrument.

    Attributes:
        formants: (vowels, 5) resonances in hertz.
        bandwidth: width of a resonance by its frequency.
        tilt: decibels an octave by which the source falls, beyond the six of a sawtooth.
        breath: amplitude of the noise by that of the sawtooth.
        jitter: semitones of fast random deviation of pitch.
        attack: seconds of a note's rise.
        release: seconds in which it decays by 1/e.
        consonants: probability that an attack has one.
        inner_consonants: their mean number a second inside notes.
        odd: whether there are odd harmonics only, as in a clarinet's sound.
    """

    formants: NDArray[np.float64]
    bandwidth: float
    tilt: float
    breath: float
    jitter: float
    attack: float
    release: float
    consonants: float
    inner_consonants: float
    odd: bool = False


def draw_singer(rng: np.random.Generator) -> SourceFilterInstrument:
    """Draw a singer with one to five vowels and the vocal tract of a man, a woman or a child.

    Example:
        >>> draw_singer(np.random.default_rng(0)).formants.shape[1]
        5
    """
    size = rng.uniform(0.95, 1.35)
    formants = _FORMANTS[rng.permutation(len(_FORMANTS))[: rng.integers(1, 6)]] * size
    formants = formants * rng.uniform(0.93, 1.07, formants.shape)
    return SourceFilterInstrument(
        formants,
        bandwidth=rng.uniform(0.06, 0.16),
        tilt=rng.uniform(0, 9),
        breath=float(np.exp(rng.uniform(np.log(0.003), np.log(0.15)))),
        jitter=rng.uniform(0, 0.12),
        attack=rng.uniform(0.02, 0.12),
        release=rng.uniform(0.03, 0.15),
        consonants=rng.uniform(0.2, 1.0),
        inner_consonants=float(rng.choice([0, rng.uniform(0, 1.5)])),
    )


def draw_instrument(rng: np.random.Generator) -> SourceFilterInstrument:
    """Draw a sustained instrument with random resonances and no consonants."""
    formants = np.sort(np.exp(rng.uniform(np.log(200), np.log(6000), (1, 5))), axis=1)
    return SourceFilterInstrument(
        formants,
        bandwidth=rng.uniform(0.1, 0.8),
        tilt=rng.uniform(-3, 8),
        breath=float(np.exp(rng.uniform(np.log(0.001), np.log(0.1)))),
        jitter=rng.uniform(0, 0.04),
        attack=rng.uniform(0.003, 0.15),
        release=rng.uniform(0.01, 0.3),
        consonants=0.0,
        inner_consonants=0.0,
        odd=bool(rng.random() < 0.4),
    )


def render_part(
    part: Part, instrument: SourceFilterInstrument, samples: int, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Return the sound of a part, (samples,) at 22,050 Hz; voices that overlap sound together."""
    return mix_voices(part, samples, lambda voice, left: _render_voice(voice, instrument, left, rng))


def _render_voice(
    voice: Voice, instrument: SourceFilterInstrument, longest: int, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Return the sound of one voice, of at most ``longest`` samples."""
    held = (voice.end - voice.start) * TICK
    length = min(longest, held + int(_LONGEST_RELEASE * instrument.release * ENCODER_RATE))
    ticks = np.arange(length) / TICK
    bend = np.interp(ticks, np.arange(len(voice.bend)), voice.bend)
    bend = bend + instrument.jitter * _make_jitter(length, rng)
    frequency = midi_to_hz(voice.key + bend)
    source = _make_sawtooth(frequency, instrument.odd, rng)
    source += instrument.breath * rng.standard_normal(length).astype(np.float32)
    filtered = _filter(source, instrument, float(np.median(frequency)), rng)
    time = np.arange(length)
    envelope = np.minimum(1, (time + 1) / (instrument.attack * ENCODER_RATE)) ** 1.5
    envelope *= np.exp(-np.maximum(time - held, 0) / (instrument.release * ENCODER_RATE))
    envelope *= np.interp(ticks, np.arange(len(voice.expression)), voice.expression) ** 2
    rms = np.sqrt(np.mean(filtered**2)) + 1e-9
    sound = filtered * envelope * (_RMS / rms * (voice.velocity / 127) ** 2)
    return _add_consonants(sound.astype(np.float32), instrument, rng)


def _make_sawtooth(
    frequency: NDArray[np.float64], odd: bool, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Return a band-limited sawtooth, or a square wave where ``odd``, of frequencies (N,) in hertz."""
    step = frequency / ENCODER_RATE
    phase = np.cumsum(step) + rng.random()
    wave = _smooth_edges(phase % 1, step)
    if odd:
        wave = wave - _smooth_edges((phase + 0.5) % 1, step)
    return wave.astype(np.float32)


def _smooth_edges(phase: NDArray[np.float64], step: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a sawtooth whose edges are smoothed over two samples (PolyBLEP; Välimäki & Huovilainen 2007)."""
    wave = 2 * phase - 1
    early, late = phase < step, phase > 1 - step
    t = phase[early] / step[early]
    wave[early] -= t + t - t * t - 1
    t = (phase[late] - 1) / step[late]
    wave[late] -= t * t + t + t + 1
    return wave


def _filter(
    wave: NDArray[np.float32], instrument: SourceFilterInstrument, pitch: float, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Return a wave through the resonances of vowels that change about every half second."""
    count = len(wave) // TICK + 5
    padded = np.zeros((count - 1) * TICK + _FRAME, np.float32)
    padded[_FRAME // 2 : _FRAME // 2 + len(wave)] = wave
    window = np.hanning(_FRAME + 1)[:-1].astype(np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(padded, _FRAME)[::TICK] * window
    spectra = fft.rfft(frames, axis=1, workers=1)
    formants = _draw_formants(instrument, len(frames), rng)
    spectra *= _compute_response(np.maximum(formants, [[pitch, 0, 0, 0, 0]]), instrument)
    back = fft.irfft(spectra, _FRAME, axis=1, workers=1).astype(np.float32) * window
    result = np.zeros_like(padded)
    for k in range(4):  # every fourth frame does not overlap its neighbor
        part = back[k::4]
        result[k * TICK : k * TICK + part.size] += part.reshape(-1)
    return result[_FRAME // 2 : _FRAME // 2 + len(wave)]


def _draw_formants(
    instrument: SourceFilterInstrument, frames: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Draw a sequence of vowels, and return the resonances in hertz of every frame, (frames, 5)."""
    count = max(2, int(frames / 80) + 2)
    vowels = instrument.formants[rng.integers(len(instrument.formants), size=count)]
    place = np.linspace(0, count - 1, frames)
    place = np.floor(place) + np.clip((place % 1 - 0.4) / 0.2, 0, 1)  # held, then changed quickly
    return np.stack([np.interp(place, np.arange(count), vowels[:, k]) for k in range(5)], axis=1)


def _compute_response(
    formants: NDArray[np.float64], instrument: SourceFilterInstrument
) -> NDArray[np.float64]:
    """Return the gains (frames, 257) of resonances in hertz (frames, 5) and of the tilt."""
    frequency = np.maximum(np.arange(_FRAME // 2 + 1) * ENCODER_RATE / _FRAME, 40.0)
    gain = np.full((len(formants), len(frequency)), 0.02)
    for k in range(formants.shape[1]):
        center = formants[:, k : k + 1]
        width = instrument.bandwidth * center + 40
        gain += 0.6**k / (1 + ((frequency - center) / width) ** 2)
    return gain * 10 ** (-instrument.tilt * np.log2(frequency / 100) / 20)


def _add_consonants(
    sound: NDArray[np.float32], instrument: SourceFilterInstrument, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Add consonants at the beginning of a voice and inside it, where no note begins."""
    rms = float(np.sqrt(np.mean(sound**2))) if len(sound) else 0.0
    places = [0] if rng.random() < instrument.consonants else []
    inner = rng.poisson(instrument.inner_consonants * len(sound) / ENCODER_RATE)
    places += rng.integers(0, max(1, len(sound)), inner).tolist()
    for place in places:
        length = int(rng.uniform(0.02, 0.07) * ENCODER_RATE)
        length = min(length, len(sound) - place)
        if length < 16:
            continue
        hump = np.sin(np.pi * np.arange(length) / length)
        if place:  # the voice becomes softer meanwhile
            sound[place : place + length] *= (1 - rng.uniform(0.3, 0.95) * hump).astype(np.float32)
        bright = rng.random() < 0.7
        noise = np.diff(rng.standard_normal(length + 1)) if bright else rng.standard_normal(length)
        sound[place : place + length] += (rng.uniform(0, 0.8) * rms * hump * noise).astype(np.float32)
    return sound


def _make_jitter(length: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return noise with a standard deviation of about 1 that changes sign about thirty times a second."""
    knots = max(4, int(length / ENCODER_RATE * 60) + 4)
    return np.interp(np.linspace(0, knots - 1, length), np.arange(knots), rng.normal(size=knots))
