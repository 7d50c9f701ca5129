"""Which styles there are: a Gaussian over the statistics of many examples, as a file of a few kilobytes."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from audiostyle.atomic import write_atomically
from audiostyle.errors import AudiostyleError, ModelNotFound, ShapeError

FITTED = Path(__file__).parent / "fitted"
"""The folder of the distributions that come with the package."""

SHRINKAGE = 0.05
"""Share of the covariance that is its diagonal: directions that no example varies in vary a little."""

_MOST = 4096  # numbers of a style that a file may ask for


class Statistics(Protocol):
    """What a style is, for one kind of example.

    Attributes:
        kind: the name of it, as files have it.
        size: how many numbers a style is.
    """

    kind: str
    size: int

    def measure(self, examples: Tensor) -> Tensor:
        """Return the styles of a batch, (B, size)."""
        ...

    def transform(self, examples: Tensor, choose: Callable[[Tensor], Tensor]) -> Tensor:
        """Return a batch with other styles.

        Args:
            examples: the batch.
            choose: from its styles, as :meth:`measure` gives them, (B, size), to those it is to have.
        """
        ...


@dataclass(frozen=True)
class StyleDistribution:
    """A Gaussian over styles.

    Attributes:
        kind: of the statistics, see `Statistics`.
        mean: (size,).
        root: (size, size), lower triangular; its square is the covariance.

    Example:
        >>> distribution = StyleDistribution("waves", torch.zeros(3), torch.eye(3))
        >>> distribution.draw(5, torch.Generator().manual_seed(0)).shape
        torch.Size([5, 3])
    """

    kind: str
    mean: Tensor
    root: Tensor

    def draw(self, count: int, generator: torch.Generator | None = None) -> Tensor:
        """Draw styles, (count, size), on the CPU."""
        noise = torch.randn(count, len(self.mean), generator=generator)
        return self.mean + noise @ self.root.mT

    def save(self, path: str | Path) -> None:
        """Write the distribution to a file (safetensors)."""
        tensors = {"mean": self.mean.float().contiguous(), "root": self.root.float().contiguous()}
        with write_atomically(path, AudiostyleError) as temporary:
            temporary.write_bytes(save(tensors, {"kind": self.kind}))

    @classmethod
    def load(cls, path: str | Path) -> "StyleDistribution":
        """Read a distribution from a file that :meth:`save` wrote.

        Raises:
            ModelNotFound: there is no such file, or it holds something else.
        """
        try:
            with safe_open(path, "pt") as file:
                kind = (file.metadata() or {}).get("kind", "")
                shapes = [tuple(file.get_slice(name).get_shape()) for name in ("mean", "root")]
                if len(shapes[0]) != 1 or not 0 < shapes[0][0] <= _MOST or shapes[1] != shapes[0] * 2:
                    raise ModelNotFound(f"{path}: holds no distribution of styles; fit one with fit_styles")
                mean, root = (file.get_tensor(name).float() for name in ("mean", "root"))
        except (OSError, SafetensorError) as error:
            reason = " ".join(str(error).split())
            raise ModelNotFound(f"{path}: holds no distribution of styles ({reason})") from None
        if not (mean.isfinite().all() and root.isfinite().all()):
            raise ModelNotFound(f"{path}: holds numbers that are not finite; fit it anew with fit_styles")
        return cls(kind, mean, root)

    @classmethod
    def shipped(cls, kind: str) -> "StyleDistribution":
        """Read the distribution of a kind that comes with the package."""
        return cls.load(FITTED / f"{kind}.safetensors")


def fit_styles(statistics: Statistics, batches: Iterable[Tensor]) -> StyleDistribution:
    """Fit a Gaussian to the styles of examples.

    Args:
        statistics: what a style is, such as `audiostyle.augment.PictureStatistics`.
        batches: examples, as the statistics take them.

    Raises:
        ShapeError: there are fewer than two examples.

    Example:
        >>> from audiostyle.augment.pictures import PictureStatistics
        >>> pictures = torch.rand(6, 3, 32, 32, generator=torch.Generator().manual_seed(0))
        >>> fit_styles(PictureStatistics(), [pictures]).kind
        'pictures'
    """
    found = [statistics.measure(batch).double().cpu() for batch in batches]
    styles = torch.cat(found) if found else torch.zeros(0, statistics.size, dtype=torch.float64)
    if len(styles) < 2:
        raise ShapeError(f"a distribution needs two examples or more, not {len(styles)}")
    covariance = torch.cov(styles.mT)
    spread = covariance.diagonal().clamp(min=1e-8)
    shrunk = (1 - SHRINKAGE) * covariance + SHRINKAGE * torch.diag(spread)
    return StyleDistribution(statistics.kind, styles.mean(0).float(), torch.linalg.cholesky(shrunk).float())
