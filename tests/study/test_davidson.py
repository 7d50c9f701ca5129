"""Laws of scores from pairs, with choix as the oracle and simulated coverage of the intervals."""

import choix
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.errors import ShapeError
from audiostyle.study.davidson import compute_probabilities, estimate_scores, fit_davidson, fit_posterior

SEEDS = st.integers(0, 999)


def draw_counts(seed: int, systems: int = 5, shape: tuple[int, ...] = ()) -> tuple[np.ndarray, np.ndarray]:
    """Wins and ties of any systems, a few of each pair."""
    random = np.random.default_rng(seed)
    wins = random.poisson(3, (*shape, systems, systems)).astype(float)
    ties = np.triu(random.poisson(1, (*shape, systems, systems)), 1).astype(float)
    wins[..., range(systems), range(systems)] = 0
    return wins, ties + np.swapaxes(ties, -1, -2)


def compute_likelihood(scores, ties_weight, wins, ties):
    gap = scores[:, None] - scores[None, :]
    first, _, alike = compute_probabilities(gap, ties_weight)
    return (wins * np.log(first)).sum() + (np.triu(ties) * np.log(alike)).sum()


@pytest.mark.parametrize("seed", range(5))
def test_without_ties_the_scores_are_those_of_choix(seed):
    wins, _ = draw_counts(seed, systems=6)
    wins += 1 - np.eye(6)  # every pair was decided either way, so the maximum exists
    answers = [(i, j) for i in range(6) for j in range(6) for _ in range(int(wins[i, j]))]
    expected = choix.opt_pairwise(6, answers, alpha=0, tol=1e-10)
    np.testing.assert_allclose(fit_davidson(wins).scores, expected - expected.mean(), atol=1e-5)


@given(SEEDS)
def test_no_other_scores_are_more_probable(seed):
    wins, ties = draw_counts(seed)
    wins += 1 - np.eye(5)
    fit = fit_davidson(wins, ties)
    best = compute_likelihood(fit.scores, max(float(fit.ties), 1e-12), wins, ties)
    random = np.random.default_rng(seed)
    for _ in range(5):
        other = compute_likelihood(
            fit.scores + 0.1 * random.standard_normal(5),
            max(fit.ties * np.exp(0.1 * random.standard_normal()), 1e-12),
            wins,
            ties,
        )
        assert other <= best + 1e-9


@given(SEEDS)
def test_names_and_sides_do_not_matter(seed):
    wins, ties = draw_counts(seed)
    order = np.random.default_rng(seed).permutation(5)
    fit, moved = fit_davidson(wins, ties), fit_davidson(wins[order][:, order], ties[order][:, order])
    np.testing.assert_allclose(moved.scores, fit.scores[order], atol=1e-7)
    turned = fit_davidson(wins.T, ties)
    np.testing.assert_allclose(turned.scores, -fit.scores, atol=1e-7)
    assert fit.scores.sum() == pytest.approx(0, abs=1e-9)


@given(SEEDS)
def test_many_at_once_are_as_one_by_one(seed):
    wins, ties = draw_counts(seed, shape=(4,))
    together = fit_davidson(wins, ties)
    for place in range(4):
        one = fit_davidson(wins[place], ties[place])
        np.testing.assert_allclose(together.scores[place], one.scores, atol=1e-7)
        assert together.with_prior[place] == one.with_prior


@given(st.floats(-40, 40), st.floats(0, 10))
def test_the_three_answers_are_all_there_are(gap, ties):
    first, second, alike = (float(p) for p in compute_probabilities(np.array(gap), ties))
    assert first + second + alike == pytest.approx(1)
    assert alike == pytest.approx(
        ties * np.sqrt(first) * np.sqrt(second), rel=1e-6, abs=1e-12
    )  # Davidson's equation 2.3


def test_who_never_lost_has_a_finite_score_and_it_is_said():
    fit = fit_davidson([[0, 5, 5], [0, 0, 3], [0, 2, 0]])
    assert fit.with_prior and np.isfinite(fit.scores).all() and fit.scores.argmax() == 0
    assert not fit_davidson([[0, 5, 5], [0, 0, 3], [1, 2, 0]]).with_prior


