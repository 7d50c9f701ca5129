"""What every method starts from: the styles, and what was learnt of the content on a first hearing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, Union

from torch import Tensor

from audiostyle.errors import AudiostyleError, ShapeError
from audiostyle.sound.stft import Stft
from audiostyle.spectrogram.long_term_spectrum import LongTermSpectrum, compute_equalizer

if TYPE_CHECKING:
    from audiostyle.spectrogram.profile import StyleProfile

Progress = Callable[[float], None]
"""Called with the share of a stretch that is done, in [0, 1]."""


LEVEL = 0.1
"""RMS to which recordings are brought before logarithms are taken."""

SILENCE = 1e-8
"""RMS below which a recording is silent: 160 dB under full scale, beneath what 24 bits can hold."""


Style = Union[Tensor, "StyleProfile"]


class Stylizer(Protocol):
    """A method that has heard the styles and turns the content, stretch by stretch, into the result.

    Attributes:
        hop: samples; every stretch starts at a multiple of it, so that frames are those of the whole.
        context: samples, a multiple of ``hop``, that a stretch is given beyond both of its ends.
        stretch: samples, a multiple of ``hop``, that are best worked on at a time; None: all of them.
    """

    hop: int
    context: int
    stretch: int | None

    def __call__(self, wave: Tensor, progress: Progress) -> Tensor:
        """Mono (samples,) → (samples,)."""


@dataclass(frozen=True)
class TransferInputs:
    """Attributes:
    sample_rate: of everything, Hz.
    content: its average spectrum; it is not silent.
    excerpts: some of it, or all, mono waves (n,); see :mod:`.excerpts`.
    styles: mono waves (n,), none of them silent, or profiles.
    shares: how much each style counts, in all 1.
    """

    sample_rate: int
    content: LongTermSpectrum
    excerpts: list[Tensor]
    styles: list[Style]
    shares: list[float]

    @classmethod
    def of(
        cls,
        sample_rate: int,
        content: LongTermSpectrum,
        excerpts: Sequence[Tensor],
        styles: Sequence[Style],
        weights: Sequence[float] | None = None,
        names: Sequence[str] | None = None,
    ) -> "TransferInputs":
        """Check styles and weights.

        Raises:
            ShapeError: there is no style, or the weights do not fit.
            AudiostyleError: a style is silent; the message calls it by its name.
        """
        if not styles:
            raise ShapeError("no style was given; give at least one recording")
        for number, wave in enumerate(styles):
            if isinstance(wave, Tensor) and compute_rms(wave) < SILENCE:
                name = names[number] if names else f"style {number + 1}"
                raise AudiostyleError(f"{name}: is silent, there is no style in it; choose another recording")
        return cls(
            sample_rate, content, list(excerpts), list(styles), _normalize_weights(weights, len(styles))
        )

    @property
    def waves(self) -> list[Tensor]:
        """The styles where all are recordings; raises AudiostyleError where one is a profile."""
        for style in self.styles:
            if not isinstance(style, Tensor):
                raise AudiostyleError(
                    f"{style.name}: a profile holds statistics and no sound; use --method wct, or recordings"
                )
        return [style for style in self.styles if isinstance(style, Tensor)]

    @cached_property
    def style(self) -> LongTermSpectrum:
        """The average spectrum of all styles, each at the same level, counting by its share."""
        averages = [LongTermSpectrum.of([wave], self.content.transform) for wave in self.waves]
        return LongTermSpectrum.mixed(averages, self.shares)

    @cached_property
    def equalizer(self) -> Tensor:
        """Gains (bins,) of a filter that gives the content the styles' average spectrum."""
        return compute_equalizer(self.content, self.style)


def compute_rms(wave: Tensor) -> float:
    """Return the root mean square of a wave."""
    return float(wave.double().square().mean().sqrt())


def make_survey_transform(sample_rate: int) -> Stft:
    """Return the transform by which contents and styles are averaged."""
    return Stft.at(sample_rate)


def equalize(wave: Tensor, gains: Tensor, transform: Stft) -> Tensor:
    """Return the wave (samples,) filtered by ``gains`` (bins,), frame by frame."""
    return transform.inverse(transform(wave) * gains[:, None].to(wave.dtype), len(wave))


def _normalize_weights(weights: Sequence[float] | None, count: int) -> list[float]:
    chosen = [1.0] * count if weights is None else [float(weight) for weight in weights]
    if len(chosen) != count or not all(0 < weight < float("inf") for weight in chosen):
        raise ShapeError(f"{count} style(s) need as many positive weights, not {chosen}")
    return [weight / sum(chosen) for weight in chosen]
