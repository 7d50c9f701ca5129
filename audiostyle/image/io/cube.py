"""Tables of colors as ``.cube`` files, which video editors, raw converters and cameras read.

The format is Adobe's "Cube LUT Specification" 1.0: a few keywords, then a line of red, green and blue for
each point of the grid, of which red changes fastest.  Tables of one dimension, which that format has too,
cannot say what a style does and are refused.
"""

from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from audiostyle._version import __version__
from audiostyle.atomic import write_atomically
from audiostyle.errors import PictureReadError, PictureWriteError
from audiostyle.image.grading.table import ColorTable, make_grid

SUFFIX = ".cube"

LARGEST = 129
"""Points along a channel that are read, as many as programs write; the format allows 256."""

_MOST_BYTES = 1 << 28  # of a file of the largest table, generously
_KEYWORDS = ("TITLE", "LUT_3D_SIZE", "LUT_3D_INPUT_RANGE", "DOMAIN_MIN", "DOMAIN_MAX", "LUT_1D_SIZE")


def write_cube(path: str | Path, table: ColorTable, title: str) -> None:
    """Write a table of colors.

    Args:
        path: of the file; ``-`` is standard output.
        table: what the grid's colors become.
        title: what programs show; quotes in it become apostrophes.

    Raises:
        PictureWriteError: the file cannot be written.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_cube(f"{folder}/same.cube", ColorTable.from_values(make_grid(2)), "no change")
        ...     read_cube(f"{folder}/same.cube").values.shape
        (2, 2, 2, 3)
    """
    size = len(table.values)
    rows = np.transpose(table.values, (2, 1, 0, 3)).reshape(-1, 3)  # red changes fastest
    plain = " ".join(title.replace('"', "'").split())
    head = [f"# audiostyle {__version__}", f'TITLE "{plain}"', f"LUT_3D_SIZE {size}", ""]
    lines = [f"{r:.6f} {g:.6f} {b:.6f}" for r, g, b in rows.tolist()]
    with write_atomically(path, PictureWriteError) as temporary:
        temporary.write_text("\n".join([*head, *lines, ""]), encoding="utf-8", newline="\n")


def read_cube(path: str | Path) -> ColorTable:
    """Read a table of colors.

    A domain other than [0, 1] is sampled anew, so that the table is of [0, 1].

    Raises:
        PictureReadError: the file cannot be read, or holds no table of three dimensions; the message says
            what is wrong with it.
    """
    try:
        if Path(path).stat().st_size > _MOST_BYTES:
            raise PictureReadError(f"{path}: is too large for a table of colors; give a .cube file")
        text = Path(path).read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise PictureReadError(f"{path}: cannot be read ({error.strerror or error})") from None
    heads, numbers = _split(text)
    size = _read_size(path, heads)
    values = _parse(path, numbers, size)
    low, high = _read_domain(path, heads)
    table = ColorTable.from_values(np.transpose(values.reshape(size, size, size, 3), (2, 1, 0, 3)))
    if (low == 0).all() and (high == 1).all():
        return table
    places = (make_grid(size) - low) / (high - low)
    return ColorTable.from_values(table(places.astype(np.float32)))


def _split(text: str) -> tuple[dict[str, str], list[str]]:
    """Return the keywords with what follows them, and the lines of numbers."""
    heads, numbers = {}, []
    for raw in text.splitlines():
        line = raw.strip()
        word = line.split(maxsplit=1)[0] if line else "#"
        if word.startswith("#"):
            continue
        if word in _KEYWORDS or word[0].isalpha():
            heads[word] = line[len(word) :].strip()
        else:
            numbers.append(line)
    return heads, numbers


def _read_size(path: str | Path, heads: dict[str, str]) -> int:
    if "LUT_1D_SIZE" in heads and "LUT_3D_SIZE" not in heads:
        raise PictureReadError(f"{path}: is a table of one dimension; give one of three (LUT_3D_SIZE)")
    given = heads.get("LUT_3D_SIZE", "")
    if not given.isdecimal() or not 2 <= int(given) <= LARGEST:
        raise PictureReadError(
            f"{path}: no table of colors; a .cube file has a line LUT_3D_SIZE, 2 to {LARGEST}"
        )
    return int(given)


def _parse(path: str | Path, lines: list[str], size: int) -> NDArray[np.float64]:
    """Return the numbers of a table, (size³, 3)."""
    values = np.empty(0)
    if len(lines) == size**3:
        with suppress(ValueError):
            values = np.array(" ".join(lines).split(), dtype=np.float64)
    if values.size != 3 * size**3 or not np.isfinite(values).all():
        raise PictureReadError(
            f"{path}: needs {size**3} lines of three finite numbers, has {len(lines)}; export it again"
        )
    return values.reshape(-1, 3)


def _read_domain(path: str | Path, heads: dict[str, str]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the lowest and highest colors that a table is of, (3,) each."""
    span = heads.get("LUT_3D_INPUT_RANGE", "0 1").split()
    ends = (heads.get("DOMAIN_MIN", " ".join(span[:1] * 3)), heads.get("DOMAIN_MAX", " ".join(span[1:] * 3)))
    try:
        low, high = (np.array([float(word) for word in end.split()]) for end in ends)
        sound = low.shape == high.shape == (3,) and bool((low < high).all() and np.isfinite(high - low).all())
    except ValueError:
        sound = False
    if not sound:
        raise PictureReadError(f"{path}: its domain must be three numbers each, the lower ones first")
    return low, high
