"""Orders in which nothing comes first more often than anything else.

A listener is influenced by what came before and by which side a version is on.  Over many listeners such
effects cancel if every version is at every place equally often, and follows every other equally often.  That
is what a Latin square balanced for carry-over effects does (Williams, "Experimental designs balanced for the
estimation of residual effects of treatments", Australian Journal of Scientific Research A 2, 1949).
"""

from functools import lru_cache
from itertools import combinations
from typing import NamedTuple


class PairTrial(NamedTuple):
    """A pair of systems on an item, by their numbers, the left one first."""

    left: int
    right: int
    item: int


@lru_cache(maxsize=64)
def make_williams_rows(count: int) -> tuple[tuple[int, ...], ...]:
    """Return orders of ``count`` things: as many as things if that is even, twice as many if odd.

    Over all rows every thing is at every place equally often, and every thing directly follows every other
    equally often.

    Example:
        >>> make_williams_rows(4)
        ((0, 1, 3, 2), (1, 2, 0, 3), (2, 3, 1, 0), (3, 0, 2, 1))
    """
    zigzag = [(place + 1) // 2 if place % 2 else -(place // 2) for place in range(count)]
    rows = tuple(tuple((step + row) % count for step in zigzag) for row in range(count))
    return rows if count % 2 == 0 else rows + tuple(row[::-1] for row in rows)


def take_pair_trials(systems: int, items: int, start: int, count: int) -> list[PairTrial]:
    """Return a stretch of the endless series of balanced trials of pairs.

    The series is made of blocks that hold every pair once.  From block to block items move on, the order is
    another row of a Latin square, and sides change, so that after ``2 × items`` blocks every pair was asked
    for on every item with either side once.  Listeners who get one stretch after the other together get a
    balanced set, whatever the length of a stretch.

    Args:
        systems, items: how many there are.
        start: number of the first trial in the series.
        count: length of the stretch.

    Example:
        >>> take_pair_trials(2, 1, 0, 2)
        [PairTrial(left=0, right=1, item=0), PairTrial(left=1, right=0, item=0)]
    """
    pairs = list(combinations(range(systems), 2))
    rows = make_williams_rows(len(pairs))
    trials = []
    for number in range(start, start + count):
        block, place = divmod(number, len(pairs))
        pair = rows[block % len(rows)][place]
        cycle = block // items
        # Items move on with every block.  Where they are even in number, an item would always meet the same
        # side; so sides change once more from one cycle of items to the next.
        swapped = (block + pair + (cycle if items % 2 == 0 else 0)) % 2
        left, right = pairs[pair][::-1] if swapped else pairs[pair]
        trials.append(PairTrial(left, right, (block + pair) % items))
    return trials


def take_item_trials(items: int, versions: int, start: int, count: int) -> list[tuple[int, tuple[int, ...]]]:
    """Return a stretch of the endless series of items with orders of their versions.

    Every item comes once in a block, in an order that changes; over the blocks the versions of an item are
    shown in every order of a Latin square.

    Args:
        items, versions: how many there are.
        start: number of the first trial in the series.
        count: length of the stretch.

    Returns:
        (item, order of its versions) of each trial.

    Example:
        >>> take_item_trials(2, 2, 0, 4)
        [(0, (0, 1)), (1, (1, 0)), (1, (0, 1)), (0, (1, 0))]
    """
    item_rows, version_rows = make_williams_rows(items), make_williams_rows(versions)
    trials = []
    for number in range(start, start + count):
        block, place = divmod(number, items)
        item = item_rows[block % len(item_rows)][place]
        trials.append((item, version_rows[(block + item) % len(version_rows)]))
    return trials
