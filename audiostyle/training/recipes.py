"""Recipes: TOML files that say everything needed to train a model again."""

from collections.abc import Callable, Mapping
from pathlib import Path, PureWindowsPath
from typing import Any, TypeVar

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
        _check_names(table)
        return parse(table)
    except (KeyError, TypeError, AttributeError) as error:
        raise TrainingError(f"{path}: the recipe lacks or misspells {error}") from None
    except (ValueError, OverflowError) as error:
        raise TrainingError(f"{path}: the recipe has a wrong value ({error})") from None


def _check_names(table: Mapping[str, Any]) -> None:
    """Raise ValueError unless what becomes the name of a folder is one: recipes may be from strangers."""
    corpora = table.get("corpora", {})
    names = [*corpora, *([table["name"]] if "name" in table else [])]
    names += [name for corpus in corpora.values() for name in corpus.get("instruments", {})]
    names += [name for part in table.values() if isinstance(part, Mapping) for name in part.get("each", {})]
    for name in names:
        plain = isinstance(name, str) and name == PureWindowsPath(name).name and name.isprintable()
        if not plain or name in ("", "..") or "/" in name:
            raise ValueError(f"{str(name)[:80]!r} is no name of a folder")
