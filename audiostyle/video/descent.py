"""Films by optimization: each frame from the one before, with losses that hold it to those it follows.

Ruder, Dosovitskiy & Brox 2016, "Artistic style transfer for videos": a frame starts from the last result,
moved along the motion (section 4.1), and is held to it where the motion can be relied on (eq. 7), and where
something was hidden a frame ago, to the results of earlier frames (eq. 8 and 9).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from audiostyle.checks import check_number
from audiostyle.errors import AudiostyleError
from audiostyle.image.optimization.optimize import optimize
from audiostyle.image.optimization.presets import DEFAULT as PRESET
from audiostyle.image.optimization.presets import get_preset
from audiostyle.video.flow import Bytes, Floats, Motion, estimate_motion, warp

STEPS = (1, 2, 4)
"""How many frames ago those lie to which a frame is held; the nearest in which a place was seen counts."""

ITERATIONS = (150, 60)
"""For the first frame of a scene, and for those that start from the one before."""

WEIGHT = 300.0
"""Of the loss that holds a frame to earlier ones, beside those of the preset."""


@dataclass
class FrameDescent:
    """Optimizes the frames of a film, one after the other.

    Attributes:
        styles: pictures (H, W, 3) in [0, 1].
        preset: the paper whose losses and layers are taken.
        iterations: for the first frame of a scene, and for the others.
        weight: of the loss that holds a frame to earlier ones.
        options: of `audiostyle.image.optimize`, but for start and sizes.
        earlier: the last frames and their results, the last one last.

    Raises:
        AudiostyleError: a name or a number is not among those there are.

    Example:
        >>> descent = FrameDescent([np.full((24, 24, 3), 0.5)], iterations=(2, 1), options={"device": "cpu"})
        >>> descent(np.zeros((24, 32, 3), np.uint8)).shape
        (24, 32, 3)
    """

    styles: Sequence[NDArray[np.floating]]
    preset: str = PRESET
    iterations: tuple[int, int] = ITERATIONS
    weight: float = WEIGHT
    options: dict[str, object] = field(default_factory=dict)
    earlier: list[tuple[Bytes, Floats]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.weight = check_number("weight", self.weight, 0)
        self.loss = str(self.options.pop("loss", None) or get_preset(self.preset).loss)
        if len(self.iterations) != 2:
            raise AudiostyleError("iterations of films are two numbers: of a first frame, and of the others")

    def __call__(self, frame: Bytes) -> Floats:
        """Return the next frame (H, W, 3), stylized, in [0, 1]."""
        content: Floats = np.divide(frame, 255, dtype=np.float32)
        held = self._find_earlier(frame)
        settings: dict[str, object] = {"loss": self.loss, "iterations": self.iterations[bool(held)]}
        if held:
            motion, result = held[0]
            moved = warp(result, motion.flow)
            settings["initial"] = np.where(motion.trusted[..., None] > 0, moved, content).clip(0, 1)
            settings["loss"] = f"{self.loss},temporal:{self.weight:g}"
            settings["own"] = {"temporal": make_temporal(held)}
        made = optimize(content, self.styles, preset=self.preset, sizes=(0,), **settings, **self.options)  # type: ignore[arg-type]
        return np.asarray(made, np.float32)

    def remember(self, frame: Bytes, result: Floats) -> None:
        """Keep a frame and its result, as it is shown, for those that follow."""
        self.earlier = [*self.earlier, (frame, result)][-max(STEPS) :]

    def forget(self) -> None:
        """Begin a new scene."""
        self.earlier = []

    def _find_earlier(self, frame: Bytes) -> list[tuple[Motion, Floats]]:
        """Return the results to hold a frame to, the nearest first, with the motion back to each."""
        chosen = [self.earlier[-step] for step in STEPS if step <= len(self.earlier)]
        return [(estimate_motion(before, frame), result) for before, result in chosen]


def make_temporal(held: Sequence[tuple[Motion, Floats]]) -> dict[str, list[Tensor]]:
    """Return the arguments of `audiostyle.style.losses.TemporalConsistency`."""
    return {
        "previous": [torch.from_numpy(result).movedim(2, 0)[None] for _, result in held],
        "flow": [torch.from_numpy(m.flow[..., ::-1].copy()).movedim(2, 0)[None] for m, _ in held],
        "visible": [torch.from_numpy(m.trusted)[None] for m, _ in held],
    }
