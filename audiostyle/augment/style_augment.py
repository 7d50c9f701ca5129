"""The module that goes into a training: random styles for pictures and for waves."""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.utils.data import get_worker_info

from audiostyle.augment.distribution import Statistics, StyleDistribution
from audiostyle.augment.pictures import PictureStatistics
from audiostyle.augment.waves import WaveStatistics
from audiostyle.checks import check_number, check_seed, show_value
from audiostyle.errors import AudiostyleError, ModelNotFound

STRENGTH = 0.5
"""How far an example goes to a random style, unless told otherwise."""


class StyleAugment(nn.Module):
    """Gives each example of a batch a random style of its own.

    Styles are drawn from a Gaussian over the statistics of many pictures, or of many instruments, which comes
    with the package; an example goes from its own style to the one drawn by ``strength``.  In evaluation mode
    (``.eval()``) nothing is changed.

    Args:
        kind: ``"pictures"`` or ``"waves"``.
        sample_rate: of waves, in hertz; not of pictures.
        strength: 0 changes nothing, 1 takes the whole of the style that was drawn.  Two numbers are a range
            from which each example draws its own.
        probability: with which an example is changed at all.
        seed: the same seed gives the same styles, on any device.  None draws from torch's own generator.  In
            worker processes of a ``DataLoader``, each draws by itself, from the seed and the loader's.
        styles: a file of a distribution of one's own, or the distribution, see
            `audiostyle.augment.fit_styles`; None is the one that comes with the package.

    Raises:
        AudiostyleError: an argument is not among those there are.
        ModelNotFound: the file of styles is missing, or of another kind.

    Example:
        >>> pictures = torch.rand(4, 3, 32, 32, generator=torch.Generator().manual_seed(0))
        >>> StyleAugment("pictures", seed=0)(pictures).shape
        torch.Size([4, 3, 32, 32])
        >>> torch.equal(StyleAugment("pictures", strength=0)(pictures), pictures)
        True
    """

    mean: Tensor
    root: Tensor

    def __init__(
        self,
        kind: str,
        *,
        sample_rate: float | None = None,
        strength: float | tuple[float, float] = STRENGTH,
        probability: float = 1.0,
        seed: int | None = None,
        styles: str | Path | StyleDistribution | None = None,
    ) -> None:
        super().__init__()
        self.statistics = _choose_statistics(kind, sample_rate)
        self.low, self.high = _check_range(strength)
        self.probability = check_number("probability", probability, 0, 1)
        self.seed = None if seed is None else check_seed(seed)
        self._generators: dict[int | None, torch.Generator] = {}
        found = _find_styles(styles, self.statistics)
        self.register_buffer("mean", found.mean, persistent=False)
        self.register_buffer("root", found.root, persistent=False)

    def forward(self, examples: Tensor) -> Tensor:
        """Return examples in random styles.

        Args:
            examples: pictures (B, 3, H, W) or one (3, H, W), in [0, 1] or uint8; waves (B, samples) or
                (B, channels, samples), or one (samples,).

        Returns:
            The same shape and type, on the same device.

        Raises:
            ShapeError: they are something else.
        """
        if not self.training or self.high == 0 or self.probability == 0:
            return examples
        single = examples.ndim == (1 if self.statistics.kind == "waves" else 3)
        single &= self.statistics.kind == "waves" or examples.shape[0] == 3
        batch = examples[None] if single else examples
        if batch.dtype == torch.uint8 and self.statistics.kind == "pictures":
            changed = (255 * self._change(batch.float() / 255)).round().to(torch.uint8)
        else:
            changed = self._change(batch)
        return changed[0] if single else changed

    def extra_repr(self) -> str:
        """Return what printing the module says of it."""
        strength = f"{self.low:g}" if self.low == self.high else f"({self.low:g}, {self.high:g})"
        return f"{self.statistics.kind!r}, strength={strength}, probability={self.probability:g}"

    def _change(self, batch: Tensor) -> Tensor:
        generator = self._get_generator()
        distribution = StyleDistribution(self.statistics.kind, self.mean.cpu(), self.root.cpu())
        drawn = distribution.draw(len(batch), generator).to(batch.device)
        chances = torch.rand(2, len(batch), 1, generator=generator)
        share = (self.low + (self.high - self.low) * chances[0]) * (chances[1] < self.probability)
        share = share.to(batch.device)
        changed = self.statistics.transform(batch, lambda own: torch.lerp(own, drawn, share))
        kept = (share == 0).reshape(-1, *[1] * (batch.ndim - 1))
        return torch.where(kept, batch, changed)

    def _get_generator(self) -> torch.Generator | None:
        """Return what to draw from in this process; None is torch's own generator."""
        if self.seed is None:
            return None
        worker = get_worker_info()
        key = None if worker is None else worker.seed
        if key not in self._generators:
            mixed = self.seed if key is None else (self.seed * 0x9E3779B97F4A7C15 + key) % 2**63
            self._generators = {key: torch.Generator().manual_seed(mixed)}
        return self._generators[key]


def _choose_statistics(kind: str, sample_rate: float | None) -> Statistics:
    if kind == "pictures":
        if sample_rate is not None:
            raise AudiostyleError("pictures have no sample_rate; leave it out")
        return PictureStatistics()
    if kind == "waves":
        if sample_rate is None:
            raise AudiostyleError("waves need a sample_rate; give it in hertz")
        return WaveStatistics(sample_rate)
    raise AudiostyleError(f"kind must be 'pictures' or 'waves', not {show_value(kind)}")


def _check_range(strength: float | tuple[float, float]) -> tuple[float, float]:
    ends = strength if isinstance(strength, Sequence) and not isinstance(strength, str) else (strength,) * 2
    if len(ends) != 2:
        raise AudiostyleError(f"strength must be a number or two, not {show_value(strength)}")
    low, high = (check_number("strength", end, 0, 1) for end in ends)
    if low > high:
        raise AudiostyleError(f"strength must go from the smaller to the larger, not {show_value(strength)}")
    return low, high


def _find_styles(styles: str | Path | StyleDistribution | None, statistics: Statistics) -> StyleDistribution:
    if styles is None:
        return StyleDistribution.shipped(statistics.kind)
    found = styles if isinstance(styles, StyleDistribution) else StyleDistribution.load(styles)
    if found.kind != statistics.kind or len(found.mean) != statistics.size:
        raise ModelNotFound(
            f"the styles are those of {found.kind or 'something else'}, not of {statistics.kind}"
        )
    return found
