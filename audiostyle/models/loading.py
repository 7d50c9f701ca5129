"""Filling networks with the weights of a model folder, with one error for everything that does not fit.

Example:
    >>> from audiostyle.models.timbre import TimbreNetwork
    >>> network = load_weights(TimbreNetwork(64), zoo.find_model("timbre").encoder)
    >>> network.deviation.shape
    torch.Size([12])
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

from torch import Tensor, nn

from audiostyle.errors import ModelNotFound
from audiostyle.models import zoo
from audiostyle.models.manifest import WeightFile

N = TypeVar("N", bound=nn.Module)

_SMALL = 512  # channels up to which a network is made without asking
_COUNTS = ("depths", "layers", "blocks")  # what counts layers rather than channels
_MOST_LAYERS = 64
_LONGEST_LIST = 64
_BYTES_A_WEIGHT = (
    8  # of a file for each weight of its largest square layer; shipped files have twenty and more
)


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


def check_sizes(weights: WeightFile) -> None:
    """Check the sizes that a manifest gives against the file of the weights, before a network is made.

    A layer from n channels to n has n² weights, so a file of a megabyte cannot be that of a network of
    thousands of channels, whose making would fill the memory.

    Args:
        weights: a weight file of a model folder.

    Raises:
        ModelNotFound: a size is out of all proportion.

    Example:
        >>> check_sizes(zoo.find_model("universal").encoder)
    """
    try:
        room = weights.file.stat().st_size // _BYTES_A_WEIGHT
    except OSError:
        return  # the one error about a missing file is that of reading it
    for key, size in _list_sizes(weights.config):
        if size > _MOST_LAYERS if key in ("depths", "layers", "blocks") else size > _SMALL and size**2 > room:
            raise ModelNotFound(
                f"{weights.file}: the weights do not fit their configuration ({key} = {size:g})"
            )


def _list_sizes(value: object, key: str = "") -> Iterator[tuple[str, float]]:
    """Yield every number in a configuration, with the name that it or its list has."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _list_sizes(inner, str(name))
    elif isinstance(value, list):
        yield key, 0.0 if len(value) <= _LONGEST_LIST else float("inf")
        for inner in value[:_LONGEST_LIST]:
            yield from _list_sizes(inner, key)
    elif isinstance(value, int | float):
        yield key, min(abs(value), 1e100)


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
