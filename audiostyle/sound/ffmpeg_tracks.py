"""Which of a file's sound tracks is heard, when it begins, and how long it says that it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_AT_ZERO = ("mov", "matroska")  # containers whose time begins at 0, and not with what comes first
_LIVE = 60.0  # seconds; a later beginning is that of a broadcast that was joined
_AUDIBLE = 0.04  # seconds by which sound may be out of step with a picture, unnoticed
_LONGEST_WAIT = 12 * 3600.0
# Others estimate it from the bit rate.
_WITH_TRUE_LENGTHS = (
    "mov",
    "matroska",
    "asf",
    "flv",
    "avi",
    "wv",
    "tta",
    "ape",
    "tak",
    "mpc",
    "caf",
    "nut",
    "dsf",
)


@dataclass(frozen=True)
class Track:
    """The track that is decoded.

    Attributes:
        index: ffmpeg's number of it in the file; None leaves the choice to ffmpeg.
        delay: seconds of silence before its sound, so that it stays in step with the picture.
        seconds: its length for progress bars, the silence included; None where it is not known.
        promised: its length as its container counts it; None where that is an estimate.
        remarks: what is to be said about the choice.
        tags: what the file says about itself, names in lower case.
        picture: ffmpeg's number of the cover; None where there is none.
        layout: ffmpeg's name of the speakers, or nothing.
    """

    index: int | None = None
    delay: float = 0.0
    seconds: float | None = None
    promised: float | None = None
    remarks: tuple[str, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    picture: int | None = None
    layout: str = ""


def choose_track(found: Mapping[str, Any]) -> Track:
    """Return the default sound track of a file, or its first.

    Args:
        found: what ffprobe says.

    Example:
        >>> def stream(index: int, default: int, start: str) -> dict[str, object]:
        ...     about = {"index": index, "codec_type": "audio", "start_time": start}
        ...     return {**about, "disposition": {"default": default}}
        >>> streams = [stream(0, 0, "0.0"), stream(1, 1, "0.5")]
        >>> track = choose_track({"streams": streams, "format": {"format_name": "mov,mp4"}})
        >>> track.index, track.delay
        (1, 0.5)
        >>> track.remarks[0]
        'has 2 sound tracks; number 2 is read, the default one'
    """
    streams: Sequence[Mapping[str, Any]] = found.get("streams") or []
    container: Mapping[str, Any] = found.get("format") or {}
    sounds = [stream for stream in streams if stream.get("codec_type") == "audio"]
    if not sounds:
        return Track()
    chosen = next((stream for stream in sounds if _has(stream, "default")), sounds[0])
    names = str(container.get("format_name", ""))
    delay = _measure_delay(chosen, container, names)
    own = _read_number(chosen.get("duration"))
    known = own if own is not None else _read_number(container.get("duration"))
    remarks = []
    if len(sounds) > 1:
        why = "the default one" if _has(chosen, "default") else "the first one"
        remarks.append(f"has {len(sounds)} sound tracks; number {sounds.index(chosen) + 1} is read, {why}")
    if delay:
        remarks.append(f"begins its sound {delay:.2f} s late; the silence before it is kept")
    pictures = [stream for stream in streams if _has(stream, "attached_pic")]
    tags = {**(chosen.get("tags") or {}), **(container.get("tags") or {})}
    return Track(
        index=int(chosen["index"]),
        delay=delay,
        seconds=None if known is None else known + delay,
        promised=(known if len(streams) == 1 else own)
        if any(name in names for name in _WITH_TRUE_LENGTHS)
        else None,
        remarks=tuple(remarks),
        tags=tuple((str(name).lower(), str(value)) for name, value in tags.items()),
        picture=int(pictures[0]["index"]) if pictures else None,
        layout=str(chosen.get("channel_layout", "")),
    )


def _measure_delay(stream: Mapping[str, Any], container: Mapping[str, Any], names: str) -> float:
    start, first = _read_number(stream.get("start_time")), _read_number(container.get("start_time"))
    if start is None:
        return 0.0
    origin = first or 0.0
    if any(name in names for name in _AT_ZERO) and 0 <= origin < _LIVE:
        origin = 0.0
    delay = start - origin
    return delay if _AUDIBLE < delay < _LONGEST_WAIT else 0.0


def _has(stream: Mapping[str, Any], disposition: str) -> bool:
    return bool((stream.get("disposition") or {}).get(disposition))


def _read_number(value: object) -> float | None:
    """Return a number that ffprobe wrote as text, or None ("N/A")."""
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
