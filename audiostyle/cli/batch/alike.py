"""Inputs that are called alike (``song.wav`` and ``song.m4a``), whose results would share one name.

Each is told apart by its whole name, so that what a result is called depends on what lies in the folder and
on nothing else: another run finds the results again.  Names that differ in case alone count as one, because
on many disks they are.
"""

import dataclasses
import os
import unicodedata
import zlib
from collections import Counter, defaultdict
from collections.abc import Sequence

from audiostyle.cli.batch.addresses import get_name, identify_path
from audiostyle.cli.batch.conventions import STDIN
from audiostyle.cli.batch.inputs import InputFile

_SHOWN = 4  # names that fit into a line


def tell_apart(sources: Sequence[InputFile], outputs: Sequence[Sequence[str]]) -> list[InputFile]:
    """Return the inputs, with stems of their own for those whose results would share a file.

    Args:
        sources: all inputs.
        outputs: of each, the paths of its results.

    Returns:
        The inputs in the same order.  Files of one name from several folders stay as they are: nothing
        about the files themselves would tell which is which.
    """
    makers: dict[str, set[int]] = defaultdict(set)
    for index, paths in enumerate(outputs):
        for path in paths:
            makers[fold_name(identify_path(path))].add(index)
    result = list(sources)
    for group in makers.values():
        names = Counter(get_name(sources[index].path) for index in group)
        folded = Counter(fold_name(name) for name in names)
        if len(group) > 1 and names.total() == len(names):
            for index in group:
                source = sources[index]
                name = get_name(source.path)
                unique = folded[fold_name(name)] == 1
                stem = name if unique else f"{name}-{zlib.crc32(os.fsencode(name)):08x}"
                if source.path != STDIN and len(stem) > len(result[index].own_stem or ""):
                    result[index] = dataclasses.replace(source, own_stem=stem)
    return result


def fold_name(path: str) -> str:
    """Return what two paths have in common where neither case nor the way accents are stored matters.

    Example:
        >>> fold_name("Caf\u00e9.WAV") == fold_name("cafe\u0301.wav")
        True
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def describe_alike(pairs: Sequence[tuple[str, str]]) -> str:
    """Describe in one line which inputs were told apart, and how.

    Args:
        pairs: each input, and the name of one of its results.

    Example:
        >>> describe_alike([("in/a.m4a", "a.m4a.piano.wav"), ("in/a.wav", "a.wav.piano.wav")])
        'in/a.m4a, in/a.wav: called alike, so their results are a.m4a.piano.wav, a.wav.piano.wav'
    """
    shown, more = pairs[:_SHOWN], len(pairs) - _SHOWN
    sources, results = zip(*shown, strict=True)
    rest = f" and {more} more" if more > 0 else ""
    return (
        f"{', '.join(sources)}{rest}: called alike, so their results are {', '.join(results)}{rest and ' …'}"
    )
