"""Everything loaded before processes are forked, which then start at once and all run the same code."""

import importlib
import pkgutil

import audiostyle


def load_everything() -> None:
    """Import every module of the package, but for programs and one training that needs more than it."""
    for module in pkgutil.walk_packages(audiostyle.__path__, "audiostyle."):
        if "__main__" not in module.name and "expressive" not in module.name:
            importlib.import_module(module.name)
