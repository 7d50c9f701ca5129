"""What each audio file format can hold, so that a mistake is found before any work is done.

The limits are libsndfile's (measured with 1.2.2).  It reports some violations late, some as "Format not
recognised", and one (Vorbis above 200 kHz) by crashing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from audiostyle.checks import LOWEST_RATE
from audiostyle.errors import AudioReadError, AudioWriteError

_MPEG_RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)
_OPUS_RATES = (8000, 12000, 16000, 24000, 48000)
FLOAT_SUBTYPES = frozenset({"FLOAT", "DOUBLE"})
"""The subtypes that can hold samples beyond ±1."""

_PCM = ("PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE")


@dataclass(frozen=True)
class AudioInfo:
    """What a recording's header says.

    Attributes:
        sample_rate: in hertz.
        channels: number of channels.
        frames: length in samples per channel.  It is None where only decoding would tell (ffmpeg's formats),
            and too large where an MP3 was cut short.
        format: libsndfile's name of the container ("WAV"), or "FFMPEG".
        subtype: libsndfile's name of the encoding ("PCM_16"); with ffmpeg "FLOAT".
        seconds: duration for progress bars, perhaps rounded; None where the header has none.

    Example:
        >>> info = AudioInfo(sample_rate=44100, channels=2, frames=44100, format="WAV", subtype="PCM_16")
        >>> info.frames / info.sample_rate
        1.0
    """

    sample_rate: int
    channels: int
    frames: int | None
    format: str
    subtype: str
    seconds: float | None = None


@dataclass(frozen=True)
class Format:
    """A container that can be written, and its limits.

    Attributes:
        name: libsndfile's, or that of an encoding which has a suffix of its own.
        suffixes: of its files; the usual one first.
        subtypes: libsndfile's names of its encodings; the default first.
        max_channels: greatest number of channels.
        max_rate: highest sample rate, in hertz.
        rates: the only sample rates that it has, in hertz; empty if it has any up to ``max_rate``.
        max_bytes: greatest size of its samples, where lengths are stored in 32 bits.
        has_comment: whether it has a comment tag.
        container: libsndfile's name, where that is another.
    """

    name: str
    suffixes: tuple[str, ...]
    subtypes: tuple[str, ...]
    max_channels: int = 64
    max_rate: int = 768_000
    rates: tuple[int, ...] = ()
    max_bytes: int | None = None
    has_comment: bool = True
    container: str = ""


_FORMATS = (
    Format("WAV", (".wav", ".wave", ".bwf"), (*_PCM, "PCM_U8", "ULAW", "ALAW"), max_bytes=2**32 - 2**16),
    Format("FLAC", (".flac",), ("PCM_16", "PCM_24", "PCM_S8"), max_channels=8, max_rate=655_350),
    Format("OGG", (".ogg", ".oga"), ("VORBIS", "OPUS"), max_channels=8, max_rate=192_000),
    Format("OPUS", (".opus",), ("OPUS",), max_channels=8, max_rate=192_000, container="OGG"),
    Format("MP3", (".mp3",), ("MPEG_LAYER_III",), max_channels=2, rates=_MPEG_RATES),
    Format("AIFF", (".aiff", ".aif"), (*_PCM, "PCM_S8", "ULAW", "ALAW"), max_bytes=2**32 - 2**16),
    Format("W64", (".w64",), (*_PCM, "PCM_U8", "ULAW", "ALAW"), has_comment=False),
)
FORMATS = {format.name: format for format in _FORMATS}
"""The formats that can be written, by libsndfile's names."""

_BY_SUFFIX = {suffix: format for format in _FORMATS for suffix in format.suffixes}
WRITABLE_SUFFIXES = frozenset(_BY_SUFFIX)
"""Suffixes of the files that can be written, in lower case with the dot."""

_SNDFILE = """
    .16sv .8svx .aifc .au .avr .caf .fap .htk .iff .ircam .mp1 .mp2 .mpa .mpga .nist .paf .pvf .rf64 .sds .sf
    .snd .sph .svx .voc .wve .xi
"""
SNDFILE_SUFFIXES = WRITABLE_SUFFIXES | frozenset(_SNDFILE.split())
"""Suffixes of the files that can be read without further programs."""

_FFMPEG = """
    .3g2 .3gp .aa3 .aac .ac3 .adts .amr .ape .asf .avi .awb .divx .dsf .dts .dtshd .dv .eac3 .ec3 .f4a .f4v
    .flv .m2ts .m4a .m4b .m4r .m4v .mk3d .mka .mkv .mlp .mov .mp4 .mpc .mpeg .mpg .mts .mxf .nut .ogm .ogv
    .ogx .oma .qcp .qt .ra .rm .rmvb .shn .spx .tak .thd .tta .vob .vqf .weba .webm .wma .wmv .wtv .wv
"""
FFMPEG_SUFFIXES = frozenset(_FFMPEG.split())
"""Suffixes of the files, videos with sound among them, that are read where there is an ``ffmpeg`` program."""

READABLE_SUFFIXES = SNDFILE_SUFFIXES | FFMPEG_SUFFIXES
"""Suffixes by which recordings, and videos with sound, are found in folders."""


MAX_READ_CHANNELS = 64
MAX_READ_RATE = 6_144_000
"""What a header may promise; beyond it no output could hold the result, and memory would be at its mercy."""


def check_readable(name: str, info: AudioInfo) -> None:
    """Check that a header promises nothing impossible.

    Args:
        name: what messages call the file.
        info: what its header says.

    Raises:
        AudioReadError: it has too many channels, or no possible sample rate.

    Example:
        >>> check_readable("a.wav", AudioInfo(44100, 300, 1, "WAV", "PCM_16"))
        Traceback (most recent call last):
        audiostyle.errors.AudioReadError: a.wav: has 300 channels, and at most 64 are read; extract those \
that you need
    """
    if not 1 <= info.channels <= MAX_READ_CHANNELS:
        limit = f"at most {MAX_READ_CHANNELS} are read; extract those that you need"
        raise AudioReadError(f"{name}: has {info.channels} channels, and {limit}")
    if not LOWEST_RATE <= info.sample_rate <= MAX_READ_RATE:
        problem = f"claims a sample rate of {info.sample_rate} Hz, which no recording has"
        raise AudioReadError(f"{name}: {problem}; is its header damaged?")


def get_format(path: str | Path, format: str | None = None) -> Format:
    """Return the format in which a file is to be written.

    Args:
        path: of the file; its suffix decides.
        format: the name of a format ("flac", "WAV"), which decides in place of the suffix.

    Raises:
        AudioWriteError: the format is not known; the message lists those that are.

    Example:
        >>> get_format("song.mp3").name, get_format("song", "flac").name
        ('MP3', 'FLAC')
    """
    found = FORMATS.get(format.upper()) if format else _BY_SUFFIX.get(Path(path).suffix.lower())
    if found is None:
        asked = f"format {format!r}" if format else f"suffix {Path(path).suffix!r}"
        raise AudioWriteError(f"{path}: cannot write {asked}; use one of {', '.join(_BY_SUFFIX)}")
    return found


def choose_subtype(format: str, like: AudioInfo | None = None) -> str:
    """Return the encoding in which a format keeps a recording without loss, or else its default.

    Args:
        format: the name of a format.
        like: the recording.

    Example:
        >>> studio = AudioInfo(48000, 2, None, "WAV", "PCM_24")
        >>> choose_subtype("AIFF", studio), choose_subtype("OGG", studio), choose_subtype("MP3", studio)
        ('PCM_24', 'VORBIS', 'MPEG_LAYER_III')
        >>> choose_subtype("WAV")
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


def choose_rate(subtype: str, sample_rate: int) -> int:
    """Return the sample rate at which an encoding holds a recording: its own wherever it can.

    Opus alone has so few rates (RFC 6716, section 2) that it is missing the most common one.

    Args:
        subtype: libsndfile's name of the encoding.
        sample_rate: of the recording, in hertz.

    Example:
        >>> choose_rate("OPUS", 44100), choose_rate("OPUS", 11025), choose_rate("VORBIS", 44100)
        (48000, 12000, 44100)
    """
    if subtype != "OPUS":
        return sample_rate
    return min((rate for rate in _OPUS_RATES if rate >= sample_rate), default=_OPUS_RATES[-1])


def count_sample_bytes(subtype: str) -> int:
    """Return the size in bytes of one sample in an uncompressed file.

    Args:
        subtype: libsndfile's name of the encoding.

    Example:
        >>> count_sample_bytes("PCM_24")
        3
    """
    return {"PCM_16": 2, "PCM_24": 3, "PCM_32": 4, "FLOAT": 4, "DOUBLE": 8}.get(subtype, 1)


def check_format(path: str | Path, format: Format, subtype: str, sample_rate: int, channels: int) -> None:
    """Check that a file of a format can hold a recording.

    Args:
        path: of the file, for the message.
        format: one of :data:`FORMATS`.
        subtype: libsndfile's name of the encoding.
        sample_rate: in hertz.
        channels: number of channels.

    Raises:
        AudioWriteError: it cannot; the message says why and what to do.

    Example:
        >>> check_format("a.mp3", FORMATS["MP3"], "MPEG_LAYER_III", 44100, channels=6)
        Traceback (most recent call last):
        audiostyle.errors.AudioWriteError: a.mp3: MP3 holds 1 to 2 channels, not 6; write .wav instead
    """
    name = {"OGG": f"OGG {subtype.title()}", "OPUS": "Opus"}.get(format.name, format.name)
    rates = _OPUS_RATES if subtype == "OPUS" else format.rates
    if subtype not in format.subtypes:
        problem = f"has no subtype {subtype!r}; use one of {', '.join(format.subtypes)}"
    elif not 1 <= channels <= format.max_channels:
        problem = f"holds 1 to {format.max_channels} channels, not {channels}{_name_other(format, channels)}"
    elif rates and sample_rate not in rates:
        known = ", ".join(map(str, rates))
        problem = f"holds only the sample rates {known}, not {sample_rate}; write .wav instead"
    elif not 1 <= sample_rate <= format.max_rate:
        problem = f"holds sample rates up to {format.max_rate}, not {sample_rate}; write .wav instead"
    else:
        return
    raise AudioWriteError(f"{path}: {name} {problem}")


def _name_other(format: Format, channels: int) -> str:
    """Return the advice to write another format, if there is one that holds so many channels."""
    wav = FORMATS["WAV"]
    if channels < 1 or (format is not wav and channels > wav.max_channels):
        return ""
    return "; write fewer" if format is wav or format.name in ("W64", "AIFF") else "; write .wav instead"
