"""Training of a feed-forward network for one style, with any sum of losses (Johnson et al. 2016)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import torch
from torch import Tensor, nn

from audiostyle.image.inputs import StylizeInputs
from audiostyle.image.io.files import read_picture
from audiostyle.image.optimization.features import PictureFeatures
from audiostyle.image.optimization.optimize import load_encoder
from audiostyle.image.optimization.stages import fit_picture
from audiostyle.image.training.photographs import (
    PhotographCrops,
    cut_validation_crops,
    find_photographs,
    hold_out,
)
from audiostyle.models.style_network import StyleNetwork, save_style_network
from audiostyle.models.vgg import VGGEncoder
from audiostyle.style.losses.base import INPUT, Maps, WeightedSum
from audiostyle.style.losses.compose import Ingredients, compose, make_term
from audiostyle.style.losses.specification import parse_losses
from audiostyle.training.loop import PrefetchedBatches, Schedule, train

LOSS = "gram:100,perceptual:1,tv:1e-1"
LAYERS = ("relu1_1", "relu2_1", "relu3_1", "relu4_1")
CONTENT_LAYERS = ("relu3_1",)

Log = Callable[[dict[str, object]], None]


@dataclass(frozen=True)
class StyleRecipe:
    """What a network is trained with.

    Attributes:
        loss: a sum of losses.
        steps: of the optimizer.
        crop: side of crops in pixels.
        batch: crops in a step.
        style_size: pixels of the style's longer side: larger ones, larger strokes.
        width, depth: of the network.
        seed: of crops and weights.

    Example:
        >>> StyleRecipe(steps=100).crop
        192
    """

    loss: str = LOSS
    steps: int = 3000
    crop: int = 192
    batch: int = 2
    style_size: int = 256
    width: int = 48
    depth: int = 5
    seed: int = 0


class StyleTask:
    """A network of a style in training; see :class:`audiostyle.training.loop.Task`.

    Args:
        style: the picture (1, 3, H, W).
        files, held_out: photographs to train on and to validate with.
        encoder: of the features in which losses are taken.
        recipe: how.
    """

    def __init__(
        self,
        style: Tensor,
        files: Sequence[Path],
        held_out: Sequence[Path],
        encoder: VGGEncoder,
        recipe: StyleRecipe,
    ) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe = recipe
        self.network = StyleNetwork(recipe.width, recipe.depth)
        self.terms = parse_losses(recipe.loss)
        layers = [INPUT, *LAYERS, *CONTENT_LAYERS, *(name for term in self.terms for name in term.layers)]
        self.features = PictureFeatures(encoder, list(dict.fromkeys(layers)), "average")
        with torch.no_grad():
            self.style = self.features(fit_picture(style, min(recipe.style_size, max(style.shape[-2:]))))
            self.of_style = self._compose([t for t in self.terms if t.row.source != "content"], self.style)
        self.of_content = [term for term in self.terms if term.row.source == "content"]
        self.batches = PrefetchedBatches(PhotographCrops(files, recipe.crop, recipe.batch, recipe.seed))
        self.held_out = list(held_out)

    @property
    def module(self) -> nn.Module:
        """The network."""
        return self.network

    @cached_property
    def validation(self) -> list[Tensor]:
        """Held-out crops, two batches."""
        return cut_validation_crops(self.held_out, self.recipe.crop, 2)[:2]

    def loss(self, step: int) -> tuple[Tensor, dict[str, float]]:
        """Return the mean loss of a batch's crops, each stylized and compared by itself."""
        loss = self._measure(self.network, self.batches(step), advance=True)
        return loss, {"loss": float(loss.detach())}

    def validate(self, module: nn.Module) -> dict[str, float]:
        """Return the loss of held-out crops; the score is its negative."""
        with torch.no_grad():
            values = [float(self._measure(module, crops, advance=False)) for crops in self.validation]
        mean = sum(values) / len(values)
        return {"loss": mean, "score": -mean}

    def _measure(self, module: nn.Module, crops: Tensor, *, advance: bool) -> Tensor:
        results = module(crops)
        total = []
        for crop, result in zip(crops.split(1), results.split(1), strict=True):
            maps = self.features(result)
            if advance and self.of_style is not None:
                with torch.no_grad():
                    self.of_style.advance(maps)
            total.append(self._compare(maps, crop))
        return torch.stack(total).mean()

    def _compare(self, maps: Maps, crop: Tensor) -> Tensor:
        parts = [] if self.of_style is None else [self.of_style(maps)]
        if self.of_content:
            with torch.no_grad():
                content = self.features(crop)
            made = Ingredients([self.style], content, LAYERS, CONTENT_LAYERS)
            parts += [term.weight * make_term(term, made)(maps) for term in self.of_content]
        return torch.stack(parts).sum()

    def _compose(self, terms: Sequence, style: Maps) -> WeightedSum[Maps] | None:
        """Return the losses that are made of the style alone, once for all crops."""
        return compose(list(terms), Ingredients([style], style, LAYERS, CONTENT_LAYERS)) if terms else None


def train_style_network(
    style: str | Path,
    folders: Sequence[str | Path],
    out: str | Path,
    *,
    recipe: StyleRecipe | None = None,
    run: str | Path,
    backbone: str | Path = "photo",
    log: Log,
) -> None:
    """Train a network for a style and write it.

    Interrupted at any moment, the same call goes on where it stopped.

    Args:
        style: path of the picture.
        folders: of photographs to stylize in training.
        out: the ``.safetensors`` file to write.
        recipe: how.
        run: folder of the checkpoints.
        backbone: in whose features losses are taken: a model, or a VGG's own file.
        log: told numbers now and then.

    Raises:
        TrainingError: there are no photographs, or the checkpoints are of another training.
        AudiostyleError: a loss is unknown, or a file cannot be read or written.
    """
    chosen = recipe or StyleRecipe()
    picture = read_picture(style)
    inputs = StylizeInputs.from_pictures(picture.pixels, picture.pixels)
    files, held_out = hold_out(find_photographs(folders))
    task = StyleTask(inputs.content[None], files, held_out or files, load_encoder(backbone, "cpu"), chosen)
    schedule = Schedule(
        chosen.steps, learning_rate=1e-3, validate_every=max(1, min(250, chosen.steps)), seed=chosen.seed
    )
    config = {**vars(chosen), "style": Path(style).name, "backbone": str(backbone)}
    trained = train(task, schedule, Path(run), config, log)
    assert isinstance(trained, StyleNetwork)
    save_style_network(trained, out, {"style": Path(style).stem, "loss": chosen.loss})
