"""Which pair is asked for next: the one that is least known, and all systems in every batch."""

import numpy as np
from scipy.sparse.csgraph import connected_components

from audiostyle.study.active import choose_batch, compute_information


def answer_often(systems: int, pair: tuple[int, int], times: int) -> np.ndarray:
    wins = np.zeros((systems, systems))
    wins[pair] = wins[pair[::-1]] = times
    return wins


def test_before_any_answer_all_pairs_tell_the_same():
    information = compute_information(np.zeros((5, 5)))
    off = information[~np.eye(5, dtype=bool)]
    np.testing.assert_allclose(off, off[0])
    assert off[0] > 0 and not information.diagonal().any()


def test_a_pair_that_was_asked_often_tells_least():
    information = compute_information(answer_often(5, (1, 3), 30)) + 9 * np.eye(5)
    assert np.unravel_index(information.argmin(), (5, 5)) in {(1, 3), (3, 1)}


def test_near_systems_tell_more_than_far_ones():
    truth = np.array([-3.0, 0.0, 0.2, 3.0])
    wins = 20 / (1 + np.exp(truth[None, :] - truth[:, None])) * (1 - np.eye(4))
    information = compute_information(wins)
    assert information[1, 2] > 5 * information[0, 3]


def test_without_random_pairs_a_batch_is_a_tree_over_all_systems():
    batch = choose_batch(answer_often(9, (0, 1), 5), random_share=0, seed=4)
    assert len(batch) == 8
    graph = np.zeros((9, 9))
    graph[tuple(np.array(batch).T)] = 1
    assert connected_components(graph, directed=False)[0] == 1


def test_the_seed_decides_and_sides_change():
    wins = np.zeros((12, 12))
    assert choose_batch(wins, seed=1) == choose_batch(wins, seed=1) != choose_batch(wins, seed=2)
    firsts = [one < other for seed in range(10) for one, other in choose_batch(wins, seed=seed)]
    assert 0.3 < np.mean(firsts) < 0.7
