"""Training of the timbre network on triplets.

A triplet is an anchor, a positive (the same instrument, other music) and a negative (another instrument).
The loss asks that the anchor's cosine with the positive be greater than with the negative by a margin
(Weinberger and Saul 2009; Lee et al. 2020), over all triplets of a batch that violate it (Hermans, Beyer and
Leibe 2017, "batch all").  In a batch all instruments play the same excerpts, so every anchor meets negatives
with the same notes and positives with other notes: the music is no clue, and at times a false one.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from audiostyle.evaluate.training.instruments import InstrumentMaterial, render_instruments
from audiostyle.models.saving import add_encoder
from audiostyle.models.timbre import CEPSTRA, TimbreNetwork
from audiostyle.training import recipes
from audiostyle.training.loop import Log, Schedule, train

MARGIN = 0.1
"""By which the cosine with a positive must exceed that with a negative."""

_SHORTEST = 96  # frames of a batch's excerpts: 3 s
_COLORING = 6.0  # standard deviation of the second coefficient's random offset; later ones get smaller ones


@dataclass(frozen=True)
class TimbreSettings:
    """Sizes of the network and of a batch.

    Attributes:
        channels: of the network.
        instruments: of a batch.
        excerpts: of each instrument in a batch.

    Example:
        >>> TimbreSettings(channels=32).excerpts
        4
    """

    channels: int = 64
    instruments: int = 16
    excerpts: int = 4


@dataclass(frozen=True)
class TimbreRecipe:
    """A parsed recipe; see ``recipes/timbre.toml``.

    Attributes:
        name, summary: of the model.
        material: what to render.
        settings, schedule: how to train.

    Example:
        >>> material = InstrumentMaterial((Path("a.sf2"),), (0, 40), {"train": 10, "valid": 2})
        >>> TimbreRecipe("mine", "timbre of two instruments", material, TimbreSettings(), Schedule(800)).name
        'mine'
    """

    name: str
    summary: str
    material: InstrumentMaterial
    settings: TimbreSettings
    schedule: Schedule


def read_recipe(path: Path) -> TimbreRecipe:
    """Read a recipe of a timbre network.

    Args:
        path: of the TOML file; ``recipes/timbre.toml`` is one.

    Raises:
        TrainingError: it is missing, damaged or incomplete.

    Example:
        >>> import tempfile
        >>> text = '''
        ... name = "mine"
        ... summary = "timbre of two instruments"
        ... material = {soundfonts = ["a.sf2"], programs = [0, 40], excerpts = {train = 10, valid = 2}}
        ... training = {settings = {channels = 32}, steps = 800, learning_rate = 2e-3}
        ... '''
        >>> path = Path(tempfile.mkdtemp(), "mine.toml")
        >>> _ = path.write_text(text)
        >>> read_recipe(path).settings.channels
        32
    """
    return recipes.read_recipe(path, _parse)


def _parse(table: Mapping[str, Any]) -> TimbreRecipe:
    entry, training = table["material"], table["training"]
    soundfonts, programs = tuple(map(Path, entry["soundfonts"])), tuple(entry["programs"])
    material = InstrumentMaterial(**{**entry, "soundfonts": soundfonts, "programs": programs})
    _check(material)
    schedule = Schedule(training["steps"], training["learning_rate"], validate_every=200)
    return TimbreRecipe(
        table["name"], table["summary"], material, TimbreSettings(**training["settings"]), schedule
    )


def run_recipe(recipe: TimbreRecipe, out: Path, *, jobs: int, log: Log) -> None:
    """Render the material and train; finished parts are not done again.

    Args:
        recipe: what to train.
        out: for cepstra, checkpoints, and the model ``out / recipe.name``.
        jobs: processes to render with.
        log: of the rendering and the training.

    Raises:
        TrainingError: FluidSynth, a soundfont or music21 is missing, or ``out`` belongs to another training.

    Example:
        >>> recipe = read_recipe(Path("recipes/timbre.toml"))  # doctest: +SKIP
        >>> run_recipe(recipe, Path("runs/timbre"), jobs=4, log=print)  # doctest: +SKIP
    """
    cepstra = render_instruments(
        recipe.material,
        out / "instruments",
        jobs=jobs,
        progress=lambda done, total: log({"instrument": done, "instruments": total}),
    )
    torch.manual_seed(recipe.schedule.seed)
    task = TimbreTask(cepstra["train"], cepstra["valid"], recipe.settings, recipe.schedule.seed)
    config = asdict(recipe.settings) | {"material": repr(recipe.material)}
    trained = train(task, recipe.schedule, out / "network", config, log)
    accuracy = task.validate(trained)["score"]
    card = f"# Timbre network\n\nTriplets of held-out excerpts in the right order: {accuracy:.3f}.\n"
    sizes = {"kind": "timbre", "channels": recipe.settings.channels}
    add_encoder(out / recipe.name, trained.state_dict(), config=sizes, card=card, summary=recipe.summary)


def _check(material: InstrumentMaterial) -> None:
    """Touch what is needed later, so that a mistake does not show after the rendering."""
    material.excerpts["train"], material.excerpts["valid"]


class TimbreTask:
    """Batches of instruments that all play the same excerpts; see :class:`audiostyle.training.loop.Task`.

    Args:
        cepstra: (instruments, excerpts, coefficients, frames) to train on.
        held_out: of the same instruments with other music, to validate with.
        settings: sizes of the network and of a batch.
        seed: of the batches.

    Example:
        >>> cepstra = np.random.default_rng(0).standard_normal((3, 4, CEPSTRA, 100)).astype(np.float32)
        >>> task = TimbreTask(cepstra, cepstra, TimbreSettings(channels=8, instruments=3))
        >>> sorted(task.loss(0)[1])
        ['in_order', 'loss']
    """

    def __init__(
        self,
        cepstra: NDArray[np.float32],
        held_out: NDArray[np.float32],
        settings: TimbreSettings,
        seed: int = 0,
    ) -> None:
        self.cepstra, self.held_out = torch.from_numpy(cepstra), torch.from_numpy(held_out)
        self.settings, self.seed = settings, seed
        self.network = TimbreNetwork(settings.channels)
        self.network.mean.copy_(self.cepstra.mean(dim=(0, 1, 3)))
        self.network.deviation.copy_(self.cepstra.std(dim=(0, 1, 3)))

    @property
    def module(self) -> nn.Module:
        """The network."""
        return self.network

    def loss(self, step: int) -> tuple[Tensor, dict[str, float]]:
        """Return the loss of one batch, and the share of its triplets that are in the right order."""
        batch = self.batch(np.random.default_rng([self.seed, step]))
        points = self.network(batch.flatten(0, 1)).unflatten(0, batch.shape[:2])
        gaps = triplet_gaps(points)
        violated = (MARGIN - gaps).relu()
        loss = violated.sum() / (violated > 0).sum().clamp(min=1)
        in_order = (gaps > 0).float().mean()
        return loss, {"loss": round(float(loss.detach()), 4), "in_order": round(float(in_order), 3)}

    def validate(self, module: nn.Module) -> dict[str, float]:
        """Return the share of the triplets of held-out excerpts that are in the right order, as the score."""
        module.eval()
        with torch.inference_mode():
            points = module(self.held_out.flatten(0, 1)).unflatten(0, self.held_out.shape[:2])
            accuracy = float((triplet_gaps(points) > 0).float().mean())
        module.train()
        return {"score": accuracy}

    def batch(self, rng: np.random.Generator) -> Tensor:
        """Draw a batch (instruments, excerpts, coefficients, frames), each instrument with its own coloring.

        All excerpts are cut at the same place.  An offset of the cepstra is a filter (their cosine transform
        is its logarithm over the mel bands), so a colored instrument is one more instrument; its positives
        have the same coloring as its anchors.
        """
        count, excerpts, _, frames = self.cepstra.shape
        instruments = rng.choice(count, min(self.settings.instruments, count), replace=False)
        chosen = rng.choice(excerpts, min(self.settings.excerpts, excerpts), replace=False)
        length = int(rng.integers(min(_SHORTEST, frames), frames + 1))
        start = int(rng.integers(frames - length + 1))
        batch = self.cepstra[instruments[:, None], chosen, :, start : start + length]
        size = _COLORING / np.arange(1, CEPSTRA + 1) * rng.uniform(0, 2, (len(instruments), 1))
        coloring = torch.from_numpy(
            (size * rng.standard_normal((len(instruments), CEPSTRA))).astype(np.float32)
        )
        return batch + coloring[:, None, :, None]


def triplet_gaps(points: Tensor) -> Tensor:
    """Return the cosine with the positive minus the cosine with the negative of all triplets of a batch.

    Args:
        points: (instruments, excerpts, channels).

    Returns:
        (anchors, positives, negatives), where an anchor's positives are its instrument's other excerpts, and
        its negatives all excerpts of all other instruments.

    Example:
        >>> triplet_gaps(torch.rand(3, 4, 8)).shape
        torch.Size([12, 3, 8])
    """
    instruments, excerpts, _ = points.shape
    flat = nn.functional.normalize(points.flatten(0, 1), dim=1)
    cosine = flat @ flat.mT
    owner = torch.arange(instruments, device=points.device).repeat_interleave(excerpts)
    same = owner[:, None] == owner
    itself = torch.eye(len(flat), dtype=torch.bool, device=points.device)
    positives = cosine[same & ~itself].view(len(flat), -1)
    negatives = cosine[~same].view(len(flat), -1)
    return positives[:, :, None] - negatives[:, None, :]
