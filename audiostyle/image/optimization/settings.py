"""What an optimization of a picture is told: a preset, and what is to be different from it."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from audiostyle.checks import check_count, check_number
from audiostyle.errors import AudiostyleError
from audiostyle.image.optimization.presets import Preset, Start, get_preset
from audiostyle.style.descent import Settings
from audiostyle.style.losses.specification import parse_losses

SMALLEST = 16
"""Pixels of the longer side below which nothing is optimized: the deepest maps would have one position."""


@dataclass(frozen=True)
class Overrides:
    """What is different from the preset; None leaves it.  See :func:`audiostyle.image.optimize`."""

    loss: str | None = None
    layers: Sequence[str] | None = None
    content_layers: Sequence[str] | None = None
    start: str | None = None
    sizes: Sequence[int] | None = None
    iterations: int | Sequence[int] | None = None
    optimizer: str | None = None
    rate: float | None = None
    photorealism: float | None = None


def choose_settings(preset: str, overrides: Overrides) -> Preset:
    """Return the preset with what is different from it.

    Raises:
        AudiostyleError: a name is unknown, a number out of its range, or sizes and iterations do not fit.

    Example:
        >>> choose_settings("gatys", Overrides(iterations=10, sizes=(64, 128))).iterations
        (10, 10)
    """
    chosen = get_preset(preset)
    changes: dict[str, object] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in vars(overrides).items()
        if value is not None
    }
    if overrides.loss is not None:
        parse_losses(overrides.loss)  # a slip is found before the work
    if overrides.photorealism is not None:
        changes["photorealism"] = check_number("photorealism", overrides.photorealism, 0)
    if overrides.start is not None and overrides.start not in get_args(Start):
        raise AudiostyleError(f"start must be one of {', '.join(get_args(Start))}, not {overrides.start!r}")
    for name in ("layers", "content_layers"):
        if name in changes and (not changes[name] or isinstance(changes[name], str)):
            raise AudiostyleError(f"{name} must be names of layers in a list, such as relu3_1")
    changes |= _fit_stages(chosen, overrides)
    made = dataclasses.replace(chosen, **changes)  # type: ignore[arg-type]  # of the checked kinds
    for count in made.iterations:
        make_descent(made, count)
    return made


def make_descent(settings: Preset, iterations: int) -> Settings:
    """Return how one size is optimized."""
    return Settings(iterations, settings.optimizer, settings.rate, settings.round)


def list_sizes(settings: Preset, longer: int) -> list[int]:
    """Return the sizes at which a picture with a longer side of so many pixels is worked at, growing.

    Sizes at or above its own are its own, and so is 0.

    Example:
        >>> list_sizes(get_preset("nnst"), 200), list_sizes(get_preset("nnst"), 900)
        ([128, 200], [128, 256, 900])
    """
    own = [size if 0 < size < longer else longer for size in settings.sizes]
    return sorted(set(own))


def _fit_stages(chosen: Preset, overrides: Overrides) -> dict[str, object]:
    """Return sizes and iterations, as many of one as of the other."""
    sizes = chosen.sizes if overrides.sizes is None else tuple(overrides.sizes)
    if not sizes:
        raise AudiostyleError("sizes must be lengths of the longer side in pixels, such as 256,512")
    checked = tuple(check_count("sizes", size, 0) for size in sizes)
    if any(0 < size < SMALLEST for size in checked):
        raise AudiostyleError(f"sizes must be {SMALLEST} pixels or more, or 0 for the picture's own")
    given = chosen.iterations if overrides.iterations is None else overrides.iterations
    counts = (given,) if isinstance(given, int | float) else tuple(given)
    numbers = tuple(check_count("iterations", count, 0) for count in counts)
    if overrides.iterations is not None and len(numbers) not in (1, len(checked)):
        raise AudiostyleError(f"{len(checked)} sizes need as many iterations, or one, not {len(numbers)}")
    if not numbers:
        raise AudiostyleError("iterations must be numbers of steps, one or one for each size")
    return {"sizes": checked, "iterations": (*numbers, *[numbers[-1]] * len(checked))[: len(checked)]}
