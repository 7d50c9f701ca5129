"""Balanced matches: limits are kept, one block is the optimum, and blocks come near to it."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment
from style_losses import make_map
from torch.nn import functional as F

from audiostyle.errors import ShapeError
from audiostyle.style.losses.balance import find_balanced_matches
from audiostyle.style.losses.matching import Patches, find_matches


def make_patches(seed, count, channels=3):
    return Patches(make_map(seed, 1, channels, count), 1, "the map")


def make_table(one, other):
    return F.normalize(one.rows) @ F.normalize(other.rows).mT


def sum_cosines(one, other, matches):
    return float(make_table(one, other).gather(1, matches[:, None]).sum())


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 30), st.integers(1, 12), st.integers(0, 9))
def test_no_match_is_chosen_more_often_than_it_may(count, others, seed):
    capacity = -(-count // others)
    found = find_balanced_matches(
        Patches(make_map(seed, 1, 3, count), 1, ""),
        Patches(make_map(seed + 50, 1, 3, others), 1, ""),
        capacity,
    )
    assert torch.bincount(found, minlength=others).max() <= capacity


def test_where_nobody_competes_balance_changes_nothing():
    one = make_map(4, 1, 5, 12)
    shuffled = one[..., torch.randperm(12, generator=torch.Generator().manual_seed(0))]
    patches, others = Patches(one, 1, ""), Patches(shuffled, 1, "")
    assert torch.equal(find_balanced_matches(patches, others, 1), find_matches(patches, others)[0])


def test_the_best_fit_comes_first():
    """Both want the first one; the second fits it better."""
    one, other = torch.tensor([[[1.0, 1.0], [0.5, 0.1]]]), torch.tensor([[[1.0, 0.0], [0.0, 1.0]]])
    assert find_balanced_matches(Patches(one, 1, ""), Patches(other, 1, ""), 1).tolist() == [1, 0]


def test_too_little_room_is_refused():
    with pytest.raises(ShapeError, match="2 patches of the style, 1 times each, are too few"):
        find_balanced_matches(Patches(make_map(5, 1, 1, 3), 1, ""), Patches(make_map(6, 1, 1, 2), 1, ""), 1)


def find_optimum(one, other, capacity):
    """By the table of all patches and of all places, each match as often as it may be chosen."""
    table = make_table(one, other).repeat(1, capacity)
    rows, columns = linear_sum_assignment(table.numpy(), maximize=True)
    return float(table[rows, columns].sum())


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 40), st.integers(1, 20), st.integers(0, 9))
def test_one_block_is_the_optimum(count, others, seed):
    capacity = -(-count // others)
    one, other = make_patches(seed, count), make_patches(seed + 50, others)
    found = find_balanced_matches(one, other, capacity)
    assert sum_cosines(one, other, found) == pytest.approx(find_optimum(one, other, capacity))


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 40), st.integers(1, 20), st.integers(1, 3), st.integers(0, 9))
def test_a_looser_limit_is_kept_and_gains(count, others, more, seed):
    even = -(-count // others)
    one, other = make_patches(seed, count), make_patches(seed + 50, others)
    found = find_balanced_matches(one, other, even + more)
    assert torch.bincount(found).max() <= even + more
    gained = sum_cosines(one, other, found) - find_optimum(one, other, even)
    assert gained >= 0.5 * (find_optimum(one, other, even + more) - find_optimum(one, other, even)) - 1e-9


def test_blocks_come_near_to_the_optimum_and_no_pass_goes_back():
    one, other = make_patches(20, 600, 8), make_patches(21, 600, 8)
    best = sum_cosines(one, other, find_balanced_matches(one, other, 1, block=10**6))
    sums = [
        sum_cosines(one, other, find_balanced_matches(one, other, 1, block=60, passes=passes))
        for passes in (1, 2, 4, 8)
    ]
    assert sums == sorted(sums)
    assert sums[-1] > 0.93 * best


def test_equal_counts_use_everything_once_whatever_the_block():
    one, other = make_patches(22, 300), make_patches(23, 300)
    found = find_balanced_matches(one, other, 1, block=40)
    assert torch.equal(found.sort().values, torch.arange(300))


def test_a_permutation_is_found_through_blocks():
    other = make_patches(24, 500, 6)
    order = torch.randperm(500, generator=torch.Generator().manual_seed(1))
    one = Patches(other.rows[order].mT[None], 1, "the map")
    assert torch.equal(find_balanced_matches(one, other, 1, block=50), order)


def test_patches_that_are_all_alike_are_shared_out():
    """Where greedy choices would ask once for each of them."""
    one, other = Patches(torch.ones(1, 3, 2000).double(), 1, ""), make_patches(25, 400)
    found = find_balanced_matches(one, other, 5)
    assert torch.equal(torch.bincount(found), torch.full((400,), 5))


def test_only_candidates_are_chosen_for_the_rows_that_ask():
    one, other = make_patches(26, 30), make_patches(27, 40)
    candidates, rows = torch.arange(0, 40, 3), torch.arange(4, 28)
    found = find_balanced_matches(one, other, 2, rows=rows, candidates=candidates)
    assert torch.isin(found, candidates).all() and torch.bincount(found).max() <= 2
    some, few = (
        Patches(part.rows[which].mT[None], 1, "") for part, which in ((one, rows), (other, candidates))
    )
    assert torch.equal(candidates[find_balanced_matches(some, few, 2)], found)


def test_with_room_for_all_everybody_has_the_best():
    one, other = make_patches(28, 400), make_patches(29, 30)
    found = find_balanced_matches(one, other, 400, block=50)
    assert torch.equal(found, find_matches(one, other)[0])


def test_torchs_own_generator_is_left_alone():
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    find_balanced_matches(make_patches(30, 20), make_patches(31, 20), 1)
    assert torch.rand(1) == expected


def test_silence_has_matches_too():
    one, other = Patches(torch.zeros(1, 3, 30).double(), 1, ""), make_patches(32, 30)
    assert torch.equal(find_balanced_matches(one, other, 1).sort().values, torch.arange(30))
