"""Measures of files: the metrics of this package by short names, with what each compares a result with.

A measure is a metric on files.  It says which companion of a result it needs: the *truth* (what a perfect
result would be), the *source* (what the result was made of) or the *style*.  Where several will do, the first
that is given is taken.  ``fad`` is of sets of files and not of pairs: it compares all results with all of
their companions.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

from audiostyle.errors import AudiostyleError, did_you_mean
from audiostyle.evaluate.metrics import METRICS
from audiostyle.evaluate.pairing import PICTURE, SOUND

Floats = NDArray[np.float64]

RESULT, TRUTH, SOURCE, STYLE = "result", "truth", "source", "style"
"""Roles of files."""

Transcriber = Callable[[Floats, int], NDArray[np.float64]]
"""Turns a wave and its sample rate into notes (onset in seconds, MIDI pitch, end in seconds)."""

Embedder = Callable[[Floats, int], Floats]
"""Turns a wave and its sample rate into a point (channels,)."""


@dataclass(frozen=True)
class Measure:
    """A metric of files.

    Attributes:
        metric: its name in :data:`~audiostyle.evaluate.metrics.METRICS`.
        medium: ``"sound"`` or ``"picture"``.
        companions: roles of which the first that is given is compared with.
        sets: the embedding whose sets it compares, ``"timbre"`` or ``"spectrogram"``; empty where it
            compares pairs of files.
        all_companions: whether it needs all of ``companions`` at once.
        notes: whether it compares notes, which a transcriber has to find.
    """

    metric: str
    medium: str
    companions: tuple[str, ...]
    sets: str = ""
    all_companions: bool = False
    notes: bool = False

    @property
    def more_is_better(self) -> bool:
        """Whether larger numbers are better."""
        return METRICS[self.metric].best == 1.0 and self.metric != "art_distance"

    def choose(self, given: "frozenset[str] | set[str]") -> tuple[str, ...]:
        """Return the roles that are compared with; none if what is needed is not given."""
        if self.all_companions:
            return self.companions if set(self.companions) <= given else ()
        return next(((role,) for role in self.companions if role in given), ())


MEASURES = {
    "lsd": Measure("log_spectral_distance", SOUND, (TRUTH,)),
    "timbre": Measure("timbre_distance", SOUND, (TRUTH, STYLE)),
    "chroma": Measure("chroma_distance", SOUND, (TRUTH, SOURCE)),
    "loudness": Measure("loudness_correlation", SOUND, (TRUTH, SOURCE)),
    "melody": Measure("pitch_correlation", SOUND, (TRUTH, SOURCE)),
    "notes": Measure("note_f1", SOUND, (TRUTH, SOURCE), notes=True),
    "pitch": Measure("pitch_distance", SOUND, (TRUTH, SOURCE), notes=True),
    "fad": Measure("extrapolated_frechet_distance", SOUND, (TRUTH, STYLE), sets="timbre"),
    "grain": Measure("extrapolated_frechet_distance", SOUND, (TRUTH, STYLE), sets="spectrogram"),
    "ssim": Measure("ssim", PICTURE, (TRUTH, SOURCE)),
    "edges": Measure("edge_ssim", PICTURE, (TRUTH, SOURCE)),
    "skies": Measure("gradient_reversals", PICTURE, (TRUTH, SOURCE)),
    "colors": Measure("sliced_wasserstein", PICTURE, (TRUTH, STYLE)),
    "palette": Measure("palette_distance", PICTURE, (TRUTH, STYLE)),
    "art": Measure("art_distance", PICTURE, (SOURCE, STYLE), all_companions=True),
}
"""All measures, by short names."""

SLOW = frozenset({"notes", "pitch", "melody", "grain"})
"""Measures that are left out unless they are named."""


def choose_measures(names: "tuple[str, ...] | None", medium: str, given: set[str]) -> dict[str, Measure]:
    """Return the measures that are asked for; None is all that apply and are not slow.

    Args:
        names: short names, or None.
        medium: of the files.
        given: roles of which there are files.

    Raises:
        AudiostyleError: one is not known, is of another medium, or needs files that are not given.

    Example:
        >>> list(choose_measures(None, "sound", {"truth"}))
        ['lsd', 'timbre', 'chroma', 'loudness', 'fad']
    """
    if names is None:
        own = {name: m for name, m in MEASURES.items() if m.medium == medium and name not in SLOW}
        chosen = {name: measure for name, measure in own.items() if measure.choose(given)}
        if not chosen:
            raise AudiostyleError(
                "there is nothing to compare results with; give --truth, --source or --style"
            )
        return chosen
    for name in names:
        if name not in MEASURES:
            known = ", ".join(n for n, measure in MEASURES.items() if measure.medium == medium)
            raise AudiostyleError(
                f"no metric {name!r}{did_you_mean(name, MEASURES)}; for {medium}s there is {known}"
            )
        measure = MEASURES[name]
        if measure.medium != medium:
            raise AudiostyleError(f"{name} is of {measure.medium}s, and the results are {medium}s")
        if not measure.choose(given):
            needed = (" and " if measure.all_companions else " or ").join(
                f"--{role}" for role in measure.companions
            )
            raise AudiostyleError(f"{name} needs {needed}")
    return {name: MEASURES[name] for name in names}


@dataclass
class Files:
    """The files of one item, each read once.

    Attributes:
        paths: role → path.
        transcribe: finds notes.
    """

    paths: Mapping[str, Path]
    transcribe: Transcriber | None = None
    _read: dict[str, object] = field(default_factory=dict)

    def read_sound(self, role: str) -> tuple[Floats, int]:
        """Return a recording, mixed down, and its sample rate.

        Raises:
            AudioReadError: it cannot be read.
        """
        if role not in self._read:
            from audiostyle.sound.reading import read_audio

            wave, rate = read_audio(self.paths[role])
            self._read[role] = wave.mean(axis=0, dtype=np.float64), rate
        return self._read[role]  # type: ignore[return-value]

    def read_picture(self, role: str) -> Floats:
        """Return the pixels of a picture, (H, W, 3).

        Raises:
            PictureReadError: it cannot be read.
        """
        if role not in self._read:
            from audiostyle.image.io.files import read_picture

            self._read[role] = read_picture(self.paths[role]).pixels.astype(np.float64).clip(0, 1)
        return self._read[role]  # type: ignore[return-value]

    def find_notes(self, role: str) -> NDArray[np.float64]:
        """Return the notes of a recording: of the MIDI file of its name beside it, else transcribed.

        Raises:
            AudiostyleError: nothing can transcribe.
        """
        key = f"notes of {role}"
        if key not in self._read:
            beside = self.paths[role].with_suffix(".mid")
            self._read[key] = _read_midi(beside) if beside.is_file() else self._hear(role)
        return self._read[key]  # type: ignore[return-value]

    def _hear(self, role: str) -> NDArray[np.float64]:
        if self.transcribe is None:
            raise AudiostyleError("notes can be compared only where something transcribes recordings")
        return self.transcribe(*self.read_sound(role))


def measure_pair(measure: Measure, files: Files, companions: tuple[str, ...]) -> float:
    """Return a measure of one result.

    Args:
        measure: of pairs.
        files: of the item.
        companions: roles to compare with.

    Raises:
        AudiostyleError: a file cannot be read, or the two cannot be compared.
    """
    metric = METRICS[measure.metric].function
    if measure.medium == PICTURE:
        return metric(files.read_picture(RESULT), *(files.read_picture(role) for role in companions))
    (companion,) = companions
    if measure.notes:
        return _compare_notes(measure, files, companion)
    wave, rate = files.read_sound(RESULT)
    other, other_rate = files.read_sound(companion)
    if other_rate != rate:
        other = soxr.resample(other, other_rate, rate)
        if abs(other.size - wave.size) <= 2:  # what resampling rounds
            other = np.pad(other, (0, max(0, wave.size - other.size)))[: wave.size]
    return metric(wave, other, rate)


def _compare_notes(measure: Measure, files: Files, companion: str) -> float:
    from audiostyle.evaluate.notes import note_f1
    from audiostyle.evaluate.pitches import make_piano_roll, pitch_distance

    played, wanted = (files.find_notes(role) for role in (RESULT, companion))
    if measure.metric == "note_f1":
        return note_f1(played, wanted)
    wave, rate = files.read_sound(RESULT)
    seconds = wave.size / rate
    return pitch_distance(make_piano_roll(played, seconds), make_piano_roll(wanted, seconds))


def embed_timbre(wave: Floats, rate: int) -> Floats:
    """Return the timbre embedding of a recording, for sets of them."""
    from audiostyle.evaluate.timbre import embed, load_network

    return embed(load_network(), wave, rate)


def _read_midi(path: Path) -> NDArray[np.float64]:
    from audiostyle.music.midi import read_midi

    return to_rows(read_midi(path).notes)


def to_rows(notes: NDArray[np.void]) -> NDArray[np.float64]:
    """Return notes of a performance as rows of onset, pitch and end."""
    return (
        np.stack([notes["onset"], notes["pitch"], notes["offset"]], axis=1).astype(np.float64).reshape(-1, 3)
    )
