"""The shapes of maps that losses are tried on."""

from collections.abc import Callable

import pytest
import torch
from style_losses import SHAPES
from torch import Tensor


@pytest.fixture(params=SHAPES, ids=str)
def shape(request: pytest.FixtureRequest) -> tuple[int, ...]:
    return SHAPES[request.param]


@pytest.fixture
def shuffle() -> Callable[[Tensor], Tensor]:
    """A permutation of a map's positions."""

    def apply(features: Tensor) -> Tensor:
        flat = features.flatten(2)
        order = torch.randperm(flat.shape[2], generator=torch.Generator().manual_seed(9))
        return flat[..., order].reshape(features.shape)

    return apply
