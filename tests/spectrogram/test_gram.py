"""Gram optimization: what its options do, and that it brings the style's statistics nearer."""

from typing import get_args

import pytest
import torch

from audiostyle.errors import AudiostyleError
from audiostyle.spectrogram.equalizer import equalize
from audiostyle.spectrogram.gram import cut_runs, draw_noise, gram
from audiostyle.spectrogram.gram_features import WideFeatures
from audiostyle.spectrogram.gram_objective import GramObjective
from audiostyle.spectrogram.gram_representations import Features
from audiostyle.spectrogram.levels import FEATURE_RMS
from audiostyle.style.optimizer import minimize


def test_without_match_it_is_the_equalized_content(inputs, content):
    expected = equalize(content, inputs.equalizer, inputs.content_spectrum.transform)
    torch.testing.assert_close(gram(inputs, match=0)(content), expected)


@pytest.mark.slow
def test_it_gets_nearer_to_the_style_s_statistics_the_more_it_is_to_match(inputs, content, style):
    stylizer = gram(inputs)

    def represent(wave: torch.Tensor) -> torch.Tensor:
        return stylizer.representation.encode(stylizer.transform(wave), FEATURE_RMS / float(wave.std()))

    judge = GramObjective(WideFeatures(), represent(content), [represent(style)], [1.0], content_weight=0)
    made = [gram(inputs, match=match)(content) for match in (0.0, 0.3, 1.0)]
    far, between, near = (float(judge.compute_terms(represent(wave))[0]) for wave in made)
    assert near < between < far < float(judge.compute_terms(represent(content))[0])


OPTIONS = [
    {"start": "noise"},
    {"start": "wct"},
    {"features": "random"},
    {"features": "encoder"},
    {"features": "complex"},
    {"optimize": "wave"},
    {"lags": [0.1, 0.3]},
    {"centered": True},
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_options_change_the_result(inputs, content, options):
    plain, other = (gram(inputs, iterations=6, **o)(content) for o in ({}, options))
    assert other.isfinite().all() and not torch.allclose(plain, other, atol=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize("option", [{"lags": [0.2]}, {"centered": True}], ids=str)
def test_what_an_option_compares_gets_nearer_by_it(inputs, content, option):
    """Judged by the loss that has the option, its result is at least as good as that without it."""
    with_option = gram(inputs, match=1.0, iterations=40, **option)
    judge = with_option._make_objective(content)

    def distance(wave: torch.Tensor) -> float:
        encoded = with_option.representation.encode(with_option.transform(wave), with_option.gain)
        return float(judge.compute_terms(encoded)[0])

    plain = gram(inputs, match=1.0, iterations=40)
    assert distance(with_option(content)) < distance(plain(content))


def test_progress_rises(inputs, content):
    told: list[float] = []
    gram(inputs, iterations=6)(content, lambda share, total: told.append(share))
    assert told == sorted(told) and told[-1] <= 1 and len(told) > 3


@pytest.mark.parametrize("option", ["start", "features", "optimize"])
def test_it_refuses_what_it_does_not_know(inputs, option):
    with pytest.raises(AudiostyleError, match=f"^{option} must be .* or .*, not 'silence'"):
        gram(inputs, **{option: "silence"})


@pytest.mark.parametrize("features", get_args(Features))
@pytest.mark.parametrize("optimize", ["spectrogram", "wave"])
def test_whatever_the_representation_the_loss_falls(inputs, content, features, optimize, monkeypatch):
    losses = []

    def watch(*args, **options):
        found = minimize(*args, **options)
        losses.append((found.losses[0], found.loss))
        return found

    monkeypatch.setattr("audiostyle.spectrogram.gram.minimize", watch)
    gram(inputs, match=0.9, iterations=8, features=features, optimize=optimize)(content)
    ((first, best),) = losses
    assert 0 < best < 0.9 * first


def test_a_long_style_is_cut_into_runs_and_a_short_one_is_whole():
    long = torch.arange(5000.0)[None]
    runs = cut_runs(long)
    assert len(runs) == 16 and all(run.shape == (1, 64) for run in runs)
    assert float(runs[0][0, 0]) == 0 and float(runs[-1][0, -1]) == 4999
    (whole,) = cut_runs(long[:, :1000])
    assert torch.equal(whole, long[:, :1000])


def test_noise_is_small_and_its_seed_decides_it():
    one, same, other = (draw_noise(torch.zeros(20, 500), seed) for seed in (0, 0, 1))
    assert torch.equal(one, same) and not torch.equal(one, other)
    assert float(one.std()) == pytest.approx(1e-3, rel=0.05)
