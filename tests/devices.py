"""A device for tests on machines without a GPU: what mixes its tensors with the CPU's fails, as on CUDA.

Inside :func:`fake_device` the device called ``"meta"`` computes (on the CPU, behind the scenes).  Tensors
come to it by ``.to(device)`` or ``device=…`` and leave it by ``.cpu()``.  What else CUDA refuses is refused:
operations on tensors of two devices, ``.numpy()`` of a tensor that is not on the CPU, and a random generator
of the CPU for tensors of the device.  What CUDA allows is allowed: numbers (tensors without dimensions) and
indices from the CPU.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode, _disable_current_modes
from torch.utils._pytree import tree_leaves, tree_map_only

DEVICE = "meta"
"""PyTorch knows this device on every machine, and nothing else in these tests uses it."""

_TRANSFERS = {"aten::_to_copy", "aten::copy_", "aten::set_", "aten::is_same_size"}
_INDEXING = {"aten::index", "aten::index_put", "aten::index_put_", "aten::_index_put_impl_"}


class DeviceTensor(Tensor):
    """A tensor of the fake device; ``inner`` holds its numbers on the CPU."""

    inner: Tensor

    @staticmethod
    def __new__(cls, inner: Tensor) -> "DeviceTensor":
        tensor = torch.Tensor._make_wrapper_subclass(
            cls,
            inner.size(),
            strides=inner.stride(),
            storage_offset=inner.storage_offset(),
            dtype=inner.dtype,
            layout=inner.layout,
            device=DEVICE,
            requires_grad=inner.requires_grad,
        )
        tensor.inner = inner.detach()
        return tensor

    def __repr__(self) -> str:
        return f"DeviceTensor({self.inner})"

    def numpy(self, *, force: bool = False) -> Any:
        """Refused, as CUDA refuses it."""
        if not force:
            raise TypeError(f"can't convert {DEVICE} device type tensor to numpy; use .cpu() first")
        return self.inner.numpy()

    def tolist(self) -> Any:
        """Copied to the CPU, as those of CUDA are."""
        return self.inner.tolist()

    @classmethod
    def __torch_dispatch__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return _compute(func, args, kwargs or {})


class _DeviceMode(TorchDispatchMode):
    """Watches every operation, for those that make tensors on the device have none among their arguments."""

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if func._can_decompose():  # in inference mode, operations made of others arrive whole
            with self:
                result = func.decompose(*args, **kwargs)
            if result is not NotImplemented:
                return result
        return _compute(func, args, kwargs)


@contextmanager
def fake_device() -> Iterator[str]:
    """Make the fake device work; yields its name, to be given as ``device=``.

    Example:
        >>> with fake_device() as device:
        ...     torch.ones(2, device=device) + torch.ones(2)
        Traceback (most recent call last):
        RuntimeError: Expected all tensors to be on the same device, but add has some on meta and some on cpu
    """
    with _DeviceMode():
        yield DEVICE


def _compute(func: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """Check the devices, compute on the CPU, and wrap what belongs to the fake device."""
    leaves = tree_leaves((args, kwargs))
    there = any(isinstance(leaf, DeviceTensor) for leaf in leaves)
    name = func._schema.name
    target = kwargs.get("device")
    goes_there = there if target is None else torch.device(target).type == DEVICE
    if there and name not in _TRANSFERS:
        _refuse_mixing(name, args, kwargs)
    if there or goes_there:
        _refuse_generator(name, leaves)
    with _disable_current_modes():
        inner_args, inner_kwargs = tree_map_only(DeviceTensor, lambda tensor: tensor.inner, (args, kwargs))
        if target is not None and goes_there:
            inner_kwargs["device"] = torch.device("cpu")
        result = func(*inner_args, **inner_kwargs)
    changed = {id(leaf.inner): leaf for leaf in leaves if isinstance(leaf, DeviceTensor)}

    def wrap(tensor: Tensor) -> Tensor:
        if id(tensor) in changed:  # an operation in place returns its argument
            return changed[id(tensor)]
        return DeviceTensor(tensor) if goes_there and not isinstance(tensor, DeviceTensor) else tensor

    if name == "aten::copy_" or name == "aten::set_":
        return args[0]
    return tree_map_only(Tensor, wrap, result)


def _refuse_mixing(name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
    looked_at = (
        (args[0], args[2:]) if name in _INDEXING and isinstance(args[0], DeviceTensor) else (args, kwargs)
    )
    for leaf in tree_leaves(looked_at):
        if isinstance(leaf, Tensor) and not isinstance(leaf, DeviceTensor) and leaf.ndim > 0:
            raise RuntimeError(
                "Expected all tensors to be on the same device, but "
                f"{name.removeprefix('aten::')} has some on {DEVICE} and some on cpu"
            )


def _refuse_generator(name: str, leaves: Sequence[Any]) -> None:
    if any(isinstance(leaf, torch.Generator) for leaf in leaves):
        raise RuntimeError(f"Expected a generator of {DEVICE!r} for {name}, but found one of the CPU")
