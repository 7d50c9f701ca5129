"""The timbre network: shapes, and what does not affect it."""

import pytest
import torch

from audiostyle.models.timbre import CEPSTRA, TimbreNetwork


@pytest.fixture
def network() -> TimbreNetwork:
    torch.manual_seed(0)
    return TimbreNetwork(8).eval()


def draw_cepstra(frames: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(2, CEPSTRA, frames, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("frames", [1, 2, 15, 16, 257])
def test_sequences_of_any_length_become_points_that_are_nowhere_negative(network, frames):
    points = network(draw_cepstra(frames))
    assert points.shape == (2, 8)
    assert points.isfinite().all() and (points >= 0).all()


def test_each_sequence_is_embedded_by_itself(network):
    both = draw_cepstra(60)
    torch.testing.assert_close(network(both)[1:], network(both[1:]))


def test_what_goes_on_unchanged_is_the_same_for_longer(network):
    """Away from its ends a constant sequence gives one and the same value at every position."""
    constant = draw_cepstra(1).expand(-1, -1, 4096)
    torch.testing.assert_close(network(constant), network(constant[..., :2048]), atol=0.02, rtol=0.05)


def test_statistics_of_the_material_are_taken_off(network):
    network.mean.fill_(3.0)
    network.deviation.fill_(2.0)
    plain = TimbreNetwork(8).eval()
    plain.load_state_dict(
        network.state_dict() | {"mean": torch.zeros(CEPSTRA), "deviation": torch.ones(CEPSTRA)}
    )
    torch.testing.assert_close(network(2 * draw_cepstra(40) + 3), plain(draw_cepstra(40)))
