"""Optimization of pictures: descent on a picture until a sum of losses is small, from coarse to fine."""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from audiostyle.checks import check_count, check_number, check_seed
from audiostyle.errors import ShapeError
from audiostyle.image.arrays import AnyPicture, OpenedPicture, Picture, open_picture
from audiostyle.image.backbone import DEFAULT as BACKBONE
from audiostyle.image.backbone import PictureAutoencoder, load_encoder
from audiostyle.image.inputs import StylizeInputs, check_strength
from audiostyle.image.masks import Mask
from audiostyle.image.optimization.bands import BANDS
from audiostyle.image.optimization.pixels import fit_picture, resize, to_gray
from audiostyle.image.optimization.presets import DEFAULT, Preset
from audiostyle.image.optimization.settings import Overrides, choose_settings, list_sizes, make_descent
from audiostyle.image.optimization.snapshots import SnapshotFolder, compute_fingerprint, to_pixels
from audiostyle.image.optimization.stages import Own, Stage
from audiostyle.image.photowct import photowct
from audiostyle.models.torch_settings import own_settings
from audiostyle.models.vgg import VGGEncoder
from audiostyle.progress import Progress
from audiostyle.style.descent import DescentState, descend


@dataclass(frozen=True)
class Step:
    """Where an optimization is, told after every round.

    Attributes:
        size: pixels of the longer side.
        iteration, iterations: how many were made at this size, of how many.
        loss: the weighted sum.
        terms: each term with its weight, and what it contributes to the sum.

    Example:
        >>> Step(256, 50, 200, 3.5, (("2·TV(F) at input", 3.5),)).loss
        3.5
    """

    size: int
    iteration: int
    iterations: int
    loss: float
    terms: tuple[tuple[str, float], ...]


