"""Filling networks with the weights of a model folder, with one error for everything that does not fit.

Example:
    >>> from audiostyle.models.timbre import TimbreNetwork
    >>> network = load_weights(TimbreNetwork(64), zoo.find_model("timbre").encoder)
    >>> network.deviation.shape
    torch.Size([12])
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from torch import Tensor, nn

from audiostyle.errors import ModelNotFound
from audiostyle.models import zoo
from audiostyle.models.manifest import WeightFile

N = TypeVar("N", bound=nn.Module)


@contextmanager
def explain_misfits(file: object) -> Iterator[None]:
    """Turn what a damaged configuration or unfitting weights raise into one :class:`ModelNotFound`.

    Args:
        file: the weight file that the message names.

    Raises:
        ModelNotFound: the block raised a RuntimeError, TypeError, KeyError or ValueError.

    Example:
        >>> with explain_misfits("mine.safetensors"):
        ...     nn.Linear(**{"size": 3})
        Traceback (most recent call last):
        audiostyle.errors.ModelNotFound: mine.safetensors: the weights do not fit their configuration
    """
    try:
        yield
    except (RuntimeError, TypeError, KeyError, ValueError):
        raise ModelNotFound(f"{file}: the weights do not fit their configuration") from None


def load_weights(network: N, weights: WeightFile, prefix: str = "") -> N:
    """Fill a network with the tensors of a weight file whose names begin with ``prefix``.

    Tensors are converted to single precision, which is what networks compute in here.

    Args:
        network: the network to fill, in place.
        weights: a weight file of a model folder.
        prefix: of the tensors' names in the file; the network knows them without it.

    Returns:
        The same network.

    Raises:
        ModelNotFound: the file is missing or damaged, or holds other tensors than the network has.

    Example:
        >>> from audiostyle.models.timbre import TimbreNetwork
        >>> load_weights(TimbreNetwork(64), zoo.find_model("timbre").encoder).channels
        64
    """
    tensors = select_tensors(weights, prefix)
    with explain_misfits(weights.file):
        network.load_state_dict(tensors)
    return network


def select_tensors(weights: WeightFile, prefix: str = "") -> dict[str, Tensor]:
    """Return the tensors of a weight file whose names begin with ``prefix``, without it, in single precision.

    Args:
        weights: a weight file of a model folder.
        prefix: of the tensors' names; an empty one selects all.

    Returns:
        Name without the prefix → tensor (float32) on the CPU, of its own shape.

    Raises:
        ModelNotFound: the file is missing or damaged.

    Example:
        >>> tensors = select_tensors(zoo.find_model("universal").domain("piano"), "phases.")
        >>> sorted(tensors), tensors["start"].dtype
        (['advance', 'coherence', 'start'], torch.float32)
    """
    stored = zoo.load_tensors(weights)
    return {
        name.removeprefix(prefix): tensor.float()
        for name, tensor in stored.items()
        if name.startswith(prefix)
    }
