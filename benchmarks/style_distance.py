"""How far presets of ``image optimize`` end from the style, in a VGG that none of them optimized.

What each pair came to is kept in a file of JSON lines, so that a second run goes on where the first one was
stopped: hours of work in as many sittings as one likes.
"""

import dataclasses
import hashlib
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import photos
import torch
from kept import FOLDER, Kept
from torch import Tensor

from audiostyle.image import optimize
from audiostyle.image.backbone import load_encoder
from audiostyle.image.optimization.features import PictureFeatures
from audiostyle.image.optimization.presets import ALL, get_preset
from audiostyle.style.losses import Gram, SlicedWasserstein

HEADER = ["preset", "pairs", "Gram", "below gatys", "sliced Wasserstein", "below gatys"]
KEPT = FOLDER / "style_distance.jsonl"


class StyleJudge:
    """The style loss that a VGG measures: the mean of Gram losses over reluN_1."""

    def __init__(self, path: str, style: np.ndarray) -> None:
        self.features = PictureFeatures(load_encoder(path, "cpu"), ALL, "average")
        with torch.no_grad():
            maps = self.features(to_tensor(style))
            self.losses = {name: Gram(part) for name, part in maps.items()}
            self.maps = {name: part.flatten(2) for name, part in maps.items()}

    def __call__(self, picture: Tensor) -> Tensor:
        maps = self.features(picture)
        return torch.stack([self.compare(name, compute_gram(maps[name])) for name in self.losses]).mean()

    def slice(self, picture: Tensor) -> float:
        """Return the sliced Wasserstein distance of all layers, as a share of the style's deviations."""
        parts = []
        for name, maps in self.features(picture).items():
            own = maps.flatten(2)
            loss = SlicedWasserstein(self.maps[name])
            parts.append(float(loss(own)) ** 0.5 / float(self.maps[name].var(dim=-1).mean()) ** 0.5)
        return float(np.mean(parts))

    def compare(self, name: str, gram: Tensor) -> Tensor:
        """Return the distance of a layer's Gram matrix from the style's, as a share of the latter."""
        target = self.losses[name].target
        return ((gram.detach() - target).square().mean() / target.square().mean()).detach()


def compute_gram(maps: Tensor) -> Tensor:
    columns = maps.flatten(2)
    return columns @ columns.mT / columns.shape[-1]


def to_tensor(picture: np.ndarray) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(picture)).movedim(2, 0)[None].float()


def name_measurement(name: str, content: str, style: str, side: int, vgg: str) -> str:
    """Return what a measurement is of: preset with its settings, pair, side and judge."""
    settings = json.dumps(dataclasses.asdict(get_preset(name)), sort_keys=True)
    mark = hashlib.sha256(settings.encode()).hexdigest()[:12]
    return f"{name} {mark}: {content} → {style}, {side} pixels, judged by {Path(vgg).name}"


def compare_presets(
    names: Sequence[str], vgg: str, side: int, count: int, minutes: float, device: str, kept: Kept
) -> list[list[object]]:
    """Return a row for each preset: pairs, distances from the style, in how many pairs below the first's.

    No pair is begun after so many minutes; of pairs that were not finished none is counted.
    """
    pictures = photos.load_photographs(side)
    end = time.monotonic() + 60 * minutes
    whole: list[list[list[float]]] = []
    for one, other in photos.choose_pairs(list(pictures))[:count]:
        keys = [name_measurement(name, one, other, side, vgg) for name in names]
        if any(key not in kept.found for key in keys):
            if time.monotonic() > end:
                continue
            measure_pair(names, keys, pictures[one], pictures[other], vgg, device, kept)
        whole.append([kept.found[key] for key in keys])
        parts = (
            f"{name} {gram:.3g} {sliced:.3g}" for name, (gram, sliced) in zip(names, whole[-1], strict=True)
        )
        print(len(whole), one, "→", other, *parts, file=sys.stderr, flush=True)
    return format_rows(names, np.array(whole))


def measure_pair(
    names: Sequence[str],
    keys: Sequence[str],
    content: np.ndarray,
    style: np.ndarray,
    vgg: str,
    device: str,
    kept: Kept,
) -> None:
    """Optimize a pair by every preset of which nothing is kept yet, and keep the distances."""
    judge = StyleJudge(vgg, style)
    for name, key in zip(names, keys, strict=True):
        if key not in kept.found:
            made = to_tensor(optimize(content, style, preset=name, device=device))
            with torch.no_grad():
                kept.add(key, [float(judge(made)), judge.slice(made)])


def format_rows(names: Sequence[str], values: np.ndarray) -> list[list[object]]:
    """Return the table's rows of distances (pairs, presets, 2)."""
    rows: list[list[object]] = []
    for number, name in enumerate(names):
        gram, sliced = values[:, number].mean(axis=0)
        below = (values[:, number] < values[:, 0]).mean(axis=0)
        rows.append([name, len(values), f"{gram:.3f}", f"{below[0]:.0%}", f"{sliced:.3f}", f"{below[1]:.0%}"])
    return rows
