"""Optimization of pictures: losses fall, results are pictures, and a stopped one goes on exactly."""

import numpy as np
import pytest
import torch

from audiostyle.errors import AudiostyleError, ConvergenceError, ShapeError
from audiostyle.image import optimize
from audiostyle.image.optimization.presets import PRESETS

QUICK = {"sizes": (32, 0), "iterations": (4, 3)}


@pytest.fixture
def run(untrained, picture_pair):
    """``run(**options)``: a quick optimization by a small network."""

    def apply(content=picture_pair[0], style=picture_pair[1], **options):
        return optimize(content, style, backbone=untrained, device="cpu", **{**QUICK, **options})

    return apply


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_makes_a_picture_with_a_smaller_loss(run, picture_pair, preset):
    steps = []
    sizes = (48, 0)
    result = run(preset=preset, sizes=sizes, iterations=(6, 6), on_step=steps.append)
    assert result.shape == picture_pair[0].shape and np.isfinite(result).all()
    assert result.min() >= 0 and result.max() <= 1
    before = []
    run(preset=preset, sizes=sizes, iterations=(1, 1), on_step=before.append)
    assert steps[-1].loss < before[-1].loss


def test_steps_tell_what_each_term_contributes(run):
    steps = []
    run(loss="gram:3,tv:0.5", on_step=steps.append)
    assert [(step.size, step.iteration, step.iterations) for step in steps] == [(32, 4, 4), (83, 3, 3)]
    assert all(sum(value for _, value in step.terms) == pytest.approx(step.loss) for step in steps)
    assert steps[0].terms[1][0] == "0.5·TV(F) at input"


def test_progress_rises_to_the_end(run):
    shares = []
    run(progress=lambda done, total: shares.append(done))
    assert shares == sorted(shares) and 0.9 < shares[-1] <= 1


