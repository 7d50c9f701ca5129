"""Recipes: TOML files that say everything needed to train a model again."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from audiostyle.errors import TrainingError
from audiostyle.toml_files import read_toml

R = TypeVar("R")


def read_recipe(path: Path, parse: Callable[[Mapping[str, object]], R]) -> R:
    """Return what ``parse`` makes of a recipe's tables.

    Args:
        path: of the TOML file.
        parse: turns the tables into a recipe of some kind; it touches everything that is needed later, so
            that a mistake does not show after hours of training.

    Raises:
        TrainingError: the file is missing, is not TOML, or lacks something that ``parse`` looks for.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp(), "small.toml")
        >>> _ = path.write_text('name = "small"')
        >>> read_recipe(path, lambda table: table["name"])
        'small'
    """
    try:
        table = read_toml(path)
    except OSError as error:
        raise TrainingError(f"{path}: cannot be read ({error.strerror})") from None
    except ValueError as error:
        raise TrainingError(f"{path}: not a recipe ({error})") from None
    try:
        return parse(table)
    except (KeyError, TypeError, AttributeError) as error:
        raise TrainingError(f"{path}: the recipe lacks or misspells {error}") from None
    except (ValueError, OverflowError) as error:
        raise TrainingError(f"{path}: the recipe has a wrong value ({error})") from None
