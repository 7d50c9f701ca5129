"""``functional`` and ``transforms`` of torchaudio, also where ``import torchaudio`` fails.

torchaudio 2.11 loads a compiled extension when imported and raises where that does not fit the installed
torch: OSError beside a CPU build (the extension wants a CUDA library), RuntimeError beside another CUDA
version.  Everything that audiostyle uses is written in Python, so there it is imported a second time with a
stand-in for ``torchaudio._extension`` that says "no extension".  Other modules get torchaudio's parts here.
"""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType
from typing import Any, NoReturn

__all__ = ["functional", "transforms"]


def _import() -> ModuleType:
    """torchaudio with its extension, or else without; what a failed import left behind is removed."""
    try:
        return importlib.import_module("torchaudio")
    except (ImportError, OSError, RuntimeError):
        _forget()
        if importlib.util.find_spec("torchaudio") is None:
            raise
    sys.modules["torchaudio._extension"] = _without_extension()
    try:
        return importlib.import_module("torchaudio")
    except BaseException:
        _forget()
        raise


def _forget() -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "torchaudio"]:
        del sys.modules[name]


def _without_extension() -> ModuleType:
    stand_in: Any = ModuleType("torchaudio._extension")
    stand_in._IS_TORCHAUDIO_EXT_AVAILABLE = False
    stand_in._IS_ALIGN_AVAILABLE = False
    stand_in.fail_if_no_align = _needs_extension
    return stand_in


def _needs_extension(function: object) -> object:
    """A decorator, as in torchaudio, for the few functions (forced alignment) that have no Python form."""

    def fail(*arguments: object, **named: object) -> NoReturn:
        raise RuntimeError(
            "this function needs torchaudio's compiled extension, which does not fit this torch"
        )

    return fail


_torchaudio = _import()
functional = _torchaudio.functional
transforms = _torchaudio.transforms
