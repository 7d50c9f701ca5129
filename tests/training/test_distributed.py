"""Processes that train together: who goes first, and who does what of a batch.

That two of them train as one does is in ``translation/training/wavenet/test_together.py``.
"""

import pytest
import torch

from audiostyle.errors import TrainingError
from audiostyle.training import distributed


@pytest.mark.parametrize(("rank", "order"), [(0, ["work", "met"]), (1, ["met", "work"])])
def test_who_leads_goes_first(monkeypatch, rank, order):
    happened = []
    monkeypatch.setattr(distributed.distributed, "is_initialized", lambda: True)
    monkeypatch.setattr(distributed.distributed, "get_rank", lambda: rank)
    monkeypatch.setattr(distributed.distributed, "barrier", lambda: happened.append("met"))
    with distributed.leader_first():
        happened.append("work")
    assert happened == order


def test_alone_nobody_is_waited_for():
    with distributed.leader_first():
        assert distributed.is_leader()


def test_a_batch_that_cannot_be_shared_is_refused(monkeypatch):
    monkeypatch.setattr(distributed.distributed, "is_initialized", lambda: True)
    monkeypatch.setattr(distributed.distributed, "get_world_size", lambda: 4)
    monkeypatch.setattr(distributed.distributed, "get_rank", lambda: 1)
    assert list(distributed.get_own_share(8)) == [1, 5]
    with pytest.raises(TrainingError, match="6 cannot be shared by 4"):
        distributed.get_own_share(6)


@pytest.mark.parametrize("count", [1, 2, 3, 6])
def test_every_item_of_a_batch_is_one_process_s(monkeypatch, count):
    monkeypatch.setattr(distributed.distributed, "is_initialized", lambda: True)
    monkeypatch.setattr(distributed.distributed, "get_world_size", lambda: count)
    shares = []
    for rank in range(count):
        monkeypatch.setattr(distributed.distributed, "get_rank", lambda rank=rank: rank)
        shares.append(list(distributed.get_own_share(6)))
    assert sorted(item for share in shares for item in share) == list(range(6))
    assert {len(share) for share in shares} == {6 // count}


@pytest.mark.parametrize(("rank", "first"), [(None, True), ("0", True), ("1", False)])
def test_the_first_process_is_known_before_any_has_joined(monkeypatch, rank, first):
    monkeypatch.delenv("RANK", raising=False)
    if rank is not None:
        monkeypatch.setenv("RANK", rank)
    assert distributed.is_first_process() == first


def test_alone_a_module_is_itself_and_the_batch_is_whole(monkeypatch):
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    module = torch.nn.Linear(1, 1)
    with distributed.join_processes() as device:
        assert device.type == ("cuda" if torch.cuda.is_available() else "cpu")
        assert distributed.replicate(module) is module and list(distributed.get_own_share(3)) == [0, 1, 2]
