"""Stylization of a film's frames, one after the other: a method of pictures, made steady."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from audiostyle.checks import check_number
from audiostyle.errors import AudiostyleError
from audiostyle.image.backbone import DEFAULT as DEFAULT_BACKBONE
from audiostyle.image.backbone import PictureAutoencoder
from audiostyle.image.feedforward import apply_network
from audiostyle.image.methods import BY_DESCENT, Smoothing, get_method
from audiostyle.image.smoothing.fast_guided import LocalModels
from audiostyle.image.smoothing.guided import EPSILON, RADIUS
from audiostyle.image.stylization import choose_smoothing, run_method, smooth_result
from audiostyle.models.style_network import load_style_network
from audiostyle.style.memory import MomentMemory
from audiostyle.video.descent import FrameDescent
from audiostyle.video.flow import load_opencv
from audiostyle.video.steady import KEPT, Passage, Steadiness, find_passage

DEFAULT = "mkl"
"""The method of films unless another one is asked for: one map for a scene, and the fastest."""

NETWORK = "network"
"""What reports call the method of films that are stylized by a network."""

LONGER_SIDE = 640
"""Pixels of the frames that methods see whose results are smoothed by the guided filter.

What that keeps of a result is one affine map of the colors around every pixel.  Such maps vary slowly, so
that they can be found in a smaller frame and applied in the large one, whose detail all comes from the film.
"""


class FrameStylizer:
    """Stylizes the frames of one film, one after the other, steadily.

    Args:
        styles: pictures (H, W, 3) in [0, 1]; none with a network.
        method: one of `audiostyle.image.METHODS`, or ``"optimize"``; not used with a network.
        smooth: smoothing of each frame along its edges; None takes what belongs to the method.
        steadiness: share of the earlier change that stays; at 0 every frame is stylized by itself.
        network: of one style, a file or a shipped one's name, in place of a method and styles.
        options: of the method; a network takes ``strength`` and ``device``.  ``"optimize"`` takes those of
            `audiostyle.video.descent.FrameDescent`.

    Attributes:
        gathers: whether moments are gathered from frame to frame.

    Example:
        >>> stylizer = FrameStylizer([np.full((8, 8, 3), 0.5)], method="reinhard")
        >>> stylizer(np.zeros((32, 48, 3), np.uint8)).shape
        (32, 48, 3)
    """

    def __init__(
        self,
        styles: Sequence[NDArray[np.floating]],
        *,
        method: str = DEFAULT,
        smooth: Smoothing | None = None,
        steadiness: float = KEPT,
        network: str | Path | None = None,
        **options: object,
    ) -> None:
        self.styles, self.method = list(styles), NETWORK if network else method
        if bool(network) == bool(self.styles):
            raise AudiostyleError("give a film one style or several, or a network, which has its own")
        self.network = load_style_network(network) if network else None
        if network and (unknown := set(options) - {"strength", "device"}):
            raise AudiostyleError(f"a network has no option {min(unknown)!r}; it takes strength and device")
        self.smoothing: Smoothing = smooth or "none" if network else choose_smoothing(method, smooth)
        kept = check_number("steadiness", steadiness, 0, 0.999)
        self.steadiness = Steadiness(kept, partial=self.smoothing == "guided")
        self.memory, self.gathers = MomentMemory(), False
        self.descent: FrameDescent | None = None
        own: dict[str, object] = {"device": "auto"}
        if network:
            self.options = own | options
            return
        if method in BY_DESCENT:
            self.descent = _make_descent(self.styles, own | options)
            self.options = own | options
            return
        own |= {"memory_limit": None, "progress": None}
        taken = get_method(method).options
        self.gathers = bool(steadiness) and "memory" in taken
        self.options = own | options
        if "backbone" in taken:  # loaded once, and not for every frame
            self.options["backbone"] = _load_backbone(self.options)

    def __call__(self, frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return the next frame (H, W, 3), stylized."""
        passage = find_passage(self.steadiness.frame, frame)
        if passage.begins_scene:
            self.memory.forget()
            if self.descent:
                self.descent.forget()
        result = self.stylize(frame, self.memory)
        self.memory.end_frame()
        return self.settle(frame, passage, result)

    def stylize(self, frame: NDArray[np.uint8], memory: MomentMemory) -> NDArray[np.float32]:
        """Return a frame (H, W, 3) as the method and its smoothing make it, in [0, 1].

        Args:
            frame: (H, W, 3).
            memory: of the frame's scene, for methods that gather moments.
        """
        content: NDArray[np.float32] = np.divide(frame, 255, dtype=np.float32)
        if self.descent:
            return smooth_result(content, self.descent(frame), self.smoothing)
        if self.network:
            painted = apply_network(content, self.network, **self.options)  # type: ignore[arg-type]
            return smooth_result(content, painted, self.smoothing)
        options = self.options | {"memory": memory} if self.gathers else self.options
        factor = LONGER_SIDE / max(frame.shape)
        if self.smoothing != "guided" or factor >= 1:
            plain = run_method(self.method, content, self.styles, options)
            return smooth_result(content, np.asarray(plain, np.float32), self.smoothing)
        size = max(1, round(frame.shape[1] * factor)), max(1, round(frame.shape[0] * factor))
        small = load_opencv().resize(content, size, interpolation=load_opencv().INTER_AREA)
        plain = run_method(self.method, small, self.styles, options)
        radius = max(1, round(RADIUS * factor))
        models = LocalModels.fit(small.astype(np.float64), np.asarray(plain, np.float64), radius, EPSILON)
        return models(content).transpose(1, 2, 0).clip(0, 1)

    def settle(
        self, frame: NDArray[np.uint8], passage: Passage, result: NDArray[np.float32]
    ) -> NDArray[np.uint8]:
        """Return a frame (H, W, 3) whose result is steadied, and remember it: frame after frame.

        Args:
            frame: (H, W, 3).
            passage: from the frame before.
            result: what :meth:`stylize` made of it.
        """
        settled = self.steadiness.settle(frame, result, passage)
        if self.descent and self.steadiness.kept:
            self.descent.remember(frame, settled)
        return np.rint(settled * 255).astype(np.uint8)


def _load_backbone(options: Mapping[str, object]) -> PictureAutoencoder:
    """Return the networks that the options name, or those that are shipped."""
    named: Any = options.get("backbone")
    return PictureAutoencoder.of(DEFAULT_BACKBONE if named is None else named, str(options["device"]))


def _make_descent(styles: Sequence[NDArray[np.floating]], options: Mapping[str, object]) -> FrameDescent:
    """Return what optimizes frames, with the options that films have of their own."""
    rest = {name: value for name, value in options.items() if value is not None}
    own = {name: rest.pop(name) for name in ("preset", "iterations", "weight") if name in rest}
    return FrameDescent(styles, options=rest, **own)  # type: ignore[arg-type]