@own_settings()
def optimize(
    content: Picture,
    style: AnyPicture | Sequence[AnyPicture],
    *,
    strength: float = 1.0,
    weights: Sequence[float] | None = None,
    content_mask: Mask | None = None,
    style_mask: Mask | Sequence[Mask] | None = None,
    preset: str = DEFAULT,
    loss: str | None = None,
    layers: Sequence[str] | None = None,
    content_layers: Sequence[str] | None = None,
    start: str | None = None,
    initial: AnyPicture | None = None,
    sizes: Sequence[int] | None = None,
    iterations: int | Sequence[int] | None = None,
    optimizer: str | None = None,
    rate: float | None = None,
    photorealism: float | None = None,
    style_scale: float = 1.0,
    backbone: str | Path | PictureAutoencoder = BACKBONE,
    seed: int = 0,
    device: str = "auto",
    snapshots: str | Path | None = None,
    every: int = 1,
    own: Own | None = None,
    on_step: Callable[[Step], None] | None = None,
    progress: Progress | None = None,
) -> Picture:
    """Stylize a picture by descent on it, band by band of its light and colors.

    Args:
        content, style, strength, weights, content_mask, style_mask: see `audiostyle.image.photowct`.
        preset: the settings of a paper, one of
            :data:`~audiostyle.image.optimization.presets.PRESETS`; what follows replaces some of them.
        loss: a sum of losses, such as ``"gram:100,perceptual:1,tv:1e-2"``; see
            :mod:`audiostyle.style.losses.specification`.
        layers, content_layers: where losses of style and of content are taken unless ``loss`` says otherwise.
        start: ``"content"``, ``"noise"`` or ``"photowct"``.
        initial: a picture of the content's size to start from, in place of that.
        sizes: lengths of the longer side at which to work in turn, in pixels; 0 is the picture's own.  Where
            the last one is smaller, the result is enlarged to the content's size.
        iterations: at each size, or one number for all.
        optimizer, rate: ``"lbfgs"`` or ``"adam"``, and the length of its steps.
        photorealism: weight of the matting Laplacian's energy.
        style_scale: how large the styles' pictures are beside the content's: larger ones, larger strokes.
        backbone: the name or folder of a model, one that is loaded, or a VGG's own file (``.pth``, ``.h5``).
        seed: of noise, samples and critics.
        device: where to compute.
        snapshots: a folder.  The state is kept there after every round; with the same pictures and settings
            the optimization goes on from it.
        every: rounds between two pictures in that folder.
        own: keyword arguments of losses that are told their own, such as
            ``{"depth": {"network": estimate}}``.
        on_step: told after every round where the optimization is.
        progress: is told which share of the work is done, of 1.

    Returns:
        A picture (H, W, 3) in [0, 1] of the content's size, kind and data type.

    Raises:
        ShapeError: a picture, weights or masks do not fit, or a style is smaller than a patch.
        ModelNotFound: there is no such backbone.
        ConvergenceError: the loss is no longer a number; a snapshot of before stays.
        PictureReadError, PictureWriteError: the folder's snapshot is of something else, or cannot be written.
        AudiostyleError: a name or a number is not among those there are.

    Example:
        >>> import numpy as np
        >>> rng = np.random.default_rng(0)
        >>> content, style = rng.random((32, 48, 3)), rng.random((40, 40, 3))
        >>> optimize(content, style, sizes=(24, 48), iterations=2, device="cpu").shape
        (32, 48, 3)
    """
    overrides = Overrides(
        loss, layers, content_layers, start, sizes, iterations, optimizer, rate, photorealism
    )
    settings, share = choose_settings(preset, overrides), check_strength(strength)
    scale = check_number("style_scale", style_scale, 0, above=True)
    inputs: StylizeInputs[Picture] = StylizeInputs.from_pictures(
        content, style, weights=weights, content_mask=content_mask, style_mask=style_mask
    )
    first: Tensor | None = None if initial is None else _open_initial(initial, inputs.content)
    folder = None
    if snapshots is not None:
        about = {**dataclasses.asdict(settings), "scale": scale, "seed": seed, "weights": inputs.weights}
        about["bands"] = BANDS  # snapshots of other points are of no use
        seen = [*_list_pictures(inputs), *([] if first is None else [first])]
        folder = SnapshotFolder(snapshots, compute_fingerprint(seen, about), check_count("every", every, 1))
    encoder = load_encoder(backbone, device)
    work = _Optimization(
        inputs, encoder, settings, scale, check_seed(seed), own, folder, on_step, progress, first
    )
    return inputs.finish(work.run(), share)


def _open_initial(initial: AnyPicture, content: Tensor) -> Tensor:
    """Return the picture to start from, (3, H, W).

    Raises:
        ShapeError: it is no picture, or not of the content's size.
    """
    opened: OpenedPicture[np.float32] = open_picture(initial, "the initial picture", np.float32)
    picture = torch.from_numpy(opened.seen.copy()).movedim(2, 0)
    if picture.shape != content.shape:
        sizes = " and ".join(f"{each.shape[2]}×{each.shape[1]}" for each in (picture, content))
        raise ShapeError(f"the initial picture and the content must be of one size, not {sizes}")
    return picture


def _list_pictures(inputs: StylizeInputs) -> list[Tensor]:
    """Return all that is seen: pictures and masks."""
    found = [inputs.content, *inputs.styles]
    for region in inputs.regions:
        shares: list[Tensor] = [region.share, *region.styles]
        found += [share.float() for share in shares]
    return found