def test_seeds_decide_noise_and_samples(run):
    one, same, other = (run(start="noise", preset="heitz", seed=seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(one, same)
    assert np.abs(one - other).max() > 0.01


def test_without_iterations_it_is_the_content(run, picture_pair):
    np.testing.assert_allclose(run(iterations=0, sizes=(0,)), picture_pair[0], atol=2e-3)


def test_photowct_is_a_start(untrained, run, picture_pair):
    from audiostyle.image import photowct

    content, style = picture_pair
    expected = photowct(content, style, backbone=untrained, device="cpu").clip(1e-3, 1 - 1e-3)
    assert run(start="photowct", iterations=0, sizes=(0,)).shape == expected.shape


def test_what_no_region_covers_stays(run, picture_pair):
    content, style = picture_pair
    mask = np.ones(content.shape[:2], int)
    mask[:30] = 2
    result = run(content_mask=mask, style_mask=np.ones(style.shape[:2], int))
    np.testing.assert_array_equal(result[:30], content[:30])
    assert np.abs(result[30:] - content[30:]).mean() > 1e-3


class Stopped(Exception):
    """What a test stops an optimization with."""


@pytest.mark.parametrize(
    "options",
    [
        {"preset": "gatys"},
        {"preset": "strotss", "optimizer": "adam"},
        {"loss": "adversarial,perceptual", "optimizer": "adam"},
        {"preset": "heitz"},
    ],
    ids=["gatys", "strotss", "adversarial", "heitz"],
)
@pytest.mark.parametrize("after", [1, 3])
def test_stopped_anywhere_it_goes_on_exactly(run, tmp_path, monkeypatch, options, after):
    from audiostyle.image.optimization import optimize as module
    from audiostyle.style.descent import Settings

    monkeypatch.setattr(
        module, "make_descent", lambda s, count: Settings(count, s.optimizer, s.rate, round=2)
    )
    whole = run(**options)
    rounds = []

    def stop(step):
        rounds.append(step)
        if len(rounds) == after:
            raise Stopped

    with pytest.raises(Stopped):
        run(snapshots=tmp_path, on_step=stop, **options)
    np.testing.assert_array_equal(run(snapshots=tmp_path, **options), whole)


def test_finished_it_is_there_at_once(run, tmp_path):
    whole = run(snapshots=tmp_path)
    steps = []
    np.testing.assert_array_equal(run(snapshots=tmp_path, on_step=steps.append), whole)
    assert steps == []


def test_other_settings_do_not_go_on(run, tmp_path):
    run(snapshots=tmp_path)
    with pytest.raises(AudiostyleError, match="of other pictures or settings"):
        run(snapshots=tmp_path, loss="gram")


def test_a_wild_rate_stops_and_the_last_good_snapshot_stays(run, tmp_path):
    with pytest.raises(ConvergenceError, match=r"the loss is .* at iteration \d+, after .*; lower --rate"):
        run(
            preset="strotss",
            rate=1e6,
            loss="perceptual,tv:10",
            iterations=(9, 9),
            snapshots=tmp_path,
            start="photowct",
        )
    assert (tmp_path / "last.safetensors").exists()


def test_weights_beyond_all_numbers_stop_it_at_once(run):
    with pytest.raises(ConvergenceError, match=r"the loss is (inf|nan) at iteration 0"):
        run(loss="gram:1e300,tv:1e300")


@pytest.mark.parametrize("color", [0.0, 0.5])
@pytest.mark.parametrize("preset", ["gatys", "nnst", "strotss", "luan"])
def test_one_color_is_a_picture(run, picture_pair, preset, color):
    content, style = picture_pair
    for pair in ((np.full_like(content, color), style), (content, np.full_like(style, color))):
        assert np.isfinite(run(*pair, preset=preset, sizes=(32,), iterations=3)).all()


def test_a_style_smaller_than_a_patch_is_named(run):
    with pytest.raises(ShapeError, match="the style has 2 × 2 positions, fewer than a patch of 3"):
        run(style=np.random.default_rng(0).random((6, 6, 3)), preset="cnnmrf")


def test_labels_are_what_masks_say(run, picture_pair):
    masks = {"content_mask": np.eye(61, 83, dtype=int), "style_mask": np.eye(50, 41, dtype=int)}
    assert run(loss="semantic@relu2_1", **masks).shape == picture_pair[0].shape
    with pytest.raises(AudiostyleError, match="needs masks"):
        run(loss="semantic@relu2_1")


def test_what_is_told_its_own_reaches_the_loss(run, picture_pair):
    steps = []
    own = {"depth": {"network": lambda pictures: pictures.mean(dim=1, keepdim=True)}}
    run(loss="gram,depth:10", own=own, on_step=steps.append)
    assert steps[-1].terms[1][0].startswith("10·mean (φ(F) − φ(T))²")


def test_a_vggs_own_file_is_a_backbone(picture_pair, tmp_path):
    from audiostyle.models.vgg import VGG16

    state, number, channels = {}, 0, 3
    for width, depth in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        for _ in range(depth):
            state[f"features.{number}.weight"] = 0.02 * torch.randn(width, channels, 3, 3)
            state[f"features.{number}.bias"] = torch.zeros(width)
            number, channels = number + 2, width
        number += 1
    assert VGG16.depths == (2, 2, 3, 3)
    torch.save(state, tmp_path / "vgg16.pth")
    result = optimize(*picture_pair, backbone=tmp_path / "vgg16.pth", sizes=(32,), iterations=1, device="cpu")
    assert result.shape == picture_pair[0].shape


def test_it_starts_from_the_picture_that_is_given(untrained):
    rng = np.random.default_rng(0)
    content, style, initial = rng.random((3, 24, 32, 3))
    settings = {"sizes": (0,), "iterations": 1, "rate": 1e-9, "optimizer": "adam", "backbone": untrained}
    made = optimize(content, style, initial=initial, device="cpu", **settings)
    np.testing.assert_allclose(made, initial, atol=1e-3)
    with pytest.raises(ShapeError, match="of one size, not 16×24 and 32×24"):
        optimize(content, style, initial=initial[:, :16], device="cpu", **settings)
