"""Laws of every method: what a result is to keep, what it is to change, and where it is computed."""

import numpy as np
import pytest
import torch

from audiostyle.errors import AudiostyleError, ShapeError
from audiostyle.sound.loudness import measure_loudness
from audiostyle.sound.stft import Stft
from audiostyle.spectrogram import methods, transfer
from audiostyle.spectrogram.equalizer import smooth_spectrum
from audiostyle.spectrogram.long_term_spectrum import LongTermSpectrum
from audiostyle.spectrogram.methods import METHODS, check_fraction, get_method, prepare_method

FEW = {
    "musaicing": {"iterations": 4},
    "gram": {"iterations": 4},
    "wct": {},
    "complex-wct": {},
    "cascade": {},
    "optimize": {"iterations": 1},
    "ulyanov": {"iterations": 2, "rounds": 2},
}
VARIANTS = {
    "complex-wct, pseudo": {"pseudo": True},
    "optimize, random": {"features": "random", "loss": "gram,perceptual", "iterations": 1},
    "optimize, complex": {"features": "complex", "loss": "bn,remd", "iterations": 1},
    "optimize, wide": {"features": "wide", "loss": "gram,perceptual", "iterations": 1},
    "gram, random": {"features": "random", "iterations": 3},
    "gram, encoder": {"features": "encoder", "iterations": 3},
    "gram, complex": {"features": "complex", "iterations": 3},
    "gram, wave from noise": {"optimize": "wave", "start": "noise", "iterations": 3},
    "gram, from wct": {"start": "wct", "lags": (0.1,), "centered": True, "iterations": 3},
    "musaicing, mosaic alone": {"match": 1.0, "iterations": 3},
    "musaicing, equalized": {"match": 0.0},
}
RUNS = {name: (name, options) for name, options in FEW.items()} | {
    name: (name.partition(",")[0], options) for name, options in VARIANTS.items()
}


# The longest ones meet all odd inputs in the slow run only.
MOST = [
    pytest.param(name, marks=pytest.mark.slow) if name in ("cascade", "optimize") else name
    for name in METHODS
]


def measure_timbre(wave: torch.Tensor) -> torch.Tensor:
    """Long-term average spectrum in third octaves, in decibels, at one level."""
    power = smooth_spectrum(LongTermSpectrum.from_blocks([wave], Stft.for_rate(4000)).power, 1 / 3)
    return 10 * torch.log10(power / power.sum() + 1e-3)


@pytest.fixture(autouse=True)
def few_filters(monkeypatch):
    monkeypatch.setattr("audiostyle.spectrogram.ulyanov.FILTERS", 32)


@pytest.mark.parametrize("name", METHODS)
def test_the_result_is_as_long_and_finite_and_the_same_again(inputs, content, name):
    one, same = (prepare_method(name, FEW[name])(inputs)(content) for _ in range(2))
    assert one.shape == content.shape and one.isfinite().all() and one.any()
    torch.testing.assert_close(one, same, rtol=0, atol=0)


@pytest.mark.parametrize(
    ("name", "options"),
    [(name, {"match": m, "iterations": 12}) for name in ("musaicing", "gram") for m in (0.0, 0.5, 1.0)]
    + [(name, {}) for name in ("wct", "complex-wct", "cascade")],
)
def test_the_result_is_nearer_to_the_style_s_timbre_than_the_content(make_inputs, tune, style, name, options):
    dark = tune([220, 330, 262, 392], partials=8).unfold(0, 5, 1).mean(dim=1)
    made = prepare_method(name, options)(make_inputs(dark, style))(dark)
    before, after = ((measure_timbre(wave) - measure_timbre(style)).abs().mean() for wave in (dark, made))
    assert after < 0.75 * before


@pytest.mark.parametrize("name", ["musaicing", "gram", "wct", "complex-wct", "cascade"])
def test_the_style_s_level_does_not_matter_and_the_content_s_is_kept(make_inputs, content, style, name):
    run = prepare_method(name, FEW[name])
    made = run(make_inputs(content, style))(content)
    torch.testing.assert_close(run(make_inputs(content, 0.1 * style))(content), made, atol=0.02, rtol=0)
    soft = run(make_inputs(0.1 * content, style))(0.1 * content)
    torch.testing.assert_close(10 * soft, made, atol=0.02, rtol=0)
    assert 0.4 < float(made.std() / content.std()) < 2


@pytest.mark.parametrize("name", MOST)
@pytest.mark.parametrize(("samples", "style_samples"), [(1, 1), (1, 300), (3, 4000), (700, 2)])
def test_tiny_waves(make_inputs, name, samples, style_samples):
    content, style = (torch.linspace(0.1, -0.3, n) + 0.01 for n in (samples, style_samples))
    made = prepare_method(name, FEW[name])(make_inputs(content, style))(content)
    assert made.shape == (samples,) and made.isfinite().all()


