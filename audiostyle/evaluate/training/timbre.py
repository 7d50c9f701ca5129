"""Training of the timbre network on triplets.

A triplet is an anchor, a positive (the same instrument, other music) and a negative (another instrument).
The loss asks that the anchor's cosine with the positive be greater than with the negative by a margin
(Weinberger and Saul 2009; Lee et al. 2020), over all triplets of a batch that violate it (Hermans, Beyer and
Leibe 2017, "batch all").  In a batch all instruments play the same excerpts, so every anchor meets negatives
with its very notes and positives without them: music is no clue, and at times a false one.
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
_SHORTEST = 96  # frames: 3 s
_COLOURING = 6.0  # standard deviation of a cepstral offset of the second coefficient; falls towards the last


@dataclass(frozen=True)
class TimbreSettings:
    """``channels`` of the network, ``instruments`` of a batch and ``excerpts`` of each."""

    channels: int = 64
    instruments: int = 16
    excerpts: int = 4


@dataclass(frozen=True)
class TimbreRecipe:
    """A parsed recipe; see ``recipes/timbre.toml``."""

    name: str
    summary: str
    material: InstrumentMaterial
    settings: TimbreSettings
    schedule: Schedule


def read_recipe(path: Path) -> TimbreRecipe:
    """Read a recipe; raises TrainingError, see :func:`audiostyle.training.recipes.read_recipe`."""
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
    """Render the material and train; what is done is not done again.  The model is ``out / recipe.name``."""
    heard = render_instruments(
        recipe.material,
        out / "instruments",
        jobs=jobs,
        progress=lambda done, of: log({"instrument": done, "instruments": of}),
    )
    torch.manual_seed(recipe.schedule.seed)
    task = TimbreTask(heard["train"], heard["valid"], recipe.settings, recipe.schedule.seed)
    said = asdict(recipe.settings) | {"material": repr(recipe.material)}
    trained = train(task, recipe.schedule, out / "network", said, log)
    accuracy = task.validate(trained)["score"]
    card = f"# Timbre network\n\nTriplets of held-out excerpts in the right order: {accuracy:.3f}.\n"
    config = {"kind": "timbre", "channels": recipe.settings.channels}
    add_encoder(out / recipe.name, trained.state_dict(), config=config, card=card, summary=recipe.summary)


def _check(material: InstrumentMaterial) -> None:
    """Touch what is needed later, so that a slip does not show after the rendering."""
    material.excerpts["train"], material.excerpts["valid"]


class TimbreTask:
    """Batches of instruments that all play the same excerpts; see :class:`audiostyle.training.loop.Task`.

    Args:
        heard: cepstra (instruments, excerpts, coefficients, frames) to train on.
        held_out: the same instruments with other music, to validate with.
    """

    def __init__(
        self,
        heard: NDArray[np.float32],
        held_out: NDArray[np.float32],
        settings: TimbreSettings,
        seed: int = 0,
    ) -> None:
        self.heard, self.held_out = torch.from_numpy(heard), torch.from_numpy(held_out)
        self.settings, self.seed = settings, seed
        self.network = TimbreNetwork(settings.channels)
        self.network.mean.copy_(self.heard.mean(dim=(0, 1, 3)))
        self.network.deviation.copy_(self.heard.std(dim=(0, 1, 3)))

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
        """Share of the triplets of held-out excerpts that are in the right order."""
        module.eval()
        with torch.inference_mode():
            points = module(self.held_out.flatten(0, 1)).unflatten(0, self.held_out.shape[:2])
            accuracy = float((triplet_gaps(points) > 0).float().mean())
        module.train()
        return {"score": accuracy}

    def batch(self, rng: np.random.Generator) -> Tensor:
        """Return (instruments, excerpts, coefficients, frames): cut alike, each instrument coloured its way.

        An offset of the cepstra is a filter (their cosine transform is its logarithm over the mel bands), so
        a coloured instrument is one more instrument; its positives are coloured as its anchors are.
        """
        count, excerpts, _, frames = self.heard.shape
        who = rng.choice(count, min(self.settings.instruments, count), replace=False)
        what = rng.choice(excerpts, min(self.settings.excerpts, excerpts), replace=False)
        length = int(rng.integers(min(_SHORTEST, frames), frames + 1))
        start = int(rng.integers(frames - length + 1))
        chosen = self.heard[who[:, None], what, :, start : start + length]
        size = _COLOURING / np.arange(1, CEPSTRA + 1) * rng.uniform(0, 2, (len(who), 1))
        colours = torch.from_numpy((size * rng.standard_normal((len(who), CEPSTRA))).astype(np.float32))
        return chosen + colours[:, None, :, None]


def triplet_gaps(points: Tensor) -> Tensor:
    """(instruments, excerpts, channels) → cosine with the positive minus cosine with the negative.

    One number for each anchor, positive and negative: (anchors, excerpts, others), where an anchor's
    positives are its instrument's other excerpts and its negatives all excerpts of all other instruments.
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
