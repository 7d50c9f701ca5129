"""Optimization of sound by any loss of the library: the method of :mod:`.gram` with other words.

The start is the content with the style's long-term average spectrum, as in :mod:`.gram`, and descent changes
its spectrogram until a sum of losses of feature maps is small.  The infinitely wide layer of ``gram`` has no
maps but only products; where the losses need no more than these, the work is that of ``gram``, at its speed.
"""

from collections.abc import Sequence
from typing import get_args

import torch
from torch import Tensor

from audiostyle.errors import AudiostyleError
from audiostyle.progress import Progress
from audiostyle.spectrogram.equalizer import equalize
from audiostyle.spectrogram.gram import GramStylizer, Start, cut_runs, draw_noise, gram
from audiostyle.spectrogram.gram_features import KERNEL
from audiostyle.spectrogram.gram_representations import Features, get_representation
from audiostyle.spectrogram.inputs import TransferInputs
from audiostyle.spectrogram.levels import FEATURE_RMS, compute_rms
from audiostyle.spectrogram.loss_features import make_loss_features
from audiostyle.spectrogram.wct import wct
from audiostyle.style.descent import DescentState, Settings, descend
from audiostyle.style.losses.base import Maps
from audiostyle.style.losses.compose import Ingredients, compose
from audiostyle.style.losses.specification import Term, parse_losses

LOSS = "bn:1,perceptual:0.5"
ITERATIONS = 60

_ROUND = 15  # iterations between which losses draw and match anew
_SEGMENT_SECONDS = 15
_OF_PRODUCTS = {"gram", "centered-gram", "perceptual"}  # losses that need no more than products of features
_STRETCHES = (0.5, 1.0, 2.0)  # of the style in time, between which the loss ``stroke`` chooses


def optimize(
    inputs: TransferInputs,
    *,
    loss: str = LOSS,
    features: Features = "encoder",
    start: Start = "content",
    iterations: int = ITERATIONS,
    seed: int = 0,
) -> "OptimizationStylizer | GramStylizer":
    """Prepare a transfer by descent on a sum of losses.

    Args:
        inputs: content and styles; recordings, not profiles.
        loss: such as ``"gram:1,perceptual:0.5"``; see :mod:`audiostyle.style.losses.specification`, and
            :mod:`.loss_features` for the layers there are.
        features: of the trained encoder, of random filters, of complex patches; or of the wide layer, for
            sums of gram or centered-gram with perceptual: then it is ``gram`` with a match of
            w_gram / (w_gram + w_perceptual).
        start: the equalized content, noise, or the result of :func:`~audiostyle.spectrogram.wct.wct`.
        iterations: of L-BFGS, for each segment of 15 seconds.
        seed: of noise, filters, samples and critics.

    Raises:
        AudiostyleError: a name is unknown, wide features are asked for what needs maps, or a style is a
            profile.
    """
    for name, value, known in (("features", features, Features), ("start", start, Start)):
        if value not in get_args(known):
            choices = get_args(known)
            raise AudiostyleError(f"{name} must be {', '.join(choices[:-1])} or {choices[-1]}, not {value!r}")
    terms = parse_losses(loss)
    if features == "wide":
        return _prepare_gram(inputs, terms, start, iterations, seed)
    return OptimizationStylizer(inputs, terms, features, start, iterations, seed)


def _prepare_gram(
    inputs: TransferInputs, terms: Sequence[Term], start: Start, iterations: int, seed: int
) -> GramStylizer:
    """Return the method ``gram`` that minimizes these terms.

    Raises:
        AudiostyleError: they are others than a Gram loss and a perceptual one.
    """
    names = [term.name for term in terms]
    twice = len(set(names)) < len(names) or {"gram", "centered-gram"} <= set(names)
    if twice or not set(names) <= _OF_PRODUCTS:
        raise AudiostyleError(
            "features wide are known by their products alone, which serve one of gram and centered-gram, and "
            "perceptual; choose features encoder, random or complex for other losses"
        )
    weights = {term.name: term.weight for term in terms}
    content = weights.pop("perceptual", 0.0)
    style = sum(weights.values())
    if not style + content > 0:
        raise AudiostyleError("loss: all weights are 0; give one term a weight above 0")
    match = style / (style + content)
    centered = "centered-gram" in weights
    return gram(inputs, match=match, iterations=iterations, start=start, centered=centered, seed=seed)