TIME = np.arange(6000) / 4000
ODD = {
    "a sine on a bin": np.sin(2 * np.pi * TIME * 4000 * 40 / 512),
    "an offset": 0.1 * np.sin(2 * np.pi * 440 * TIME) + 0.3,
    "antiphase": np.stack([0.1 * np.sin(2 * np.pi * 440 * TIME), -0.1 * np.sin(2 * np.pi * 440 * TIME)]),
    "one click": np.eye(1, 6000, 3000)[0],
    "after silence": np.concatenate([np.zeros(9000), np.random.default_rng(0).normal(0, 0.1, 3000)]),
    "very soft": 1e-4 * np.random.default_rng(1).normal(0, 0.1, 6000),
    "full scale": np.sign(np.sin(2 * np.pi * 250 * TIME)),
}


@pytest.mark.parametrize("name", MOST)
@pytest.mark.parametrize("odd", ODD)
def test_the_result_is_as_loud_as_the_content_whatever_that_is(style, name, odd):
    wave = ODD[odd].astype(np.float32)
    made = transfer(wave, style.numpy(), sample_rate=4000, method=name, **FEW[name])
    assert np.isfinite(made).all()
    assert measure_loudness(made, 4000) == pytest.approx(measure_loudness(wave, 4000), abs=0.5)


@pytest.mark.parametrize("name", MOST)
@pytest.mark.parametrize("odd", ["a sine on a bin", "one click", "an offset"])
def test_odd_styles_give_finite_results(content, name, odd):
    made = transfer(content.numpy(), ODD[odd], sample_rate=4000, method=name, **FEW[name])
    assert np.isfinite(made).all() and made.any()


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("wave", [np.full(4000, 0.3), np.full(4000, 1e-30)], ids=["constant", "denormal"])
def test_what_is_no_sound_stays_finite(style, name, wave):
    made = transfer(wave, style.numpy(), sample_rate=4000, method=name, **FEW[name])
    assert np.isfinite(made).all()


@pytest.mark.parametrize("name", METHODS)
def test_a_silent_segment_stays_silent(inputs, content, name):
    assert float(prepare_method(name, FEW[name])(inputs)(0 * content).abs().max()) < 1e-2


@pytest.mark.parametrize("run", [run for run in RUNS if run != "gram, wave from noise"])
def test_every_method_computes_on_its_device_and_mixes_no_devices(content, style, run, fake_device):
    """Fails where a tensor of the CPU meets one of the device, as it would on a GPU.

    The fake device cannot differentiate the short-time Fourier transform, so no wave is optimized on it.
    """
    name, options = RUNS[run]
    waves = content.numpy(), style.numpy()
    made = transfer(*waves, sample_rate=4000, method=name, device=fake_device, **options)
    expected = transfer(*waves, sample_rate=4000, method=name, device="cpu", **options)
    assert isinstance(made, np.ndarray)
    # Steps of an optimization, and phases, amplify rounding.
    np.testing.assert_allclose(made, expected, atol=2e-2 if name in ("gram", "optimize") else 1e-5)


@pytest.mark.gpu
@pytest.mark.parametrize("run", RUNS)
def test_every_method_gives_on_a_gpu_what_it_gives_on_a_cpu(content, style, run):
    """Nearly: what is optimized, or chosen among frames, amplifies rounding."""
    name, options = RUNS[run]
    waves = content.numpy(), style.numpy()
    made, expected = (
        transfer(*waves, sample_rate=4000, method=name, device=device, **options)
        for device in ("cuda", "cpu")
    )
    assert np.isfinite(made).all() and made.shape == expected.shape
    if name in ("wct", "complex-wct", "cascade"):
        np.testing.assert_allclose(made, expected, atol=5e-3)


def test_an_unknown_method_is_refused_with_the_nearest_name():
    with pytest.raises(AudiostyleError, match="did you mean 'musaicing'"):
        get_method("mosaicing")


def test_an_option_of_another_method_is_refused():
    with pytest.raises(AudiostyleError, match="'gram' has no option 'polyphony'; it has centered"):
        prepare_method("gram", {"polyphony": 3})


@pytest.mark.parametrize(("method", "option"), [("gram", "match"), ("musaicing", "match"), ("wct", "alpha")])
@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan")])
def test_match_and_alpha_are_fractions(method, option, value):
    with pytest.raises(ShapeError, match=f"{option} must lie between 0 and 1"):
        prepare_method(method, {option: value})


def test_a_fraction_includes_its_ends():
    for value in (0, 0.5, 1):
        check_fraction("strength", value)


def test_the_default_is_a_method():
    assert methods.DEFAULT in METHODS
