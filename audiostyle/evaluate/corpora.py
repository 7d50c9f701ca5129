"""Whole folders measured: every system on every item, with intervals over items and comparisons."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from audiostyle.errors import AudiostyleError
from audiostyle.evaluate.frechet import estimate_frechet_distance
from audiostyle.evaluate.intervals import LEVEL, Comparison, Estimate, compare_systems, estimate_mean
from audiostyle.evaluate.items import Failure, ItemScores, measure_item
from audiostyle.evaluate.measures import Embedder, Floats, Measure, Transcriber
from audiostyle.progress import Progress

_FEWEST_COMPARED = 2  # items that a comparison needs


@dataclass(frozen=True)
class Scores:
    """What was measured.

    Attributes:
        values: measure → system → item → value.
        estimates: measure → system → mean with interval; of sets, the distance with its interval.
        comparisons: measure → every two systems, on the items that both have; none of sets.
        failures: what could not be measured.
        compared_with: measure → the role that it compared with.
    """

    values: dict[str, dict[str, dict[str, float]]]
    estimates: dict[str, dict[str, Estimate]]
    comparisons: dict[str, tuple[Comparison, ...]]
    failures: tuple[Failure, ...]
    compared_with: dict[str, str]


def measure_systems(
    items: Mapping[str, Mapping[str, Path]],
    systems: tuple[str, ...],
    measures: Mapping[str, Measure],
    *,
    level: float = LEVEL,
    seed: int = 0,
    transcribe: Transcriber | None = None,
    embedders: Mapping[str, Embedder] | None = None,
    progress: Progress | None = None,
) -> Scores:
    """Measure all systems on all items.

    Args:
        items: item → name of a system, or role of a companion → path.
        systems: which of these names are systems.
        measures: by names, see :func:`~audiostyle.evaluate.measures.choose_measures`.
        level: coverage of the intervals.
        seed: decides what is drawn in bootstraps.
        transcribe: finds notes, for measures of notes.
        embedders: embeddings by name, for measures of sets, beside ``"timbre"``, which is here.
        progress: is told how many results of all are done.

    Raises:
        AudiostyleError: nothing could be measured.
    """
    found = []
    for number, (item, paths) in enumerate(items.items(), start=1):
        found.append(measure_item(item, paths, systems, measures, transcribe=transcribe, embedders=embedders))
        if progress:
            progress(number * len(systems), len(items) * len(systems))
    given = set(next(iter(items.values()))) - set(systems)
    return gather_scores(found, systems, measures, given, level=level, seed=seed)


def gather_scores(
    found: Iterable[ItemScores],
    systems: tuple[str, ...],
    measures: Mapping[str, Measure],
    given: set[str],
    *,
    level: float = LEVEL,
    seed: int = 0,
) -> Scores:
    """Return what was measured of all items, whoever measured each.

    Args:
        found: of each item, in the order of the items.
        systems: which were measured.
        measures: by which.
        given: roles of companions.
        level: coverage of the intervals.
        seed: decides what is drawn in bootstraps.

    Raises:
        AudiostyleError: nothing could be measured.
    """
    found = list(found)
    values = {
        name: {
            system: {one.item: one.values[name, system] for one in found if (name, system) in one.values}
            for system in systems
        }
        for name in measures
    }
    points = {
        name: {
            system: [one.points[name, system] for one in found if (name, system) in one.points]
            for system in systems
        }
        for name in measures
    }
    wanted = {name: [one.wanted[name] for one in found if name in one.wanted] for name in measures}
    failures = [failure for one in found for failure in one.failures]
    estimates = dict(_estimate(measures, values, points, wanted, level, seed))
    if not any(estimates.values()):
        first = failures[0].message if failures else "there are too few files"
        raise AudiostyleError(f"nothing could be measured: {first}")
    comparisons = {name: _compare(values[name], level, seed) for name, m in measures.items() if not m.sets}
    roles = {name: " and ".join(measure.choose(given)) for name, measure in measures.items()}
    return Scores(values, estimates, comparisons, tuple(failures), roles)


def _estimate(
    measures: Mapping[str, Measure],
    values: Mapping[str, Mapping[str, Mapping[str, float]]],
    points: Mapping[str, Mapping[str, list[Floats]]],
    wanted: Mapping[str, list[Floats]],
    level: float,
    seed: int,
) -> Iterator[tuple[str, dict[str, Estimate]]]:
    """Yield each measure with an estimate for each system that has values."""
    for name, measure in measures.items():
        if not measure.sets:
            found = {system: list(own.values()) for system, own in values[name].items()}
            yield name, {s: estimate_mean(own, level=level, seed=seed) for s, own in found.items() if own}
            continue
        sets = {s: np.array(own) for s, own in points[name].items() if len(own) > 1 and len(wanted[name]) > 1}
        yield (
            name,
            {
                system: estimate_frechet_distance(own, np.array(wanted[name]), level=level, seed=seed)
                for system, own in sets.items()
            },
        )


def _compare(values: Mapping[str, Mapping[str, float]], level: float, seed: int) -> tuple[Comparison, ...]:
    """Compare systems on the items that all of them have."""
    common = [item for item in next(iter(values.values())) if all(item in own for own in values.values())]
    if len(values) < 2 or len(common) < _FEWEST_COMPARED:
        return ()
    return compare_systems(
        {system: [own[item] for item in common] for system, own in values.items()}, level=level, seed=seed
    )
