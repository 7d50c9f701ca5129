"""The precision of a training: what the user says, else what is faster on this machine."""

import pytest
import torch

from audiostyle.cli.train.options import choose_precision
from audiostyle.models import device


@pytest.fixture(autouse=True)
def denormals():
    """Leave denormal numbers as they are for the tests that follow."""
    yield
    torch.set_flush_denormal(False)


@pytest.mark.parametrize("fast", [False, True])
def test_precision(monkeypatch, fast):
    monkeypatch.setattr(device, "convolves_bfloat16", lambda: fast)
    assert choose_precision(None) is fast
    assert choose_precision(True) and not choose_precision(False)


def test_denormal_numbers_become_zero():
    if not torch.set_flush_denormal(True):
        pytest.skip("this processor cannot flush denormal numbers")
    torch.set_flush_denormal(False)
    choose_precision(False)
    assert torch.tensor(1e-39) * 1 == 0
