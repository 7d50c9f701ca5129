"""Each method by itself: what it is to keep and what it is to change."""

from typing import get_args

import pytest
import torch
from audiostyle.spectrogram.views import Features, get_view

from audiostyle.errors import AudiostyleError, ShapeError
from audiostyle.spectrogram import methods
from audiostyle.spectrogram.gram import cut_excerpts, gram
from audiostyle.spectrogram.inputs import LEVEL, TransferInputs, equalize, make_survey_transform
from audiostyle.spectrogram.long_term_spectrum import LongTermSpectrum, smooth_spectrum
from audiostyle.spectrogram.methods import METHODS, prepare_method
from audiostyle.spectrogram.musaicing import musaicing
from audiostyle.spectrogram.ulyanov import UlyanovObjective, UlyanovStylizer, ulyanov
from audiostyle.style.optimizer import minimize

FEW = {
    "musaicing": {"iterations": 4},
    "gram": {"iterations": 4},
    "wct": {},
    "complex-wct": {},
    "cascade": {},
    "ulyanov": {"iterations": 2, "rounds": 2},
}


def still(share: float) -> None:
    """Hears of progress and does nothing."""


def colour(wave: torch.Tensor) -> torch.Tensor:
    """Average spectrum in third octaves, in decibels, at one level."""
    power = smooth_spectrum(LongTermSpectrum.of([wave], make_survey_transform(4000)).power, 1 / 3)
    return 10 * torch.log10(power / power.sum() + 1e-3)


@pytest.fixture(autouse=True)
def few_filters(monkeypatch):
    monkeypatch.setattr("audiostyle.spectrogram.ulyanov.FILTERS", 32)


@pytest.mark.parametrize("name", METHODS)
def test_the_result_is_as_long_and_finite_and_the_same_again(scene, content, name):
    one, same = (prepare_method(name, FEW[name])(scene)(content, still) for _ in range(2))
    assert one.shape == content.shape and one.isfinite().all() and one.any()
    torch.testing.assert_close(one, same, rtol=0, atol=0)


@pytest.mark.parametrize(
    ("name", "options"),
    [(name, {"match": m, "iterations": 12}) for name in ("musaicing", "gram") for m in (0.0, 0.5, 1.0)]
    + [(name, {}) for name in ("wct", "complex-wct", "cascade")],
)
def test_the_result_is_nearer_to_the_style_s_colour_than_the_content(make_scene, tune, style, name, options):
    dark = tune([220, 330, 262, 392], partials=8).unfold(0, 5, 1).mean(dim=1)
    made = prepare_method(name, options)(make_scene(dark, style))(dark, still)
    before, after = ((colour(wave) - colour(style)).abs().mean() for wave in (dark, made))
    assert after < 0.7 * before


@pytest.mark.parametrize("name", ["musaicing", "gram"])
def test_without_match_it_is_the_equalised_content(scene, content, name):
    expected = equalize(content, scene.equalizer, scene.content.transform)
    torch.testing.assert_close(prepare_method(name, {"match": 0})(scene)(content, still), expected)


@pytest.mark.parametrize("name", ["musaicing", "gram", "wct", "complex-wct", "cascade"])
def test_the_style_s_level_does_not_matter_and_the_content_s_is_kept(make_scene, content, style, name):
    run = prepare_method(name, FEW[name])
    made = run(make_scene(content, style))(content, still)
    torch.testing.assert_close(run(make_scene(content, 0.1 * style))(content, still), made, atol=0.02, rtol=0)
    soft = run(make_scene(0.1 * content, style))(0.1 * content, still)
    torch.testing.assert_close(10 * soft, made, atol=0.02, rtol=0)
    assert 0.4 < float(made.std() / content.std()) < 2


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize(("samples", "style_samples"), [(1, 1), (1, 300), (3, 4000), (700, 2)])
def test_tiny_waves(make_scene, name, samples, style_samples):
    content, style = (torch.linspace(0.1, -0.3, n) + 0.01 for n in (samples, style_samples))
    made = prepare_method(name, FEW[name])(make_scene(content, style))(content, still)
    assert made.shape == (samples,) and made.isfinite().all()


@pytest.mark.parametrize("name", METHODS)
def test_a_silent_stretch_stays_silent(scene, content, name):
    assert float(prepare_method(name, FEW[name])(scene)(0 * content, still).abs().max()) < 1e-2


def test_a_mosaic_of_the_content_s_own_frames_is_the_content(make_scene, content):
    made = musaicing(make_scene(content, content), match=1.0)(content, still)
    correlation = torch.corrcoef(torch.stack([made, content]))[0, 1]
    assert correlation > 0.95


def test_a_heavy_style_is_heard_more(make_scene, content, tune):
    dark, bright = tune([110, 131, 147], partials=1), tune([880, 988, 1175], partials=2)

    def height(weights: list[float]) -> float:
        made = musaicing(make_scene(content, dark, bright, weights=weights), match=0.0)(content, still)
        power = LongTermSpectrum.of([made], make_survey_transform(4000)).power
        return float((power * torch.arange(len(power))).sum() / power.sum())

    assert height([9, 1]) < height([1, 1]) < height([1, 9])


