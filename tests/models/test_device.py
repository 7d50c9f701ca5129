"""A device is only promised after it has computed."""

import pytest
import torch

from audiostyle.errors import AudiostyleError
from audiostyle.models import device


def test_cpu_always_works():
    assert device.probe("cpu") == torch.device("cpu")


def test_auto_gives_one_that_computes():
    assert torch.ones(2, device=device.probe("auto")).sum().item() == 2


@pytest.mark.parametrize("name", ["cuda:99", "mps:7", "tpu", "", "cpu:x", "meta-physical"])
def test_what_does_not_work_is_one_line_with_a_remedy(name):
    with pytest.raises(AudiostyleError, match="--device cpu") as caught:
        device.probe(name)
    assert "\n" not in str(caught.value) and repr(name) in str(caught.value)


def test_auto_passes_over_a_device_that_is_listed_but_broken(monkeypatch):
    """A driver too old for this PyTorch: there according to the system, useless when tried."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    real = torch.ones

    def ones(*size, device=None):
        if torch.device(device).type == "cuda":
            raise RuntimeError("The NVIDIA driver on your system is too old")
        return real(*size, device=device)

    monkeypatch.setattr(torch, "ones", ones)
    assert device.probe("auto") == torch.device("cpu")
