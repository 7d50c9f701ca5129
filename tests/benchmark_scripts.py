"""The scripts in ``benchmarks/``, importable for a moment.

Their folder does not stay on the path: a script there is called `translation`, as a package of tests is.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FOLDER = str(Path(__file__).parents[1] / "benchmarks")


@contextmanager
def importable_scripts() -> Iterator[None]:
    """Let the scripts be imported within a ``with`` statement."""
    sys.path.append(FOLDER)
    try:
        yield
    finally:
        sys.path.remove(FOLDER)
