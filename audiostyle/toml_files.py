"""TOML files from strangers: read as far as they are of a reasonable size and shape.

A manifest or a recipe of the size of a photograph is none.  Python's parser needs memory that grows with the
square of the length of a dotted key, so that a file of 256 KB could fill any machine; such keys are refused
before they are parsed.
"""

import re
import tomllib
from pathlib import Path

MAX_BYTES = 1 << 20
"""Size of the largest file that is read; parsing it takes about a second, whatever is in it."""

_DOTS = 16  # of a key; manifests and recipes have two
_PART = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+"""
_LONG_KEY = re.compile(rf"(?:^|[\[{{,])[ \t]*+(?:{_PART}){{{_DOTS}}}", re.ASCII | re.MULTILINE)


def read_toml(path: Path) -> dict[str, object]:
    """Read a TOML file.

    Args:
        path: of the file.

    Raises:
        OSError: it cannot be read.
        ValueError: it is not TOML, or larger or deeper than any manifest or recipe; the message says which.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp(), "a.toml")
        >>> _ = path.write_text("key = " + "[" * 10_000)
        >>> read_toml(path)
        Traceback (most recent call last):
        ValueError: it is nested too deeply
    """
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ValueError(f"it is larger than {MAX_BYTES >> 10} KB")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8 text") from None
    if _LONG_KEY.search(text):
        raise ValueError(f"it has a name of more than {_DOTS} parts")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"it is not valid TOML: {error}") from None
