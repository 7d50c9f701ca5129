"""One item measured: all its systems by all measures.  Items do not know of each other: any order will do."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from audiostyle.errors import AudiostyleError
from audiostyle.evaluate.measures import (
    RESULT,
    Embedder,
    Files,
    Floats,
    Measure,
    Transcriber,
    embed_timbre,
    measure_pair,
)
from audiostyle.progress import Progress


@dataclass(frozen=True)
class Failure:
    """An item that could not be measured.

    Attributes:
        system, item: of which.
        measure: that failed.
        message: one line.
    """

    system: str
    item: str
    measure: str
    message: str


@dataclass
class ItemScores:
    """What was measured of one item.

    Attributes:
        item: which.
        values: (measure, system) → value, of measures of pairs.
        points: (measure, system) → embedding of the result, of measures of sets.
        wanted: measure → embedding of what results are compared with.
        failures: what could not be measured.
    """

    item: str
    values: dict[tuple[str, str], float] = field(default_factory=dict)
    points: dict[tuple[str, str], Floats] = field(default_factory=dict)
    wanted: dict[str, Floats] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)


def measure_item(
    item: str,
    paths: Mapping[str, Path],
    systems: tuple[str, ...],
    measures: Mapping[str, Measure],
    *,
    transcribe: Transcriber | None = None,
    embedders: Mapping[str, Embedder] | None = None,
    progress: Progress | None = None,
) -> ItemScores:
    """Measure all systems on one item.

    Args:
        item: what it is called.
        paths: name of a system, or role of a companion → path.
        systems: which of these names are systems.
        measures: by names, see :func:`~audiostyle.evaluate.measures.choose_measures`.
        transcribe: finds notes, for measures of notes.
        embedders: embeddings by name, for measures of sets, beside ``"timbre"``, which is here.
        progress: is told how many systems of all are done.

    Raises:
        AudiostyleError: an embedding that a measure needs is not given.
    """
    embed = {"timbre": embed_timbre, **(embedders or {})}
    for name, measure in measures.items():
        if measure.sets and measure.sets not in embed:
            raise AudiostyleError(f"{name} needs an embedding {measure.sets!r}; give it in embedders")
    given = set(paths) - set(systems)
    scores = ItemScores(item)
    for number, system in enumerate(systems):
        files = Files({RESULT: paths[system], **{role: paths[role] for role in given}}, transcribe)
        for name, measure in measures.items():
            companions = measure.choose(given)
            try:
                if measure.sets:
                    scores.points[name, system] = embed[measure.sets](*files.read_sound(RESULT))
                    if system == systems[0]:
                        scores.wanted[name] = embed[measure.sets](*files.read_sound(companions[0]))
                else:
                    with warnings.catch_warnings():
                        warnings.simplefilter("ignore")  # silence is a value like others here
                        scores.values[name, system] = measure_pair(measure, files, companions)
            except AudiostyleError as error:
                scores.failures.append(Failure(system, item, name, str(error)))
        if progress:
            progress(number + 1, len(systems))
    return scores
