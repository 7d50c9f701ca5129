"""Several processes that train one model together: the same weights in each, and a share of every batch.

``torchrun`` starts them and starts them again from the last checkpoint when one dies; PyTorch's
DistributedDataParallel averages their gradients.  A training on its own is the first and only one of them.
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
    """Join the processes that torchrun has started, if it has; yield the device of this one."""
    count = int(os.environ.get("WORLD_SIZE", "1"))
    device = torch.device("cpu")
    if torch.cuda.is_available():
        device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
        torch.cuda.set_device(device)
    if count > 1:
        store, rank, count = next(distributed.rendezvous("env://"))
        # The store outlives those who died: their addresses are not to be taken for their successors'.
        store = distributed.PrefixStore(os.environ.get("TORCHELASTIC_RESTART_COUNT", "0"), store)
        backend = "nccl" if device.type == "cuda" else "gloo"
        distributed.init_process_group(backend, store=store, rank=rank, world_size=count)
    try:
        yield device
    finally:
        if count > 1:
            distributed.destroy_process_group()


def is_first_process() -> bool:
    """Whether this process is torchrun's first one, or alone; known before they have joined."""
    return os.environ.get("RANK", "0") == "0"


def is_leader() -> bool:
    """Whether this process is the one that validates, writes and tells."""
    return not distributed.is_initialized() or distributed.get_rank() == 0


@contextmanager
def leader_first() -> Iterator[None]:
    """Let the process that leads do something first; then the others do it, and find it done."""
    if not is_leader():
        distributed.barrier()
    yield
    if is_leader() and distributed.is_initialized():
        distributed.barrier()


def get_own_share(batch: int) -> range:
    """Return the numbers of this process's items of a batch.

    Raises TrainingError where the batch cannot be shared evenly.
    """
    if not distributed.is_initialized():
        return range(batch)
    count = distributed.get_world_size()
    if batch % count:
        raise TrainingError(
            f"a batch of {batch} cannot be shared by {count} processes; start a divisor of it"
        )
    return range(distributed.get_rank(), batch, count)


def replicate(module: nn.Module) -> nn.Module:
    """Return what to call instead of ``module`` so that gradients are the mean over all processes."""
    if not distributed.is_initialized():
        return module
    return DistributedDataParallel(module, find_unused_parameters=True)