@dataclass
class _Optimization:
    """The work of :func:`optimize` after all was checked."""

    inputs: StylizeInputs
    encoder: VGGEncoder
    settings: Preset
    style_scale: float
    seed: int
    own: Own | None
    folder: SnapshotFolder | None
    on_step: Callable[[Step], None] | None
    progress: Progress | None
    initial: Tensor | None = None

    def run(self) -> Tensor:
        """Return the result (3, H, W) on the CPU."""
        sizes = list_sizes(self.settings, max(self.inputs.content.shape[-2:]))
        counts = self.settings.iterations[-len(sizes) :]
        work = [count * size**2 for count, size in zip(counts, sizes, strict=True)]
        last = self.folder.load() if self.folder else None
        picture: Tensor | None = None
        for number, (size, count) in enumerate(zip(sizes, counts, strict=True)):
            if last is not None and number < last[0]:
                continue
            gray = self.settings.gray_first and number == 0 and len(sizes) > 1
            stage = Stage(
                self.inputs,
                self.encoder,
                self.settings,
                size,
                style_scale=self.style_scale,
                seed=self.seed,
                own=self.own,
                gray=gray,
            )
            if last is not None and number == last[0]:
                state = last[1]
                state = dataclasses.replace(state, point=state.point.to(stage.content.device))
            else:
                state = DescentState(stage.bands.to_point(self._choose_start(stage, picture, size)))
            done = sum(work[:number]) / max(1, sum(work))
            share = work[number] / max(1, sum(work))
            picture = self._descend(stage, state, size, number, count, done, share)
            if gray:
                picture = _add_chroma(picture, stage, fit_picture(self.inputs.content[None], size))
        assert picture is not None
        if self.progress:
            self.progress(1.0, 1.0)
        return self._restore_size(picture)

    def _descend(
        self, stage: Stage, state: DescentState, size: int, number: int, count: int, done: float, share: float
    ) -> Tensor:
        def tell_step(iteration: int, _: float) -> None:
            if self.progress:
                self.progress(done + share * iteration / count, 1.0)

        def tell_round(after: DescentState) -> None:
            if self.folder:
                self.folder.save(number, after, stage.bands.to_picture(after.point))
            if self.on_step:
                self.on_step(_measure(stage, after, size, count))

        settings = make_descent(self.settings, count)
        last = descend(stage.loss, stage.extract, state, settings, on_round=tell_round, on_step=tell_step)
        return stage.bands.to_picture(last.point)

    def _choose_start(self, stage: Stage, picture: Tensor | None, size: int) -> Tensor:
        """Return where a stage begins: at the result of the one before, with the content's fine detail."""
        content = stage.content
        if picture is not None:
            before = resize(picture, content.shape[-2:])
            coarse = resize(resize(content, picture.shape[-2:]), content.shape[-2:])
            return (before + content - coarse).clamp(0, 1)
        if self.initial is not None:
            return fit_picture(self.initial[None], size).to(content)
        if self.settings.start == "noise":
            generator = torch.Generator().manual_seed(self.seed)
            noise = 0.5 + 0.1 * torch.randn(content.shape, generator=generator)
            return noise.clamp(0, 1).to(content.device)
        if self.settings.start == "photowct":
            pixels = to_pixels(content)
            styles = [
                to_pixels(fit_picture(s[None], min(size, max(s.shape[-2:])))) for s in self.inputs.styles
            ]
            made = torch.from_numpy(photowct(pixels, styles, weights=self.inputs.weights))
            return made.movedim(2, 0)[None].to(content)
        return content.clone()

    def _restore_size(self, picture: Tensor) -> Tensor:
        """Return a result of the content's size; what no region covers stays the content's."""
        whole = resize(picture.cpu(), self.inputs.content.shape[-2:])[0]
        covered = torch.stack([region.content for region in self.inputs.regions]).any(dim=0)
        return torch.where(covered, whole, self.inputs.content)


def _measure(stage: Stage, state: DescentState, size: int, count: int) -> Step:
    """Return where a stage is, term by term."""
    with torch.no_grad():
        maps = stage.extract(state.point)
        terms = [(weight, term, weight * float(term(maps))) for weight, term in stage.loss.terms]
    named = tuple((f"{weight:g}·{term.formula}", value) for weight, term, value in terms)
    return Step(size, state.iteration, count, sum(value for _, _, value in terms), named)


def _add_chroma(picture: Tensor, stage: Stage, content: Tensor) -> Tensor:
    """Return a gray result in the content's colors."""
    colors = content.to(picture.device)
    return (to_gray(picture) + colors - to_gray(colors)).clamp(0, 1)