class OptimizationStylizer:
    """A prepared transfer by :func:`optimize`; a :class:`~audiostyle.spectrogram.stylizer.Stylizer`."""

    def __init__(
        self,
        inputs: TransferInputs,
        terms: Sequence[Term],
        features: Features,
        start: Start,
        iterations: int,
        seed: int,
    ) -> None:
        rate = inputs.sample_rate
        self.inputs, self.terms, self.device = inputs, terms, inputs.device
        self.start, self.iterations, self.seed = start, iterations, seed
        self.representation = get_representation(features, rate, seed, self.device)
        self.transform = self.representation.transform
        self.hop = self.transform.hop
        self.context = self.hop * KERNEL
        self.segment = self.hop * max(1, round(_SEGMENT_SECONDS * rate / self.hop))
        self.gain = FEATURE_RMS / inputs.content_spectrum.rms
        self.wct = wct(inputs) if start == "wct" else None
        styles = [self._represent_style(wave) for wave in inputs.style_waves]
        self.features = make_loss_features(features, self.representation).normalize(styles)
        with torch.no_grad():
            self.styles = [self.features(style) for style in styles]
            self.strokes = self._stretch(styles[0])

    def __call__(self, wave: Tensor, progress: Progress | None = None) -> Tensor:
        """Process a mono wave (samples,); see :class:`~audiostyle.spectrogram.stylizer.Stylizer`."""
        equalized = equalize(wave, self.inputs.equalizer, self.inputs.content_spectrum.transform)
        if not equalized.any():
            return equalized
        start = equalized if self.wct is None else self.wct(wave)
        with torch.no_grad():
            content = self.features(self._represent(equalized))
            point = self._represent(start)
        if self.start == "noise":
            point = draw_noise(point, self.seed)
        loss = compose(self.terms, self._gather(content))

        def tell(iteration: int, _: float) -> None:
            if progress:
                progress(iteration / self.iterations, 1.0)

        settings = Settings(self.iterations, round=_ROUND)
        found = descend(loss, self.features, DescentState(point), settings, on_step=tell)
        return self.representation.decode(found.point, self.gain, start)

    def _gather(self, content: Maps) -> Ingredients:
        """Return what the losses of a segment are made from."""
        return Ingredients(
            self.styles,
            content,
            self.features.style_layers,
            self.features.content_layers,
            self.inputs.weights,
            strokes=self.strokes,
        )

    def _represent(self, wave: Tensor) -> Tensor:
        return self.representation.encode(self.transform(wave), self.gain)

    def _represent_style(self, wave: Tensor) -> Tensor:
        """Return the representation of a style, or evenly spread runs of a long one, one after the other."""
        spectrum = self.transform(wave.to(self.device))
        runs = cut_runs(self.representation.encode(spectrum, FEATURE_RMS / compute_rms(wave)))
        return torch.cat(runs, dim=-1)

    def _stretch(self, style: Tensor) -> list[Maps]:
        """Return the maps of a style at several speeds, if a loss needs them."""
        if not any(term.name == "stroke" for term in self.terms) or style.is_complex():
            return []
        flat = style.reshape(1, -1, style.shape[-1])
        stretched = [
            torch.nn.functional.interpolate(flat, scale_factor=factor, mode="linear") for factor in _STRETCHES
        ]
        return [self.features(part.reshape(*style.shape[:-1], -1)) for part in stretched]
