"""A device is only promised after it has computed; bfloat16 is used only where it is faster."""

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


def test_a_network_says_where_its_weights_are():
    assert device.get_device(torch.nn.Linear(1, 1, device="meta")).type == "meta"


def _pretend(monkeypatch, *, gpu: bool = False, amx: bool = False, avx512: bool = False, onednn: bool = True):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: gpu)
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: amx)
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: avx512)
    monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: onednn)


@pytest.mark.parametrize("unit", ["gpu", "amx", "avx512"])
def test_any_unit_multiplies_matrices_in_bfloat16(monkeypatch, unit):
    _pretend(monkeypatch, **{unit: True})
    assert device.multiplies_bfloat16()


def test_without_a_unit_nothing_runs_in_bfloat16(monkeypatch):
    _pretend(monkeypatch)
    assert not device.multiplies_bfloat16() and not device.convolves_bfloat16()


@pytest.mark.parametrize("amx", [True, False])
@pytest.mark.parametrize("onednn", [True, False])
def test_only_matrix_tiles_convolve_in_bfloat16(monkeypatch, amx, onednn):
    _pretend(monkeypatch, gpu=True, amx=amx, avx512=True, onednn=onednn)
    assert device.convolves_bfloat16() == (amx and onednn)
    with device.autocast_bfloat16():
        assert torch.is_autocast_enabled("cpu") == (amx and onednn)
