"""Laws of the infinite scale: what listeners do differently does not matter, what they say does."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.errors import ShapeError
from audiostyle.study.scale import Placements, estimate_scale, fit_scale, is_linked

SEEDS = st.integers(0, 999)


def draw(
    seed: int, *, listeners=12, groups=6, size=8, noise=0.5, own=2, anchors=True
) -> tuple[Placements, np.ndarray]:
    """Listeners who place some groups, and one anchor of each, on one page."""
    random = np.random.default_rng(seed)
    truth = random.normal(0, 0.6, (groups, 1)) + random.normal(0, 0.8, (groups, size))
    truth = ((truth - truth.mean()) / truth.std()).ravel()
    rows = []
    for who in range(listeners):
        seen = {(who + n * (1 + who // groups % (groups - 1))) % groups for n in range(own)}
        stimuli = [g * size + n for g in seen for n in range(size)]
        stimuli += [g * size for g in range(groups) if anchors and g not in seen]
        gain, origin = np.exp(random.normal(0, 0.25)), random.normal(0, 1.4)
        rows += [(who, who, s, origin + gain * truth[s] + random.normal(0, noise)) for s in stimuli]
    who, page, stimulus, position = zip(*rows, strict=True)
    return Placements.of(who, page, stimulus, position), truth


def test_without_noise_the_truth_is_found():
    placements, truth = draw(0, noise=0)
    np.testing.assert_allclose(fit_scale(placements).scores, truth, atol=1e-3)


def test_with_noise_it_is_nearer_than_z_scores():
    gains = []
    for seed in range(6):
        placements, truth = draw(seed, listeners=20)
        z = np.zeros_like(placements.position)
        for page in np.unique(placements.page):
            mine = placements.page == page
            z[mine] = (placements.position[mine] - placements.position[mine].mean()) / placements.position[
                mine
            ].std()
        plain = np.bincount(placements.stimulus, z) / np.bincount(placements.stimulus)
        ours = np.corrcoef(fit_scale(placements).scores, truth)[0, 1]
        assert ours > 0.95
        gains.append(ours - np.corrcoef(plain, truth)[0, 1])
    assert np.mean(gains) > 0.01


@given(SEEDS)
def test_neither_origins_nor_gains_matter(seed):
    placements, _ = draw(seed % 7, listeners=6)
    random = np.random.default_rng(seed)
    origin, gain = random.normal(0, 50, 6), np.exp(random.normal(0, 1, 6))
    moved = origin[placements.page] + gain[placements.listener] * placements.position
    other = Placements.of(placements.listener, placements.page, placements.stimulus, moved)
    one, two = fit_scale(placements), fit_scale(other)
    np.testing.assert_allclose(two.scores, one.scores, atol=1e-5)
    np.testing.assert_allclose(two.gains, gain * one.gains, rtol=1e-4)


def test_one_factor_for_all_does_not_matter():
    placements, _ = draw(3)
    other = Placements.of(
        placements.listener, placements.page, placements.stimulus, 7 * placements.position - 3
    )
    np.testing.assert_allclose(fit_scale(other).scores, fit_scale(placements).scores, atol=1e-4)


def test_scores_have_mean_zero_and_deviation_one():
    scores = fit_scale(draw(1)[0]).scores
    assert scores.mean() == pytest.approx(0, abs=1e-9) and scores.std() == pytest.approx(1)


def test_who_places_at_random_hardly_counts():
    placements, truth = draw(2, listeners=12, noise=0.2)
    noisy = placements.position.copy()
    mine = placements.listener == 0
    noisy[mine] = np.random.default_rng(0).normal(0, 1, mine.sum())
    fit = fit_scale(Placements.of(placements.listener, placements.page, placements.stimulus, noisy))
    assert np.corrcoef(fit.scores, truth)[0, 1] > 0.98
    assert fit.noise[0] == fit.noise.max() and fit.gains[0] < np.median(fit.gains)


def test_a_listener_counted_twice_is_two_listeners():
    placements, _ = draw(4, listeners=4, groups=2, own=2)
    twice = Placements.of(
        np.r_[
            placements.listener,
            np.where(placements.listener == 0, 4, placements.listener)[placements.listener == 0],
        ],
        np.r_[placements.page, np.full((placements.page == 0).sum(), 4)],
        np.r_[placements.stimulus, placements.stimulus[placements.page == 0]],
        np.r_[placements.position, placements.position[placements.page == 0]],
    )
    weighted = fit_scale(placements, [2, 1, 1, 1]).scores
    np.testing.assert_allclose(weighted, fit_scale(twice).scores, atol=0.05)  # shares of freedom differ


def test_intervals_hold_the_scores_and_are_narrower_with_more_listeners():
    few, many = (estimate_scale(draw(5, listeners=n, groups=2)[0], replicates=100) for n in (8, 32))
    for found in (few, many):
        assert (found.low <= found.fit.scores + 1e-6).mean() > 0.9
    assert (many.high - many.low).mean() < 0.8 * (few.high - few.low).mean()


def test_pages_that_share_nothing_are_not_linked():
    assert not is_linked(draw(6, groups=4, own=1, listeners=4, anchors=False)[0])
    assert is_linked(draw(6)[0])


@pytest.mark.parametrize(
    "columns",
    [
        ([], [], [], []),
        ([0, 0], [0, 0], [0, 1], [1.0]),
        ([0, 0], [0, 0], [0, -1], [1.0, 2.0]),
        ([0, 0], [0, 0], [0, 1], [1.0, np.nan]),
        ([0, 1], [0, 0], [0, 1], [1.0, 2.0]),
        ([0.5, 0.5], [0, 0], [0, 1], [1.0, 2.0]),
    ],
)
def test_what_are_no_placements_is_refused(columns):
    with pytest.raises(ShapeError):
        Placements.of(*columns)


def test_pages_without_any_difference_are_refused():
    with pytest.raises(ShapeError, match="one position"):
        fit_scale(Placements.of([0, 0], [0, 0], [0, 1], [2.0, 2.0]))