def test_ties_alone_do_not_bridge_systems():
    """Ten wins, a tie and no loss are likelier the farther the systems are apart, with a ν to match."""
    ties = np.array([[0, 1], [1, 0]])
    far = [
        compute_likelihood(np.array([s, -s]), 0.1 * np.exp(s), np.array([[0, 10], [0, 0]]), ties)
        for s in (1, 2, 4, 8)
    ]
    assert far == sorted(far)
    fit = fit_davidson([[0, 10], [0, 0]], ties)
    assert fit.with_prior and np.isfinite(fit.scores).all()


def test_nothing_but_ties_is_all_alike():
    fit = fit_davidson(np.zeros((3, 3)), 4 * (1 - np.eye(3)))
    np.testing.assert_allclose(fit.scores, 0, atol=1e-9)


def draw_listeners(random, listeners, truth, taste, trials):
    """Listeners who differ in what they prefer, each asked for every pair in turn."""
    systems = len(truth)
    pairs = np.array(np.triu_indices(systems, 1)).T
    wins = np.zeros((listeners, systems, systems))
    for who in range(listeners):
        own = truth + random.normal(0, taste, systems)
        for i, j in np.tile(pairs, (trials // len(pairs), 1)):
            better, worse = (i, j) if random.random() < 1 / (1 + np.exp(own[j] - own[i])) else (j, i)
            wins[who, better, worse] += 1
    return wins


def test_intervals_cover_although_listeners_differ():
    """25 studies × 4 scores, of which some three are independent: a share of 0.95 ± 3 × 0.025.

    `benchmarks/studies.py` does it 500 times.
    """
    random = np.random.default_rng(0)
    truth, taste = np.array([-1.0, -0.3, 0.3, 1.0]), 0.8
    crowd = truth + random.normal(0, taste, (20_000, 4))
    probable = 1 / (1 + np.exp(crowd[:, None, :] - crowd[:, :, None]))  # of row over column
    wanted = fit_davidson(probable.mean(axis=0) * (1 - np.eye(4))).scores
    hits = []
    for seed in range(25):
        wins = draw_listeners(random, 12, truth, taste, 24)
        found = estimate_scores(wins, replicates=200, seed=seed)
        hits.append((found.low <= wanted) & (wanted <= found.high))
    assert np.mean(hits) >= 0.87


def test_answers_of_one_listener_many_times_are_no_more_certain():
    wins, _ = draw_counts(1, shape=(8,))
    once, often = estimate_scores(wins, replicates=200), estimate_scores(10 * wins, replicates=200)
    np.testing.assert_allclose(often.high - often.low, once.high - once.low, rtol=0.2)


def test_before_any_answer_the_posterior_is_the_prior():
    mean, covariance, ties = fit_posterior(np.zeros((4, 4)), deviation=1.5)
    np.testing.assert_allclose(mean, 0, atol=1e-12)
    np.testing.assert_allclose(covariance, 1.5**2 * np.eye(4), atol=1e-9)
    assert ties == 0


def test_answers_make_the_posterior_narrower():
    wins, ties = draw_counts(2)
    _, before, _ = fit_posterior(wins, ties)
    _, after, _ = fit_posterior(4 * wins, 4 * ties)
    gap = np.array([1.0, -1.0, 0, 0, 0])
    assert gap @ after @ gap < gap @ before @ gap < 8


@pytest.mark.parametrize(
    ("wins", "ties"),
    [
        ([[0, 1]], None),
        ([[0]], None),
        ([[0, -1], [1, 0]], None),
        ([[0, np.nan], [1, 0]], None),
        ([[1, 1], [1, 0]], None),
        ([[0, 1], [1, 0]], [[0, 1], [2, 0]]),
        ([[0, 1], [1, 0]], [[0]]),
    ],
)
def test_what_is_no_count_is_refused(wins, ties):
    with pytest.raises(ShapeError):
        fit_davidson(wins, ties)
