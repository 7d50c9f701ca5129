"""Optimization of sound: losses fall in every kind of features, and gram is one of its sums."""

import pytest
import torch

from audiostyle.errors import AudiostyleError
from audiostyle.spectrogram.gram import GramStylizer, gram
from audiostyle.spectrogram.optimize import optimize
from audiostyle.style.losses import LOSSES


def measure(made, inputs, content, loss, features):
    """The loss of a result, by the stylizer's own features."""
    from audiostyle.style.losses import compose

    stylizer = optimize(inputs, loss=loss, features=features, iterations=0)
    maps = stylizer.features(stylizer._represent(content))
    objective = compose(stylizer.terms, stylizer._gather(maps))
    return float(objective(stylizer.features(stylizer._represent(made))))


@pytest.mark.parametrize("features", ["encoder", "random", "complex"])
@pytest.mark.parametrize("loss", ["gram:1,perceptual:0.1", "sliced-wasserstein:directions=8"])
def test_losses_fall(inputs, content, features, loss):
    before, after = (
        optimize(inputs, loss=loss, features=features, iterations=count)(content) for count in (0, 6)
    )
    values = [measure(made, inputs, content, loss, features) for made in (before, after)]
    assert values[1] < values[0]


@pytest.mark.parametrize(
    "name", [name for name, row in LOSSES.items() if row.source not in ("own", "labels") and name != "depth"]
)
def test_every_loss_that_needs_no_more_can_be_minimized(inputs, content, name):
    made = optimize(inputs, loss=name, iterations=1)(content)
    assert made.shape == content.shape and made.isfinite().all() and made.any()


def test_of_wide_features_it_is_gram(inputs, content):
    found = optimize(inputs, loss="gram:1,perceptual:3", features="wide", iterations=5)
    assert isinstance(found, GramStylizer)
    torch.testing.assert_close(found(content), gram(inputs, match=0.25, iterations=5)(content))
    centered = optimize(inputs, loss="centered-gram", features="wide", iterations=2)
    torch.testing.assert_close(
        centered(content), gram(inputs, match=1.0, centered=True, iterations=2)(content)
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"features": "wide", "loss": "mrf"}, "features wide are known by their products alone"),
        ({"features": "wide", "loss": "gram,centered-gram"}, "one of gram and centered-gram"),
        ({"features": "wide", "loss": "gram:0"}, "all weights are 0"),
        ({"features": "vgg"}, "features must be wide, random, encoder or complex"),
        ({"start": "style"}, "start must be content, noise or wct"),
        ({"loss": "gramm"}, "did you mean 'gram'"),
        ({"loss": "gram@level9", "iterations": 1}, "no layer 'level9'"),
        ({"loss": "semantic", "iterations": 1}, "needs masks"),
    ],
)
def test_slips_are_named(inputs, content, options, message):
    with pytest.raises(AudiostyleError, match=message):
        optimize(inputs, **options)(content)


def test_seeds_decide_noise(inputs, content):
    one, same, other = (
        optimize(inputs, start="noise", iterations=1, seed=seed)(content) for seed in (0, 0, 1)
    )
    assert torch.equal(one, same) and not torch.equal(one, other)


def test_progress_rises(inputs, content):
    shares = []
    optimize(inputs, iterations=4)(content, lambda done, total: shares.append(done / total))
    assert shares == sorted(shares) and shares[0] >= 0 and shares[-1] <= 1
