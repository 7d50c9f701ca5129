"""The fake device: it computes as the CPU does, and refuses what CUDA refuses."""

import numpy as np
import pytest
import torch
from devices import DEVICE, DeviceTensor, fake_device
from torch import nn
from torch.nn import functional as F


@pytest.fixture(params=[False, True], ids=["with gradients", "inference"], autouse=True)
def mode(request):
    with torch.inference_mode(request.param):
        yield


def test_tensors_come_and_go():
    with fake_device() as device:
        tensor = torch.arange(6.0).reshape(2, 3).to(device)
        assert tensor.device.type == DEVICE and isinstance(tensor, DeviceTensor)
        assert tensor.cpu().device.type == "cpu"
        assert torch.equal(tensor.cpu(), torch.arange(6.0).reshape(2, 3))
        assert tensor.to(torch.float64).device.type == DEVICE
        assert torch.ones(2).to(tensor).device.type == DEVICE


@pytest.mark.parametrize(
    "factory", [torch.zeros, torch.ones, torch.empty, torch.arange, torch.rand, torch.eye]
)
def test_factories_make_tensors_there(factory):
    with fake_device() as device:
        assert factory(3, device=device).device.type == DEVICE
        assert torch.zeros_like(factory(3, device=device)).device.type == DEVICE
        assert factory(3).device.type == "cpu"


@pytest.mark.parametrize(
    "mix",
    [
        lambda here, there: here + there,
        lambda here, there: there * here,
        lambda here, there: here @ there,
        lambda here, there: there.add_(here),
        lambda here, there: torch.cat([here, there]),
        lambda here, there: torch.where(there > 0, there, here),
        lambda here, there: here[there.long()],
        lambda here, there: F.linear(there, here),
        lambda here, there: torch.stft(there.flatten(), 4, window=here.flatten(), return_complex=True),
    ],
)
def test_mixing_is_refused(mix):
    with fake_device() as device:
        here, there = torch.ones(2, 2), torch.ones(2, 2, device=device)
        mix(here.clone(), here)
        with pytest.raises(RuntimeError, match="same device"):
            mix(here, there)


def test_numbers_and_indices_of_the_cpu_are_allowed():
    with fake_device() as device:
        there = torch.arange(4.0, device=device)
        assert float((there * torch.tensor(2.0)).sum()) == 12
        assert there[torch.tensor([1, 2])].tolist() == [1, 2]
        there[torch.tensor([True, False, False, True])] = 5.0
        assert there.tolist() == [5, 1, 2, 5]


def test_numpy_and_generators_of_the_cpu_are_refused():
    with fake_device() as device:
        with pytest.raises(TypeError):
            torch.ones(2, device=device).numpy()
        with pytest.raises((TypeError, RuntimeError)):
            np.asarray(torch.ones(2, device=device))
        with pytest.raises(RuntimeError, match="generator"):
            torch.rand(2, device=device, generator=torch.Generator())


def test_modules_move_and_compute_the_same():
    network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.MaxPool2d(2))
    picture = torch.rand(1, 3, 8, 8)
    expected = network(picture)
    with fake_device() as device:
        network.to(device)
        assert all(p.device.type == DEVICE for p in network.parameters())
        with pytest.raises(RuntimeError, match="same device"):
            network(picture)
        assert torch.equal(network(picture.to(device)).cpu(), expected)


def test_recurrent_layers_compute_the_same():
    layer = nn.GRU(3, 5, batch_first=True)
    x = torch.rand(2, 4, 3)
    expected = layer(x)[0]
    with fake_device() as device:
        assert torch.allclose(layer.to(device)(x.to(device))[0].cpu(), expected)


def test_changes_in_place_reach_views():
    with fake_device() as device:
        tensor = torch.zeros(2, 3, device=device)
        tensor[0] += 1
        tensor[1].copy_(torch.full((3,), 2.0))
        assert tensor.tolist() == [[1, 1, 1], [2, 2, 2]]


def test_complex_numbers_and_spectra():
    wave = torch.rand(64)
    with fake_device() as device:
        there = wave.to(device)
        spectrum = torch.stft(there, 16, window=torch.hann_window(16, device=device), return_complex=True)
        expected = torch.stft(wave, 16, window=torch.hann_window(16), return_complex=True)
        assert torch.equal(spectrum.abs().cpu(), expected.abs())
        assert torch.linalg.eigh(torch.eye(3, device=device))[0].tolist() == [1, 1, 1]


def test_gradients_flow():
    with torch.inference_mode(False), fake_device() as device:
        weight = torch.ones(3, device=device, requires_grad=True)
        (weight * torch.arange(3.0, device=device)).sum().backward()
        assert weight.grad is not None and weight.grad.tolist() == [0, 1, 2]
