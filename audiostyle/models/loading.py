"""Filling networks with the weights of a model folder, with one error for all that does not fit."""

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
    """Turn what a damaged configuration or unfitting weights of ``file`` raise into :class:`ModelNotFound`."""
    try:
        yield
    except (RuntimeError, TypeError, KeyError, ValueError):
        raise ModelNotFound(f"{file}: the weights do not fit their configuration") from None


def load_weights(network: N, weights: WeightFile, prefix: str = "") -> N:
    """Fill ``network`` with the tensors of a weight file whose names begin with ``prefix``; returns it.

    Tensors are converted to single precision, which is what networks compute in here.

    Raises:
        ModelNotFound: the file is missing or damaged, or holds other tensors than the network has.
    """
    tensors = select_tensors(weights, prefix)
    with explain_misfits(weights.file):
        network.load_state_dict(tensors)
    return network


def select_tensors(weights: WeightFile, prefix: str = "") -> dict[str, Tensor]:
    """Return the tensors of a weight file whose names begin with ``prefix``, without it, in single precision.

    Raises:
        ModelNotFound: the file is missing or damaged.
    """
    stored = zoo.load_tensors(weights)
    return {
        name.removeprefix(prefix): tensor.float()
        for name, tensor in stored.items()
        if name.startswith(prefix)
    }
