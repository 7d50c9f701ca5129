"""``functional`` and ``transforms`` of torchaudio, also where ``import torchaudio`` fails.

torchaudio 2.11 loads a compiled extension when it is imported, and raises where the extension does not fit
the installed torch: OSError beside a CPU build (the extension wants a CUDA library), RuntimeError beside
another CUDA version.  Everything that audiostyle uses is written in Python.  So where the import fails it is
repeated with a stand-in for ``torchaudio._extension`` that says "no extension".  All other modules import
torchaudio's parts from here.
"""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType
from typing import Any, NoReturn

__all__ = ["functional", "transforms"]


def _import_torchaudio() -> ModuleType:
    """Import torchaudio with its extension, or else without; what a failed import left behind is removed."""
    try:
        return importlib.import_module("torchaudio")
    except (ImportError, OSError, RuntimeError):
        _forget_torchaudio()
        if importlib.util.find_spec("torchaudio") is None:
            raise
    sys.modules["torchaudio._extension"] = _make_stand_in()
    try:
        return importlib.import_module("torchaudio")
    except BaseException:
        _forget_torchaudio()
        raise


def _forget_torchaudio() -> None:
    """Remove torchaudio and its parts from the modules that are imported."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "torchaudio"]:
        del sys.modules[name]


def _make_stand_in() -> ModuleType:
    """Return a module that can take the place of ``torchaudio._extension``."""
    stand_in: Any = ModuleType("torchaudio._extension")
    stand_in._IS_TORCHAUDIO_EXT_AVAILABLE = False
    stand_in._IS_ALIGN_AVAILABLE = False
    stand_in.fail_if_no_align = _refuse_to_run
    return stand_in


def _refuse_to_run(function: object) -> object:
    """Decorate, as torchaudio does, the few functions (forced alignment) that have no form in Python."""

    def fail(*arguments: object, **named: object) -> NoReturn:
        raise RuntimeError(
            "this function needs torchaudio's compiled extension, which does not fit this torch"
        )

    return fail


_torchaudio = _import_torchaudio()
functional = _torchaudio.functional
"""``torchaudio.functional``."""

transforms = _torchaudio.transforms
"""``torchaudio.transforms``."""
