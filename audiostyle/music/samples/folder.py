"""A folder of single notes, named by pitch and perhaps dynamic, as an instrument."""

from collections import defaultdict
from itertools import pairwise
from pathlib import Path

from audiostyle.errors import TrainingError
from audiostyle.music.samples.names import NoteName, read_note_name
from audiostyle.music.samples.zones import LOUDEST, SampledInstrument, Zone
from audiostyle.sound.formats import READABLE_SUFFIXES

_BEYOND = 2  # semitones that the outermost recordings are played above or below their pitch
_WIDE_GAP = 7  # semitones between neighboring recordings from which on a remark is made
_MOST_LAYERS = 20  # numbers of dynamics up to which they count layers; higher ones are velocities
_LAYERED_TRACKING = 0.73  # of several dynamics, which carry most of the level themselves (Salamander's SFZ)
_RELEASE_GAIN, _RELEASE_TRACKING, _RELEASE_DECAY = 10 ** (-37 / 20), 0.82, 2.0  # likewise
_SHARE = 0.5  # of the sound files of a folder that must be named like notes
_FEWEST = 2


def looks_sampled(folder: Path) -> bool:
    """Return whether a folder holds single notes: most of its sound files are named like notes.

    Args:
        folder: of sound files.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> for name in ("A3.wav", "C4.wav", "E4.wav"):
        ...     (folder / name).touch()
        >>> looks_sampled(folder)
        True
    """
    files = _list_sounds(folder)
    named = [note for file in files if (note := read_note_name(file.stem))]
    pitches = {note.key for note in named}
    return len(pitches) >= max(_FEWEST, 3) and len(named) >= _SHARE * len(files)


def read_folder(folder: Path) -> SampledInstrument:
    """Return the instrument of a folder.

    Keys between two recordings are played by the nearer one.  Where recordings have several dynamics, each is
    played in its part of the velocities.

    Args:
        folder: searched through, with the folders below it.

    Raises:
        TrainingError: there are not two recordings whose names say their pitch.
    """
    layers: dict[int | None, dict[int, Path]] = defaultdict(dict)
    releases: list[Zone] = []
    remarks = []
    for path in _list_sounds(folder):
        note = read_note_name(path.stem)
        if note is None:
            remarks.append(f"left out: {path.name}, whose name says no pitch")
        elif note.release:
            releases.append(_make_release(path, note))
        elif note.key in layers[note.dynamic]:
            remarks.append(
                f"left out: {path.name}, as {layers[note.dynamic][note.key].name} is the same note"
            )
        else:
            layers[note.dynamic][note.key] = path
    if len({key for layer in layers.values() for key in layer}) < _FEWEST:
        raise TrainingError(
            f"{folder}: no recordings named by their pitches, such as C4.wav, A#3_v90.flac or 60.wav"
        )
    zones = [
        zone for limits, layer in _list_layers(layers) for zone in _split_keys(layer, limits, len(layers))
    ]
    remarks += _describe_gaps(layers)
    return SampledInstrument(folder.name, (*zones, *releases), tuple(remarks))


def _list_sounds(folder: Path) -> list[Path]:
    found = sorted(folder.rglob("*"))
    return [p for p in found if p.suffix.lower() in READABLE_SUFFIXES and p.is_file() and p.name[0] != "."]


def _make_release(path: Path, note: NoteName) -> Zone:
    """Return the zone of the sound of a released key, as loud as in Salamander's own instrument."""
    return Zone(
        path,
        note.key,
        (note.key, note.key),
        gain=_RELEASE_GAIN,
        tracking=_RELEASE_TRACKING,
        sounds_on_release=True,
        decay=_RELEASE_DECAY,
    )


def _list_layers(
    layers: dict[int | None, dict[int, Path]],
) -> list[tuple[tuple[int, int], dict[int, Path]]]:
    """Return the layers from soft to loud, each with the velocities that play it.

    Dynamics that are numbered like velocities end half the way to the next one; others are equally wide.
    """
    order = sorted(layers, key=lambda dynamic: LOUDEST if dynamic is None else dynamic)
    numbers = [LOUDEST if dynamic is None else dynamic for dynamic in order]
    if max(numbers) > _MOST_LAYERS and len(numbers) > 1:
        ends = [(a + b) // 2 for a, b in pairwise(numbers)]
    else:
        ends = [round((n + 1) * LOUDEST / len(order)) for n in range(len(order) - 1)]
    limits = zip([1, *(end + 1 for end in ends)], [*ends, LOUDEST], strict=True)
    return [(limit, layers[dynamic]) for limit, dynamic in zip(limits, order, strict=True)]


def _split_keys(layer: dict[int, Path], velocities: tuple[int, int], count: int) -> list[Zone]:
    """Return a zone for each recording of a layer; a key is played by the nearest one."""
    keys = sorted(layer)
    middles = [(low + high) // 2 for low, high in pairwise(keys)]
    limits = zip([keys[0] - _BEYOND, *(m + 1 for m in middles)], [*middles, keys[-1] + _BEYOND], strict=True)
    tracking = 1.0 if count == 1 else _LAYERED_TRACKING
    return [
        Zone(layer[key], key, (max(0, low), min(127, high)), velocities, tracking=tracking)
        for key, (low, high) in zip(keys, limits, strict=True)
    ]


def _describe_gaps(layers: dict[int | None, dict[int, Path]]) -> list[str]:
    """Return a remark for every wide gap between the keys of all layers together."""
    keys = sorted({key for layer in layers.values() for key in layer})
    return [
        f"no recording between the keys {low} and {high}: some are played {(high - low) // 2} semitones away"
        for low, high in pairwise(keys)
        if high - low > _WIDE_GAP
    ]
