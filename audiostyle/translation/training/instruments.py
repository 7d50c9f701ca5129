"""Recipes of domains that are sampled instruments: for each its notes, its sizes, and what its card says."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from audiostyle.models.saving import check_domain_name
from audiostyle.training import recipes
from audiostyle.training.loop import Log
from audiostyle.translation.training.domain import DomainSettings
from audiostyle.translation.training.sampled import SETTINGS, train_domain_from_instrument


@dataclass(frozen=True)
class InstrumentRecipe:
    """One domain of a recipe.

    Attributes:
        source: a folder of single notes, an SFZ file or a soundfont.
        program: number or name of a soundfont's preset.
        sounds_like: the sound in words.
        about: license and makers of the notes.
        limits: lowest and highest key that are measured; None is all that the instrument has.
        bend: semitones by which its notes can be bent; None is found out.
        level: whether the level of its notes can change while they sound; None is found out.
        steps: of the training; 0 measures only.
        settings: sizes of the decoder.
    """

    source: Path
    program: str | int
    sounds_like: str
    about: str
    limits: tuple[int, int] | None
    bend: float | None
    level: bool | None
    steps: int
    settings: DomainSettings


@dataclass(frozen=True)
class InstrumentsRecipe:
    """A parsed recipe; ``recipes/instruments.toml`` is one.

    Attributes:
        name: of the model folder.
        extends: the model whose encoder is used.
        instruments: the domains by name.
    """

    name: str
    extends: str
    instruments: Mapping[str, InstrumentRecipe]


def read_recipe(path: Path) -> InstrumentsRecipe:
    """Read a recipe of sampled instruments.

    Args:
        path: of the TOML file; sources are found from the present folder.

    Raises:
        TrainingError: it is missing, damaged or incomplete.

    Example:
        >>> import tempfile
        >>> text = '''
        ... name = "mine"
        ... extends = "universal"
        ... [instruments.harpsichord]
        ... source = "FluidR3_GM.sf2"
        ... program = 6
        ... sounds_like = "a harpsichord"
        ... about = "MIT"
        ... '''
        >>> path = Path(tempfile.mkdtemp(), "mine.toml")
        >>> _ = path.write_text(text)
        >>> read_recipe(path).instruments["harpsichord"].steps
        0
    """
    return recipes.read_recipe(path, _parse)


def train_instruments(recipe: InstrumentsRecipe, out: Path, *, bfloat16: bool, log: Log) -> None:
    """Measure and train every domain of a recipe; those that the model has already are left alone.

    Args:
        recipe: what to train.
        out: for performances and checkpoints, and the model ``out / recipe.name``.
        bfloat16: train in reduced precision.
        log: of all trainings.

    Raises:
        TrainingError: a source cannot be played, or ``out`` belongs to another training.
    """
    model = out / recipe.name
    for name, entry in recipe.instruments.items():
        if (model / f"{recipe.name}.{name}.safetensors").is_file():
            continue
        log({"domain": name, "source": str(entry.source)})
        train_domain_from_instrument(
            name,
            entry.source,
            model,
            out / "runs" / name,
            program=entry.program,
            extends=recipe.extends,
            sounds_like=entry.sounds_like,
            about=entry.about,
            limits=entry.limits,
            bend=entry.bend,
            level=entry.level,
            steps=entry.steps,
            seed=0,
            bfloat16=bfloat16,
            settings=entry.settings,
            log=log,
        )


def _parse(table: Mapping[str, Any]) -> InstrumentsRecipe:
    common = table.get("settings", {})
    instruments = {}
    for name, entry in table["instruments"].items():
        check_domain_name(name)
        instruments[name] = InstrumentRecipe(
            Path(entry["source"]),
            entry.get("program", 0),
            entry["sounds_like"],
            entry["about"],
            (int(entry["lowest"]), int(entry["highest"])) if "lowest" in entry else None,
            float(entry["bend"]) if "bend" in entry else None,
            entry.get("level"),
            int(entry.get("steps", 0)),
            replace(SETTINGS, **{**common, **entry.get("settings", {})}),
        )
    return InstrumentsRecipe(table["name"], table["extends"], instruments)
