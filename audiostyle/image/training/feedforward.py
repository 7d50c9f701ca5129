"""Training of a feed-forward network for one style, with any sum of losses (Johnson et al. 2016)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from audiostyle.image.backbone import load_encoder
from audiostyle.image.inputs import StylizeInputs
from audiostyle.image.optimization.features import PictureFeatures
from audiostyle.image.optimization.pixels import fit_picture
from audiostyle.image.training.photographs import (
    PhotographCrops,
    cut_validation_crops,
    find_photographs,
    hold_out,
)
from audiostyle.models.device import get_device
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
        seconds: of wall clock, which count in place of ``steps`` where they are given.
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
    seconds: float | None = None
    seed: int = 0


class StyleTask:
    """A network of a style in training; see :class:`audiostyle.training.loop.Task`.

    Args:
        style: the picture (1, 3, H, W).
        files, held_out: photographs to train on and to validate with.
        encoder: of the features in which losses are taken; training is where it is.
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
        self.recipe, self.device = recipe, get_device(encoder)
        self.network = StyleNetwork(recipe.width, recipe.depth).to(self.device)
        self.terms = parse_losses(recipe.loss)
        layers = [INPUT, *LAYERS, *CONTENT_LAYERS, *(name for term in self.terms for name in term.layers)]
        self.features = PictureFeatures(encoder, list(dict.fromkeys(layers)), "average")
        shown = fit_picture(style, min(recipe.style_size, max(style.shape[-2:])))
        with torch.no_grad():
            self.style = self.features(shown.to(self.device))
            self.of_style = self._compose([t for t in self.terms if t.row.source != "content"], self.style)
        self.of_content = [term for term in self.terms if term.row.source == "content"]
        kept = [INPUT, *CONTENT_LAYERS, *(name for term in self.of_content for name in term.layers)]
        self.content_features = PictureFeatures(encoder, list(dict.fromkeys(kept)), "average")
        self.batches = PrefetchedBatches(
            PhotographCrops(files, recipe.crop, recipe.batch, recipe.seed, device=self.device)
        )
        self.held_out = list(held_out)

    @property
    def module(self) -> nn.Module:
        """The network."""
        return self.network

    @cached_property
    def validation(self) -> list[Tensor]:
        """Held-out crops, two batches."""
        crops = cut_validation_crops(self.held_out, self.recipe.crop, 2)[:2]
        return [batch.to(self.device) for batch in crops]

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
        maps = self.features(module(crops))
        content: Maps = {}
        if self.of_content:
            with torch.no_grad():
                content = self.content_features(crops)
        total = []
        for number in range(len(crops)):
            own = {name: part[number : number + 1] for name, part in maps.items()}
            if advance and self.of_style is not None:
                with torch.no_grad():
                    self.of_style.advance(own)
            total.append(
                self._compare(own, {name: part[number : number + 1] for name, part in content.items()})
            )
        return torch.stack(total).mean()

    def _compare(self, maps: Maps, content: Maps) -> Tensor:
        parts = [] if self.of_style is None else [self.of_style(maps)]
        if self.of_content:
            made = Ingredients([self.style], content, LAYERS, CONTENT_LAYERS)
            parts += [term.weight * make_term(term, made)(maps) for term in self.of_content]
        return torch.stack(parts).sum()

    def _compose(self, terms: Sequence, style: Maps) -> WeightedSum[Maps] | None:
        """Return the losses that are made of the style alone, once for all crops."""
        return compose(list(terms), Ingredients([style], style, LAYERS, CONTENT_LAYERS)) if terms else None


def train_style_network(
    style: str | Path | np.ndarray,
    folders: Sequence[str | Path],
    out: str | Path,
    *,
    recipe: StyleRecipe | None = None,
    run: str | Path,
    backbone: str | Path = "photo",
    device: str = "auto",
    log: Log,
) -> None:
    """Train a network for a style and write it.

    Interrupted at any moment, the same call goes on where it stopped.

    Args:
        style: path of the picture, or the picture itself, RGB (H, W, 3) as bytes.
        folders: of photographs to stylize in training.
        out: the ``.safetensors`` file to write.
        recipe: how.
        run: folder of the checkpoints.
        backbone: in whose features losses are taken: a model, or a VGG's own file.
        device: where to compute.
        log: told numbers now and then.

    Raises:
        TrainingError: there are no photographs, or the checkpoints are of another training.
        AudiostyleError: a loss is unknown, or a file cannot be read or written.
    """
    chosen = recipe or StyleRecipe()
    pixels = style if isinstance(style, np.ndarray) else _read(style)
    inputs = StylizeInputs.from_pictures(pixels, pixels)
    files, held_out = hold_out(find_photographs(folders))
    task = StyleTask(inputs.content[None], files, held_out or files, load_encoder(backbone, device), chosen)
    schedule = Schedule(
        chosen.steps,
        learning_rate=1e-3,
        validate_every=max(1, min(250, chosen.steps)),
        seed=chosen.seed,
        seconds=chosen.seconds,
    )
    name = out if isinstance(style, np.ndarray) else style
    config = {**vars(chosen), "style": Path(name).stem, "backbone": Path(backbone).name}
    trained = train(task, schedule, Path(run), config, log)
    assert isinstance(trained, StyleNetwork)
    save_style_network(trained.cpu(), out, {"style": Path(name).stem, "loss": chosen.loss})


def _read(path: str | Path) -> np.ndarray:
    """Read a picture by its own color profile; this needs codecs that few machines for training have."""
    from audiostyle.image.io.files import read_picture

    return read_picture(path).pixels
