"""Laws of the mu-law pair."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.errors import ShapeError
from audiostyle.models.wavenet.mulaw import CODES, SILENCE, decode, encode

AMPLITUDES = torch.linspace(-1, 1, 20001, dtype=torch.float64).float()


def test_every_code_comes_back():
    codes = torch.arange(CODES)
    assert torch.equal(encode(decode(codes)), codes)


def test_amplitudes_come_back_within_the_stated_bound():
    error = (decode(encode(AMPLITUDES)) - AMPLITUDES).abs()
    bound = (256 ** (1 / 255) - 1) * (AMPLITUDES.abs() + 1 / 255)
    assert (error <= bound + 1e-6).all()  # single precision, at full scale
    assert (error > 0.9 * bound).any()  # and the bound is no larger than it has to be


@given(st.floats(-1, 1, width=32))
def test_rounding_once_is_rounding_for_good(amplitude):
    codes = encode(torch.tensor([amplitude]))
    assert torch.equal(encode(decode(codes)), codes)


def test_louder_is_a_higher_code_and_full_scale_is_kept():
    assert (encode(AMPLITUDES).diff() >= 0).all()
    assert torch.equal(decode(encode(torch.tensor([-1.0, 1.0]))), torch.tensor([-1.0, 1.0]))
    assert encode(torch.zeros(1)).item() == SILENCE
    assert 0 < decode(torch.tensor(SILENCE)).item() < 1e-4


def test_what_exceeds_full_scale_is_full_scale():
    assert encode(torch.tensor([[-3.0], [1.5]])).tolist() == [[0], [CODES - 1]]


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_nan_has_no_code(value):
    with pytest.raises(ShapeError, match="NaN or infinite"):
        encode(torch.tensor([0.0, value]))