def test_gram_gets_nearer_to_the_style_s_statistics_the_more_it_is_to_match(scene, content, style):
    from audiostyle.spectrogram.objective import GramObjective

    from audiostyle.spectrogram.gram_features import WideFeatures

    stylist = gram(scene)

    def seen(wave: torch.Tensor) -> torch.Tensor:
        return stylist.view(stylist.transform(wave), LEVEL / float(wave.std()))

    judge = GramObjective(WideFeatures(), seen(content), [seen(style)], [1.0], content_weight=0)
    made = [gram(scene, match=match)(content, still) for match in (0.0, 0.3, 1.0)]
    far, between, near = (float(judge.parts(seen(wave))[0]) for wave in made)
    assert near < between < far < float(judge.parts(seen(content))[0])


OPTIONS = [
    {"start": "noise"},
    {"start": "wct"},
    {"features": "random"},
    {"features": "encoder"},
    {"features": "complex"},
    {"optimise": "wave"},
    {"lags": [0.1, 0.3]},
    {"centred": True},
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_gram_s_options_change_the_result(scene, content, options):
    plain, other = (gram(scene, iterations=6, **o)(content, still) for o in ({}, options))
    assert other.isfinite().all() and not torch.allclose(plain, other, atol=1e-3)


def test_gram_tells_how_far_it_is(scene, content):
    told = []
    gram(scene, iterations=6)(content, told.append)
    assert told == sorted(told) and told[-1] <= 1 and len(told) > 3


@pytest.mark.parametrize("option", ["start", "features", "optimise"])
def test_gram_refuses_what_it_does_not_know(scene, option):
    with pytest.raises(AudiostyleError, match=f"^{option} must be .* or .*, not 'silence'"):
        gram(scene, **{option: "silence"})


@pytest.mark.parametrize("features", get_args(Features))
@pytest.mark.parametrize("optimise", ["spectrogram", "wave"])
def test_whatever_it_sees_the_loss_falls(scene, content, features, optimise, monkeypatch):
    losses = []

    def watched(*args, **options):
        found = minimize(*args, **options)
        losses.append((found.losses[0], found.loss))
        return found

    monkeypatch.setattr("audiostyle.spectrogram.gram.minimise", watched)
    gram(scene, match=0.9, iterations=8, features=features, optimise=optimise)(content, still)
    ((first, best),) = losses
    assert 0 < best < 0.9 * first


@pytest.mark.parametrize("features", get_args(Features))
def test_what_is_seen_of_a_sound_is_that_sound(content, features):
    seen = get_view(features, 4000, 0)
    back = seen.wave(seen(seen.transform(content), 0.5), 0.5, content)
    torch.testing.assert_close(back, content, atol=2e-3, rtol=0)


def test_a_long_style_is_heard_in_runs_and_a_short_one_whole():
    long = torch.arange(5000.0)[None]
    runs = cut_excerpts(long)
    assert len(runs) == 16 and all(run.shape == (1, 64) for run in runs)
    assert float(runs[0][0, 0]) == 0 and float(runs[-1][0, -1]) == 4999
    (whole,) = cut_excerpts(long[:, :1000])
    assert torch.equal(whole, long[:, :1000])


def test_the_reference_is_as_published():
    from audiostyle.spectrogram import ulyanov as module
    from audiostyle.spectrogram.gram_features import KERNEL

    assert (
        module.RATE == 22_050
        and (module.TRANSFORM.n_fft, module.TRANSFORM.hop) == (2048, 512)
        and KERNEL == 11
    )
    assert module.ITERATIONS == 300 and module.ROUNDS == 500 and module.CONTENT_WEIGHT == 1e-2


def test_the_reference_cuts_the_style_to_the_content():
    content, style = torch.rand(5, 30), torch.rand(5, 80)
    cut = UlyanovObjective(content, style[:, :30])
    torch.testing.assert_close(UlyanovObjective(content, style)(content), cut(content))


def test_the_reference_works_on_the_whole_at_once(scene):
    stylist = ulyanov(scene)
    assert isinstance(stylist, UlyanovStylizer) and stylist.stretch is None


def test_an_unknown_method_is_refused_with_the_nearest_name():
    with pytest.raises(AudiostyleError, match="did you mean 'musaicing'"):
        methods.get_method("mosaicing")


def test_an_option_of_another_method_is_refused():
    with pytest.raises(AudiostyleError, match="'gram' has no option 'polyphony'; it has centred"):
        prepare_method("gram", {"polyphony": 3})


@pytest.mark.parametrize("match", [-0.1, 1.1, float("nan")])
def test_match_is_a_share(match):
    with pytest.raises(ShapeError, match="match must lie between 0 and 1"):
        prepare_method("gram", {"match": match})


def test_styles_must_sound_and_weights_fit(content, style):
    average = LongTermSpectrum.of([content], make_survey_transform(4000))
    with pytest.raises(AudiostyleError, match=r"^rain\.wav: is silent"):
        TransferInputs.of(4000, average, [content], [style, 0 * style], names=["a.wav", "rain.wav"])
    with pytest.raises(AudiostyleError, match="style 1: is silent"):
        TransferInputs.of(4000, average, [content], [0 * style])
    with pytest.raises(ShapeError, match="no style"):
        TransferInputs.of(4000, average, [content], [])
    for weights in ([1], [1, 0], [1, float("inf")]):
        with pytest.raises(ShapeError, match="positive weights"):
            TransferInputs.of(4000, average, [content], [style, style], weights)
