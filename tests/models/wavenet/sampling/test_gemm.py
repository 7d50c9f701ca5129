"""The product of thin matrices against NumPy's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.models.wavenet.sampling.gemm import ROWS, gemm, get_panel_width, pack_panels

STREAMS = st.sampled_from([1, ROWS, 3 * ROWS])


@settings(max_examples=30, deadline=None)
@given(STREAMS, st.integers(0, 40), st.integers(1, 4), st.integers(0, 5), st.integers(0, 99))
def test_it_is_the_sum_of_start_and_the_product(streams, depth, panels, apart, seed):
    """Also of views whose rows lie ``apart`` from each other."""
    rng, width = np.random.default_rng(seed), get_panel_width(streams)
    columns = panels * width
    start = rng.standard_normal((streams, columns + apart)).astype(np.float32)[:, apart:]
    x = rng.standard_normal((streams, depth + apart)).astype(np.float32)[:, :depth]
    weights = rng.standard_normal((depth, columns)).astype(np.float32)
    around = np.full((streams, columns + apart), 7, np.float32)
    gemm(around[:, :columns], start, x, pack_panels(weights, width))
    assert np.allclose(around[:, :columns], start + x.astype(float) @ weights, atol=1e-4)
    assert (around[:, columns:] == 7).all()


def test_it_adds_to_what_is_there():
    out, x = np.ones((ROWS, 16), np.float32), np.eye(ROWS, 3, dtype=np.float32)
    weights = np.arange(48, dtype=np.float32).reshape(3, 16)
    gemm(out, out, x, pack_panels(weights, 16))
    assert np.array_equal(out[:3], 1 + weights) and (out[3:] == 1).all()


def test_a_row_alone_is_the_same_row_to_the_last_bit():
    rng = np.random.default_rng(0)
    start, x = (rng.standard_normal((2 * ROWS, n)).astype(np.float32) for n in (128, 70))
    weights = rng.standard_normal((70, 128)).astype(np.float32)
    many, one = np.empty_like(start), np.empty_like(start[:1])
    gemm(many, start, x, pack_panels(weights, get_panel_width(len(x))))
    for row in range(len(x)):
        gemm(one, start[row : row + 1], x[row : row + 1], pack_panels(weights, get_panel_width(1)))
        assert np.array_equal(one[0], many[row])


@pytest.mark.parametrize("lead", [(), (5,)])
def test_panels_are_columns_side_by_side(lead):
    weights = np.random.default_rng(0).random((*lead, 3, 32))
    panels = pack_panels(weights, 16)
    assert panels.shape == (*lead, 2, 3, 16) and panels.dtype == np.float32
    assert np.allclose(np.concatenate([panels[..., 0, :, :], panels[..., 1, :, :]], axis=-1), weights)
