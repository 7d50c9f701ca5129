"""What each audio file format can hold, so that a mistake is found before any work is done.

The limits are libsndfile's (measured with 1.2.2): it reports some violations late, some as "Format not
recognised", and one (Vorbis above 200 kHz) by crashing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from audiostyle.errors import AudioWriteError

_MPEG_RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)
_OPUS_RATES = (8000, 12000, 16000, 24000, 48000)
FLOAT_SUBTYPES = frozenset({"FLOAT", "DOUBLE"})
_PCM = ("PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE")


@dataclass(frozen=True)
class AudioInfo:
    """What a recording's header says.

    ``frames`` is the length in samples per channel: None when only decoding would tell (ffmpeg's formats),
    more than there is where an MP3 was cut short;
    ``seconds`` is the length for progress bars, perhaps rounded, None when the header has none.
    ``format`` and ``subtype`` are libsndfile's names ("WAV", "PCM_16"), or "FFMPEG" and "FLOAT".
    """

    sample_rate: int
    channels: int
    frames: int | None
    format: str
    subtype: str
    seconds: float | None = None


@dataclass(frozen=True)
class Format:
    """One container we write: its subtypes (the default first) and its limits."""

    name: str
    suffixes: tuple[str, ...]
    subtypes: tuple[str, ...]
    max_channels: int = 64
    max_rate: int = 768_000
    rates: tuple[int, ...] = ()  #: the only sample rates it has; empty: any up to ``max_rate``
    max_bytes: int | None = None  #: of samples, where lengths are stored in 32 bits
    has_comment: bool = True


_FORMATS = (
    Format("WAV", (".wav", ".wave"), (*_PCM, "PCM_U8", "ULAW", "ALAW"), max_bytes=2**32 - 2**16),
    Format("FLAC", (".flac",), ("PCM_16", "PCM_24", "PCM_S8"), max_channels=8, max_rate=655_350),
    Format("OGG", (".ogg", ".oga", ".opus"), ("VORBIS", "OPUS"), max_channels=8, max_rate=192_000),
    Format("MP3", (".mp3",), ("MPEG_LAYER_III",), max_channels=2, rates=_MPEG_RATES),
    Format("AIFF", (".aiff", ".aif"), (*_PCM, "PCM_S8", "ULAW", "ALAW"), max_bytes=2**32 - 2**16),
    Format("W64", (".w64",), (*_PCM, "PCM_U8", "ULAW", "ALAW"), has_comment=False),
)
FORMATS = {format.name: format for format in _FORMATS}
_BY_SUFFIX = {suffix: format for format in _FORMATS for suffix in format.suffixes}
WRITABLE_SUFFIXES = frozenset(_BY_SUFFIX)
"""Suffixes of the files that can be written."""
_ONLY_READ = (
    ".aac",
    ".aifc",
    ".au",
    ".caf",
    ".m4a",
    ".mka",
    ".mkv",
    ".mov",
    ".mp4",
    ".rf64",
    ".webm",
    ".wma",
)
READABLE_SUFFIXES = WRITABLE_SUFFIXES | frozenset(_ONLY_READ)
"""Suffixes by which recordings, and videos with sound, are found in folders."""


def format_of(path: str | Path, format: str | None = None) -> Format:
    """The format named ``format`` ("flac", "WAV"), or without it the one of the path's suffix.

    >>> format_of("song.mp3").name, format_of("song", "flac").name
    ('MP3', 'FLAC')

    Raises `AudioWriteError` for one that is not known; the message lists those that are.
    """
    found = FORMATS.get(format.upper()) if format else _BY_SUFFIX.get(Path(path).suffix.lower())
    if found is None:
        asked = f"format {format!r}" if format else f"suffix {Path(path).suffix!r}"
        raise AudioWriteError(f"{path}: cannot write {asked}; use one of {', '.join(_BY_SUFFIX)}")
    return found


def default_subtype(format: str, like: AudioInfo | None = None) -> str:
    """The subtype in which ``format`` keeps the recording ``like`` without loss, if it has one.

    >>> studio = AudioInfo(48000, 2, None, "WAV", "PCM_24")
    >>> default_subtype("AIFF", studio), default_subtype("OGG", studio), default_subtype("MP3", studio)
    ('PCM_24', 'VORBIS', 'MPEG_LAYER_III')
    >>> default_subtype("WAV")
    'PCM_16'
    """
    subtypes = FORMATS[format].subtypes
    if like is None or like.format == "FFMPEG":  # AAC and its kin carry no more than the default does
        return subtypes[0]
    wanted = like.subtype
    if wanted in subtypes:
        return wanted
    if wanted in {"PCM_32", *FLOAT_SUBTYPES} and "PCM_24" in subtypes:
        return "PCM_24"  # the nearest that FLAC has
    return subtypes[0]


def sample_bytes(subtype: str) -> int:
    """The size of one sample in an uncompressed file."""
    return {"PCM_16": 2, "PCM_24": 3, "PCM_32": 4, "FLOAT": 4, "DOUBLE": 8}.get(subtype, 1)


def check(path: str | Path, format: Format, subtype: str, sample_rate: int, channels: int) -> None:
    """Raise `AudioWriteError` unless a file of this format can hold such a recording."""
    name = format.name if format.name != "OGG" else f"OGG {subtype.title()}"
    rates = _OPUS_RATES if subtype == "OPUS" else format.rates
    if subtype not in format.subtypes:
        problem = f"has no subtype {subtype!r}; use one of {', '.join(format.subtypes)}"
    elif not 1 <= channels <= format.max_channels:
        problem = f"holds 1 to {format.max_channels} channels, not {channels}; write .wav instead"
    elif rates and sample_rate not in rates:
        known = ", ".join(map(str, rates))
        problem = f"holds only the sample rates {known}, not {sample_rate}; write .wav instead"
    elif not 1 <= sample_rate <= format.max_rate:
        problem = f"holds sample rates up to {format.max_rate}, not {sample_rate}; write .wav instead"
    else:
        return
    raise AudioWriteError(f"{path}: {name} {problem}")
