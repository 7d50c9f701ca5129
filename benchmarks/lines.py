"""Solo lines, held notes and small ensembles that are played with known curves, on any soundfont.

Everything is drawn from seeds, so a line is the same on every machine.  A line is a performance with curves;
its truth in a domain is the same performance, with the same curves, on the instrument that the domain was
trained on.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from material import RESERVED

from audiostyle.music.curves import STEP, NoteCurves
from audiostyle.music.libfluidsynth import Event, Program, SoundFont, load_library
from audiostyle.music.notes import DRUM_CHANNEL, NOTE_DTYPE
from audiostyle.music.performance import Performance

RATE = 22_050  # Hz
TAIL = 0.6  # seconds after the last note
BEND_RANGE = 24  # semitones
CONTROL = 64 / RATE  # seconds between controllers: what FluidSynth resolves
SCALE = np.array([0, 2, 4, 5, 7, 9, 11])  # semitones above the keynote

SOLOISTS = {  # name: General MIDI program, lowest and highest pitch of its lines
    "violin": (40, 62, 84),
    "flute": (73, 65, 88),
    "trumpet": (56, 58, 79),
    "choir": (52, 55, 76),
    "clarinet": (71, 57, 79),
    "cello": (42, 43, 62),
    "voice": (53, 57, 77),
    "oboe": (68, 62, 82),
    "tenor saxophone": (66, 50, 70),
}
QUICK = ("violin", "flute", "choir")
BAND = (33, 27, 16, 61)  # electric bass, electric guitar, organ, brass


@dataclass(frozen=True)
class Line:
    """A performance with curves, and how it is to be played.

    Attributes:
        kind: of playing, one of :data:`KINDS`.
        soloist: one of :data:`SOLOISTS`.
        performance: with curves; its programs are the source's instruments.
        seconds: length of the recording.
        modulation: controller 1, 0–127: the soundfont's own vibrato.
    """

    kind: str
    soloist: str
    performance: Performance
    seconds: float
    modulation: int = 0

    @property
    def soundfont(self) -> Path:
        """The reserved soundfont that plays the source; they take turns over the soloists."""
        return RESERVED[list(SOLOISTS).index(self.soloist) % len(RESERVED)]

    def render_source(self) -> np.ndarray:
        """Return the recording that is to be translated, float32 (samples,)."""
        return render(self.performance, self.soundfont, self.seconds, self.modulation)

    def render_truth(self, soundfont: Path, program: int) -> np.ndarray:
        """Return what a perfect translation would sound like, float32 (samples,)."""
        pitched = self.performance.notes["channel"] != DRUM_CHANNEL
        curves = self.performance.curves
        assert curves is not None
        part = replace(
            self.performance,
            notes=self.performance.notes[pitched],
            curves=curves.select(np.flatnonzero(pitched)),
            programs=dict.fromkeys(self.performance.programs, program),
        )
        return render(part, soundfont, self.seconds, self.modulation)


def make_line(kind: str, soloist: str, quick: bool = False) -> Line:
    """Return a line of one kind for one instrument."""
    rng = np.random.default_rng([list(KINDS).index(kind), list(SOLOISTS).index(soloist)])
    return KINDS[kind](kind, soloist, rng, 5.0 if quick else 10.0)


def render(performance: Performance, soundfont: Path, seconds: float, modulation: int = 0) -> np.ndarray:
    """Return a performance with its curves as sound, float32 (samples,), with its peak at 0.5.

    Every note has a channel of its own, so that no wheel moves two notes.
    """
    samples = round(seconds * RATE)
    programs: dict[int, Program] = {}
    events: dict[int, list[Event]] = {}
    curves = performance.curves or bend(performance.notes)
    for index, (onset, offset, pitch, velocity, part) in enumerate(performance.notes.tolist()):
        drums = part == DRUM_CHANNEL
        channel = DRUM_CHANNEL if drums else _choose_channel(performance, index)
        programs[channel] = Program(128, 0) if drums else Program(0, performance.programs[part])
        start = max(0, round(onset * RATE))
        for time, cents, value in list_controls(curves, index, onset):
            wheel = int(np.clip(8192 + round(cents / (100 * BEND_RANGE) * 8192), 0, 16383))
            at = events.setdefault(max(0, round(time * RATE)), [])
            at += [Event("pitch_bend", channel, (wheel,)), Event("control", channel, (11, value))]
        at = events.setdefault(start, [])
        at += [Event("control", channel, (1, modulation)), Event("note_on", channel, (pitch, velocity))]
        events.setdefault(max(start + 1, round(offset * RATE)), []).insert(
            0, Event("note_off", channel, (pitch,))
        )
    wave = _open(soundfont).render(programs, events, samples)
    return np.asarray(0.5 / max(float(np.abs(wave).max()), 1e-9) * wave, np.float32)


def _choose_channel(performance: Performance, note: int) -> int:
    """Return the channel of a note: every part has a dozen, in turn, so the note before has died away."""
    part = performance.notes["channel"][note]
    place = sorted(performance.programs).index(part)
    count = int(np.sum(performance.notes["channel"][:note] == part))
    usable = [number for number in range(64) if number % 16 != DRUM_CHANNEL]
    return usable[12 * place + count % 12]


def list_controls(curves: NoteCurves, note: int, onset: float) -> list[tuple[float, float, int]]:
    """Return (seconds, cents, controller 11) of a note: its curves, in steps that nobody hears."""
    cents, level = (get(note).astype(float) for get in (curves.get_cents, curves.get_level))
    points = np.arange(0, len(cents), CONTROL / STEP)  # a value holds until the next: fine steps do not lag
    cents, level = (np.interp(points, np.arange(len(cents)), values) for values in (cents, level))
    values = np.clip(np.round(127 * 10 ** (level / 40)), 0, 127).astype(int)
    return list(zip((onset + points * STEP).tolist(), cents.tolist(), values.tolist(), strict=True))


@lru_cache(maxsize=4)
def _open(soundfont: Path) -> SoundFont:
    return SoundFont(load_library(), soundfont, RATE, BEND_RANGE)


def compose(
    rng: np.random.Generator, soloist: str, seconds: float, length: tuple[float, float], gap: float = 0.04
) -> np.ndarray:
    """Return the notes of a tune of steps and small leaps, all of one velocity, ``gap`` seconds apart."""
    _, low, high = SOLOISTS[soloist]
    keynote, degree, now, rows = low, int(rng.integers(4, 10)), 0.2, []
    highest = max(d for d in range(40) if keynote + 12 * (d // 7) + SCALE[d % 7] <= high)
    while now < seconds - TAIL - length[0]:
        held = min(float(rng.uniform(*length)), seconds - TAIL - now)
        rows.append((now, now + held - gap, keynote + 12 * (degree // 7) + SCALE[degree % 7], 100, 0))
        steps = [step for step in (-3, -2, -1, 1, 2, 4) if 0 <= degree + step <= highest]
        now, degree = now + held, degree + int(rng.choice(steps))
    return np.array(rows, NOTE_DTYPE)


def bend(
    notes: np.ndarray,
    cents: Callable[[int, np.ndarray, float], np.ndarray] | None = None,
    level: Callable[[int, np.ndarray, float], np.ndarray] | None = None,
) -> NoteCurves:
    """Return curves for notes; a function maps note, times since its onset (points,) and length to values."""
    rows: tuple[list[np.ndarray], list[np.ndarray]] = ([], [])
    for index, (onset, offset, *_) in enumerate(notes.tolist()):
        times = np.arange(int((offset - onset) / STEP) + 1) * STEP
        for function, row in zip((cents, level), rows, strict=True):
            row.append(np.zeros(len(times)) if function is None else function(index, times, offset - onset))
    return NoteCurves.from_lists(*rows)


def make_plain(kind: str, soloist: str, rng: np.random.Generator, seconds: float) -> Line:
    """A tune with drawn velocities, played straight."""
    notes = compose(rng, soloist, seconds, (0.3, 0.8))
    notes["velocity"] = rng.integers(60, 115, len(notes))
    return _solo(kind, soloist, notes, bend(notes), seconds)


def make_swells(kind: str, soloist: str, rng: np.random.Generator, seconds: float) -> Line:
    """Every note swells and fades, by 12 to 24 dB, with its peak anywhere in the middle."""
    notes = compose(rng, soloist, seconds, (1.0, 2.0))
    depths, peaks = rng.uniform(12, 24, len(notes)), rng.uniform(0.3, 0.7, len(notes))

    def swell(index: int, times: np.ndarray, length: float) -> np.ndarray:
        peak = peaks[index] * length
        distance = np.where(times < peak, (peak - times) / peak, (times - peak) / (length - peak))
        return -depths[index] * np.sin(0.5 * np.pi * np.clip(distance, 0, 1)) ** 2

    return _solo(kind, soloist, notes, bend(notes, level=swell), seconds)


def make_vibrato(kind: str, soloist: str, rng: np.random.Generator, seconds: float) -> Line:
    """Vibrato by the pitch wheel: ±20 to 60 cents at 4 to 7 Hz, after a fifth of a second."""
    notes = compose(rng, soloist, seconds, (0.9, 1.6))
    depths, rates = rng.uniform(20, 60, len(notes)), rng.uniform(4, 7, len(notes))

    def waver(index: int, times: np.ndarray, length: float) -> np.ndarray:
        ramp = np.clip((times - 0.1) / 0.2, 0, 1)
        return depths[index] * ramp * np.sin(2 * np.pi * rates[index] * np.maximum(times - 0.1, 0))

    return _solo(kind, soloist, notes, bend(notes, cents=waver), seconds)


def make_modulation(kind: str, soloist: str, rng: np.random.Generator, seconds: float) -> Line:
    """Vibrato by the modulation wheel, as the soundfont makes it; its curve is measured, not known."""
    notes = compose(rng, soloist, seconds, (0.9, 1.6))
    return _solo(kind, soloist, notes, bend(notes), seconds, modulation=100)


def make_scoops(kind: str, soloist: str, rng: np.random.Generator, seconds: float) -> Line:
    """Every note begins a semitone and a half below, and arrives after 0.1 to 0.25 s."""
    notes = compose(rng, soloist, seconds, (0.6, 1.1))
    arrivals = rng.uniform(0.10, 0.25, len(notes))

    def scoop(index: int, times: np.ndarray, length: float) -> np.ndarray:
        return -150.0 * np.clip(1 - times / arrivals[index], 0, 1)

    return _solo(kind, soloist, notes, bend(notes, cents=scoop), seconds)


def make_portamento(kind: str, soloist: str, rng: np.random.Generator, seconds: float) -> Line:
    """Every note begins at the pitch of the one before, and glides to its own in 0.1 to 0.2 s."""
    notes = compose(rng, soloist, seconds, (0.5, 1.0), gap=0.0)
    arrivals = rng.uniform(0.1, 0.2, len(notes))
    jumps = np.diff(notes["pitch"].astype(float), prepend=notes["pitch"][0])

    def glide(index: int, times: np.ndarray, length: float) -> np.ndarray:
        return -100.0 * jumps[index] * np.clip(1 - times / arrivals[index], 0, 1)

    return _solo(kind, soloist, notes, bend(notes, cents=glide), seconds)


def make_crescendo(kind: str, soloist: str, rng: np.random.Generator, seconds: float) -> Line:
    """One held note that grows from −40 dB, straight in decibels."""
    _, low, high = SOLOISTS[soloist]
    notes = np.array([(0.2, seconds - TAIL, int(rng.integers(low + 4, high - 3)), 110, 0)], NOTE_DTYPE)
    curves = bend(notes, level=lambda index, times, length: -40.0 * (1 - times / length))
    return _solo(kind, soloist, notes, curves, seconds)


def make_intro(kind: str, soloist: str, rng: np.random.Generator, seconds: float) -> Line:
    """A soft solo, then a loud band with drums for as long again."""
    solo = compose(rng, soloist, seconds, (0.5, 1.0))
    solo["velocity"] = rng.integers(40, 55, len(solo))
    rows = [solo]
    for part, _ in enumerate(BAND, start=1):
        low = (36, 52, 55, 60)[part - 1]
        starts = np.arange(seconds, 2 * seconds - TAIL, 0.5)
        pitches = low + rng.choice(SCALE, len(starts))
        ends = starts + 0.45
        voice = [(*times, pitch, 115, part) for *times, pitch in zip(starts, ends, pitches, strict=True)]
        rows.append(np.array(voice, NOTE_DTYPE))
    beats = [(t, t + 0.1, key, 110, DRUM_CHANNEL) for t in starts for key in (36, 42)]
    notes = np.sort(np.concatenate([*rows, np.array(beats, NOTE_DTYPE)]), order=["onset", "pitch"])
    line = _solo(kind, soloist, notes, bend(notes), 2 * seconds)
    programs = {**line.performance.programs, **dict(enumerate(BAND, start=1))}
    return replace(line, performance=replace(line.performance, programs=programs))


def make_trio(kind: str, soloist: str, rng: np.random.Generator, seconds: float) -> Line:
    """Three instruments, an octave and a fifth or so apart, each with its own swells and vibrato."""
    names = (
        soloist,
        "clarinet" if soloist != "clarinet" else "flute",
        "cello" if soloist != "cello" else "oboe",
    )
    parts = []
    for part, name in enumerate(names):
        notes = compose(rng, name, seconds, (1.0, 2.0))
        notes["channel"] = part
        parts.append(notes)
    notes = np.sort(np.concatenate(parts), order=["onset", "pitch"])
    depths, rates, swells = (rng.uniform(*span, len(notes)) for span in ((15, 45), (4, 6.5), (8, 18)))
    curves = bend(
        notes,
        lambda index, times, length: depths[index] * np.sin(2 * np.pi * rates[index] * times),
        lambda index, times, length: -swells[index] * np.cos(np.pi * times / length) ** 2,
    )
    performance = Performance(notes, {n: SOLOISTS[name][0] for n, name in enumerate(names)}, curves=curves)
    return Line(kind, soloist, performance, seconds)


KINDS: Mapping[str, Callable[[str, str, np.random.Generator, float], Line]] = {
    "plain": make_plain,
    "swells": make_swells,
    "vibrato": make_vibrato,
    "modulation": make_modulation,
    "scoops": make_scoops,
    "portamento": make_portamento,
    "crescendo": make_crescendo,
    "intro": make_intro,
    "trio": make_trio,
}
"""Kind of playing → what makes a line of it."""


def _solo(
    kind: str, soloist: str, notes: np.ndarray, curves: NoteCurves, seconds: float, modulation: int = 0
) -> Line:
    program = SOLOISTS[soloist][0]
    return Line(kind, soloist, Performance(notes, {0: program}, curves=curves), seconds, modulation)
