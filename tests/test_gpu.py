"""On an accelerator everything comes to what it comes to on a CPU, as far as rounding lets it.

These tests need nothing but the package's networks and weights: no synthesizer, no metrics.  All together
they take less than a minute.  Tests of single rooms that need a GPU are in these rooms; ``pytest -m gpu``
runs all.
"""

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from audiostyle.models import zoo
from audiostyle.models.wavenet.network import WaveNet, WaveNetConfig
from audiostyle.models.wavenet.sampling.sampler import Sampler
from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.music.performance import Performance
from audiostyle.training.muon import Muon
from audiostyle.translation.training.wavenet.teacher_forcing import logits_over_time

pytestmark = pytest.mark.gpu
DEVICE = "cuda"
RATE = 22050
ROUNDING = 1e-3  # share of a gradient by which two orders of summation may differ in single precision


@pytest.fixture(autouse=True)
def _exact_products(monkeypatch):
    """Products in single precision, as on the CPU, and not in TF32."""
    monkeypatch.setattr(torch.backends.cuda.matmul, "allow_tf32", False)
    monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", False)


def make_song(seconds: float = 3.0, rate: int = RATE) -> np.ndarray:
    """Four notes with five partials each, (samples,) float32."""
    time = np.arange(round(seconds * rate)) / rate
    wave = np.zeros_like(time)
    for number, pitch in enumerate((60, 64, 67, 72)):
        start = 0.2 + 0.6 * number
        own = np.clip(time - start, 0, None)
        envelope = np.exp(-2 * own) * (time >= start) * np.clip(own / 0.01, 0, 1)
        frequency = 440 * 2 ** ((pitch - 69) / 12)
        wave += sum(envelope * np.sin(2 * np.pi * n * frequency * time) / n for n in range(1, 6))
    return (0.1 * wave).astype(np.float32)


def flatten_gradients(module: nn.Module) -> Tensor:
    return torch.cat([p.grad.flatten().cpu() for p in module.parameters() if p.grad is not None])


def differ_by(one: Tensor, other: Tensor) -> float:
    return float((one - other).norm() / other.norm())


def differ_in_decibels(one: np.ndarray, other: np.ndarray) -> float:
    """Return the level of the difference beside that of ``other``, in dB."""
    return float(10 * np.log10(np.mean((one - other) ** 2) / np.mean(other**2) + 1e-20))


def compute_step(device: str, dtype: torch.dtype) -> tuple[float, Tensor]:
    """Return loss and gradient of a WaveNet's training step."""
    torch.manual_seed(0)
    network = WaveNet(WaveNetConfig(2, 6, channels=32, skips=32, condition=12, hop=80))
    codes = torch.randint(0, 256, (3, 1600))
    condition = torch.rand(3, 20, 12)
    network, codes, condition = network.to(device), codes.to(device), condition.to(device)
    logits = logits_over_time(network, codes, condition, dtype)
    loss = F.cross_entropy(logits.float().flatten(0, 1), codes.T.flatten())
    loss.backward()
    return loss.item(), flatten_gradients(network)


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, ROUNDING), (torch.bfloat16, 0.05)])
def test_a_step_of_a_wavenet(dtype, tolerance):
    (there, gradient), (here, expected) = compute_step(DEVICE, dtype), compute_step("cpu", torch.float32)
    assert there == pytest.approx(here, rel=tolerance)
    assert differ_by(gradient, expected) < tolerance


def test_a_step_of_the_encoder_s_training():
    from audiostyle.models.encoder import PitchGridEncoder

    results = {}
    for device in (DEVICE, "cpu"):
        torch.manual_seed(0)
        encoder = PitchGridEncoder(channels=8, latent=4).to(device)
        wave = torch.from_numpy(make_song())[None].to(device)
        outputs = encoder(wave)
        outputs = outputs if isinstance(outputs, Tensor) else torch.cat([o.flatten() for o in outputs])
        outputs.square().mean().backward()
        results[device] = flatten_gradients(encoder)
    assert differ_by(results[DEVICE], results["cpu"]) < 10 * ROUNDING


