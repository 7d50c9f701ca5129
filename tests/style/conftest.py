"""Feature maps whose channels depend on each other."""

import math

import pytest
import torch


@pytest.fixture(params=[torch.float64, torch.complex128], ids=["real", "complex"])
def make_map(request):
    """``make_map(seed, channels, *positions)``: a correlated map (1, channels, *positions)."""

    def make(seed: int, channels: int, *positions: int) -> torch.Tensor:
        generator = torch.Generator().manual_seed(seed)
        mixing = torch.randn(channels, channels, generator=generator, dtype=request.param)
        mean = torch.randn(channels, generator=generator, dtype=request.param)
        flat = torch.randn(channels, math.prod(positions), generator=generator, dtype=request.param)
        return (mixing @ flat + 3 * mean[:, None]).reshape(1, channels, *positions)

    return make
