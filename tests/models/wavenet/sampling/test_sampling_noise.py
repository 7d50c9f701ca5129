"""Laws of the sampling noise."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.models.wavenet.sampling.sampling_noise import choose_codes, draw_uniform


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**40), st.integers(0, 30), st.integers(1, 30))
def test_a_sample_has_its_draw_wherever_one_begins(seed, first, before, count):
    whole = draw_uniform(seed, first, before + count)
    assert np.array_equal(whole[before:], draw_uniform(seed, first + before, count))
    assert whole.dtype == np.float32 and (whole >= 0).all() and (whole < 1).all()


def test_draws_are_uniform_and_seeds_differ():
    one, two = draw_uniform(0, 0, 20000), draw_uniform(1, 0, 20000)
    shares = np.histogram(one, 10, (0, 1))[0] / 20000
    assert abs(shares - 0.1).max() < 0.01  # four standard deviations
    assert abs(np.corrcoef(one, two)[0, 1]) < 0.03


def test_a_draw_picks_the_code_it_falls_into():
    shares = torch.tensor([[0.2, 0.0, 0.5, 0.3]])
    for draw, code in ((0.0, 0), (0.19, 0), (0.21, 2), (0.69, 2), (0.71, 3), (0.9999, 3)):
        assert choose_codes(shares.log(), torch.tensor([draw]), 1.0).item() == code


def test_cold_draws_pick_the_likeliest():
    logits = torch.randn(50, 256, generator=torch.Generator().manual_seed(0))
    assert torch.equal(choose_codes(logits, torch.linspace(0, 0.999, 50), 1e-4), logits.argmax(dim=1))