def test_a_step_of_muon():
    torch.manual_seed(0)
    shapes = [(16, 8, 3), (16, 8, 3), (24, 12)]
    weights = [torch.randn(shape) for shape in shapes]
    gradients = [torch.randn(shape) for shape in shapes]
    moved = {}
    for device in (DEVICE, "cpu"):
        own = [nn.Parameter(weight.clone().to(device)) for weight in weights]
        for parameter, gradient in zip(own, gradients, strict=True):
            parameter.grad = gradient.clone().to(device)
        Muon(own, lr=0.1).step()
        moved[device] = torch.cat([p.detach().flatten().cpu() for p in own])
    torch.testing.assert_close(moved[DEVICE], moved["cpu"], atol=1e-4, rtol=0)


def test_a_network_that_was_on_a_gpu_is_sampled_as_before():
    torch.manual_seed(0)
    network = WaveNet(WaveNetConfig(1, 3, channels=8, skips=8, condition=3, hop=10)).eval()
    expected = _sample(network)
    np.testing.assert_array_equal(_sample(network.to(DEVICE).cpu()), expected)


def _sample(network: WaveNet) -> np.ndarray:
    frames = np.random.default_rng(0).random((40, 3), dtype=np.float32)
    sampler = Sampler(network.requires_grad_(False))
    return np.concatenate(list(sampler.sample(lambda first, count: frames[first : first + count], 400)))


def test_a_training_against_the_clock_learns(tmp_path):
    from audiostyle.translation.training.wavenet.resident_excerpts import ResidentExcerpts
    from audiostyle.translation.training.wavenet.timed_training import TimedSettings, TimedWaveNet
    from audiostyle.translation.wavenet.conditioning import HOP, WIDTH

    codes = np.where(np.arange(100 * HOP) % 2, 90, 160).astype(np.uint8)
    notes = np.array([(0.1, 0.6, 60, 90, 0)], NOTE_DTYPE)
    excerpts = ResidentExcerpts(codes, Performance(notes), torch.device(DEVICE))
    settings = TimedSettings(seconds=60, steps=60, batch=2, frames=4, average=5)
    training = TimedWaveNet(WaveNetConfig(1, 3, 8, 8, WIDTH, HOP), excerpts, excerpts, settings, {}, tmp_path)
    assert training.run() < 2.5  # of 5.5 at the beginning
    again = TimedWaveNet(WaveNetConfig(1, 3, 8, 8, WIDTH, HOP), excerpts, excerpts, settings, {}, tmp_path)
    again.resume(tmp_path / "state.pt")
    assert again.validate() == pytest.approx(training.validate(), abs=1e-3)


def test_translation():
    """Of the shipped model; where a note is heard on one side of a threshold only, it would show."""
    from audiostyle.translation.translator import Translator

    song = make_song()
    there, here = (
        Translator.from_pretrained(zoo.DEFAULT, device=device).translate(song, RATE, domain="piano")
        for device in (DEVICE, "cpu")
    )
    assert there.shape == here.shape == song.shape
    assert differ_in_decibels(there, here) < -30


@pytest.mark.parametrize(
    ("method", "options", "decibels"), [("wct", {}, -40), ("gram", {"iterations": 5}, None)]
)
def test_transfer(method, options, decibels):
    """An optimization's steps amplify rounding: only its shape and its level are compared."""
    from audiostyle.spectrogram.transfer import transfer

    content, style = make_song(2.0), make_song(2.0)[::-1].copy()
    there, here = (
        transfer(content, style, sample_rate=RATE, method=method, device=device, **options)
        for device in (DEVICE, "cpu")
    )
    assert np.isfinite(there).all() and there.shape == here.shape
    if decibels is not None:
        assert differ_in_decibels(there, here) < decibels
    assert np.std(there) == pytest.approx(np.std(here), rel=0.3)


@pytest.mark.parametrize("method", ["grade", "wct", "photowct"])
def test_stylization(method):
    """With the shipped networks; in 8-bit steps, the mean difference is below one."""
    from audiostyle.image import stylize

    rng = np.random.default_rng(0)
    content, style = (
        np.kron(rng.random((6, 8, 3)), np.ones((16, 16, 1))).astype(np.float32) for _ in range(2)
    )
    there, here = (stylize(content, style, method=method, device=device) for device in (DEVICE, "cpu"))
    assert np.abs(there - here).mean() < 1 / 255
