"""Networks of several styles by a recipe, one after another against one clock.

``python -m audiostyle.image.training.styles RECIPE NAME… --inputs DIR --out DIR --seconds S`` trains those
that are named.  It needs neither typer nor what reads sound, so that it runs where little is installed.
"""

import argparse
import json
import time
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

from audiostyle.errors import TrainingError, did_you_mean
from audiostyle.image.training.feedforward import Log, StyleRecipe, train_style_network
from audiostyle.image.training.photographs import load_reduced

_SAVING = 8.0  # seconds kept for loading what a network needs, for the last validation, and for writing it


@dataclass(frozen=True)
class Styles:
    """A recipe of styles.

    Attributes:
        photographs: folder of the photographs to train on, below that of the inputs.
        backbone: in whose features losses are taken: a shipped model, or a folder below that of the inputs.
        pictures: of styles by name, below the folder of the inputs.
        recipes: how each is trained.
    """

    photographs: str
    backbone: str
    pictures: Mapping[str, str]
    recipes: Mapping[str, StyleRecipe]


def read_styles(path: str | Path) -> Styles:
    """Read a recipe: ``photographs``, ``backbone``, and ``[networks.NAME]`` with ``style`` and settings.

    Settings are those of :class:`.feedforward.StyleRecipe`; what ``[every]`` holds counts for all networks.

    Raises:
        TrainingError: the file cannot be read, or a name in it is unknown.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp(), "styles.toml")
        >>> networks = "[every]\\ncrop = 256\\n[networks.rain]\\nstyle = 'rain.png'\\ndepth = 3\\n"
        >>> _ = path.write_text("photographs = 'photographs'\\n" + networks)
        >>> rain = read_styles(path).recipes["rain"]
        >>> rain.crop, rain.depth
        (256, 3)
    """
    try:
        table = tomllib.loads(Path(path).read_text(encoding="utf-8"))
        every, networks = table.get("every", {}), table["networks"]
        known = {field.name for field in fields(StyleRecipe)} | {"style"}
        for name in {name for each in (every, *networks.values()) for name in each} - known:
            raise TrainingError(f"{path}: no setting {name!r}{did_you_mean(name, known)}")
        recipes = {}
        for name, own in networks.items():
            recipes[name] = StyleRecipe(**{**every, **{k: v for k, v in own.items() if k != "style"}})
        pictures = {name: own["style"] for name, own in networks.items()}
        return Styles(table["photographs"], table.get("backbone", "photo"), pictures, recipes)
    except OSError as error:
        raise TrainingError(f"{path}: cannot be read ({error.strerror}); give a recipe of styles") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TrainingError(f"{path}: no TOML ({error}); mend it") from None
    except (KeyError, TypeError, AttributeError) as error:
        raise TrainingError(f"{path}: lacks {error}; see recipes/styles.toml") from None


def train_styles(
    path: str | Path,
    names: Sequence[str],
    inputs: str | Path,
    out: str | Path,
    *,
    seconds: float | None = None,
    device: str = "auto",
    log: Log,
) -> list[Path]:
    """Train networks of a recipe, each in its share of the time that is left.

    Args:
        path: of the recipe.
        names: of networks; none for all.
        inputs: folder of pictures, photographs and backbone.
        out: folder of ``NAME.safetensors``, and of checkpoints in ``runs/NAME``.
        seconds: of wall clock in all; None trains as many steps as the recipe says.
        device: where to compute.
        log: told numbers now and then.

    Returns:
        The networks' files.

    Raises:
        TrainingError: a name is not in the recipe; see also :func:`.feedforward.train_style_network`.

    Example:
        >>> train_styles("recipes/styles.toml", ["mosaic"], "inputs", "out", log=print)  # doctest: +SKIP
    """
    styles, end = read_styles(path), time.monotonic() + (seconds or 0)
    for name in names:
        if name not in styles.recipes:
            raise TrainingError(f"{path}: no network {name!r}{did_you_mean(name, styles.recipes)}")
    chosen = list(names) or list(styles.recipes)
    folder = Path(inputs, styles.backbone)
    made = []
    for number, name in enumerate(chosen):
        recipe = styles.recipes[name]
        if seconds is not None:
            share = (end - time.monotonic()) / (len(chosen) - number) - _SAVING
            recipe = replace(recipe, seconds=max(1.0, round(share, 1)))
        made.append(Path(out, f"{name}.safetensors"))
        made[-1].parent.mkdir(parents=True, exist_ok=True)
        train_style_network(
            load_reduced(Path(inputs, styles.pictures[name])),
            [Path(inputs, styles.photographs)],
            made[-1],
            recipe=recipe,
            run=Path(out, "runs", name),
            backbone=folder if folder.is_dir() else styles.backbone,
            device=device,
            log=lambda numbers, name=name: log({"network": name, **numbers}),  # type: ignore[misc]
        )
    return made


def main() -> None:
    """Train what the command line names, and print a line of JSON for every row of the log."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("recipe")
    parser.add_argument("names", nargs="*", help="of networks; none for all")
    parser.add_argument("--inputs", default=".", help="folder of pictures, photographs and backbone")
    parser.add_argument("--out", default="styles", help="folder of the networks and checkpoints")
    parser.add_argument("--seconds", type=float, help="in all, in place of the recipe's steps")
    parser.add_argument("--device", default="auto")
    options = parser.parse_args()
    train_styles(
        options.recipe,
        options.names,
        options.inputs,
        options.out,
        seconds=options.seconds,
        device=options.device,
        log=lambda numbers: print(json.dumps(numbers), flush=True),
    )


if __name__ == "__main__":
    main()
