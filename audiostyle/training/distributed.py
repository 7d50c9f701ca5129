"""Several processes that train one model together: the same weights in each, and a share of every batch.

``torchrun`` starts them, and starts them again from the last checkpoint when one dies; PyTorch's
DistributedDataParallel averages their gradients.  A training without torchrun is the first and only one.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import distributed, nn
from torch.nn.parallel import DistributedDataParallel

from audiostyle.errors import TrainingError


@contextmanager
def join_processes() -> Iterator[torch.device]:
    """Join the processes that torchrun has started, if it has, and yield the device of this one.

    Example:
        >>> with join_processes() as device:
        ...     weights = torch.zeros(3, device=device)
    """
    count = int(os.environ.get("WORLD_SIZE", "1"))
    device = torch.device("cpu")
    if torch.cuda.is_available():
        device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
        torch.cuda.set_device(device)
    if count > 1:
        store, rank, count = next(distributed.rendezvous("env://"))
        # The store outlives processes that died; their addresses must not be taken for their successors'.
        store = distributed.PrefixStore(os.environ.get("TORCHELASTIC_RESTART_COUNT", "0"), store)
        backend = "nccl" if device.type == "cuda" else "gloo"
        distributed.init_process_group(backend, store=store, rank=rank, world_size=count)
    try:
        yield device
    finally:
        if count > 1:
            distributed.destroy_process_group()


def is_first_process() -> bool:
    """Return whether this process is torchrun's first one, or alone; known before processes have joined.

    Example:
        >>> is_first_process()
        True
    """
    return os.environ.get("RANK", "0") == "0"


def is_leader() -> bool:
    """Return whether this process is the one that validates, writes and logs.

    Example:
        >>> is_leader()
        True
    """
    return not distributed.is_initialized() or distributed.get_rank() == 0


@contextmanager
def leader_first() -> Iterator[None]:
    """Let the leading process run the block first; the others run it after that, and find the work done.

    Example:
        >>> with leader_first():
        ...     prepared = True
    """
    if not is_leader():
        distributed.barrier()
    yield
    if is_leader() and distributed.is_initialized():
        distributed.barrier()


def get_own_share(batch: int) -> range:
    """Return the numbers of this process's items of a batch of ``batch`` items.

    Raises:
        TrainingError: the batch cannot be shared evenly.

    Example:
        >>> get_own_share(4)
        range(0, 4)
    """
    if not distributed.is_initialized():
        return range(batch)
    count = distributed.get_world_size()
    if batch % count:
        raise TrainingError(
            f"a batch of {batch} cannot be shared by {count} processes; start a number that divides it"
        )
    return range(distributed.get_rank(), batch, count)


def replicate(module: nn.Module) -> nn.Module:
    """Return a wrapper to call instead of ``module``, so that gradients are averaged over all processes.

    Example:
        >>> module = nn.Linear(1, 1)
        >>> replicate(module) is module  # without torchrun
        True
    """
    if not distributed.is_initialized():
        return module
    return DistributedDataParallel(module, find_unused_parameters=True)
