"""Results in the format that is wanted."""

from pathlib import Path

from audiostyle.errors import AudiostyleError
from audiostyle.sound.formats import choose_subtype
from audiostyle.sound.reading import AudioReader
from audiostyle.sound.writing import AudioWriter

FORMATS = {"flac": "FLAC", "wav": "WAV", "mp3": "MP3", "ogg": "Ogg"}
"""Suffix of what can be downloaded → what it is called."""

_BLOCK = 65_536  # frames


def convert(source: Path, suffix: str) -> Path:
    """Return a recording in another format, beside the first one; it is made once.

    Args:
        source: a recording.
        suffix: one of :data:`FORMATS`.

    Raises:
        AudiostyleError: the format cannot hold it, or there is no such format.
    """
    if suffix not in FORMATS:
        raise AudiostyleError(f"there is no format {suffix} here; choose one of {', '.join(FORMATS)}")
    if source.suffix == f".{suffix}":
        return source
    out = source.with_suffix(f".{suffix}")
    if not out.exists():
        with AudioReader(source) as reader:
            info = reader.info
            subtype = choose_subtype(FORMATS[suffix].upper(), info)
            tags = reader.read_tags()
            with AudioWriter(out, info.sample_rate, info.channels, subtype=subtype, tags=tags) as writer:
                for block in reader.blocks(_BLOCK):
                    writer.write(block)
    return out


def copy_for_listening(source: Path, out: Path) -> None:
    """Write a recording as FLAC, which every browser plays, of the same rate, channels and length.

    Raises:
        AudioReadError: it cannot be read.
        AudioWriteError: FLAC cannot hold it.
    """
    with AudioReader(source) as reader:
        info = reader.info
        with AudioWriter(
            out, info.sample_rate, info.channels, subtype=choose_subtype("FLAC", info)
        ) as writer:
            for block in reader.blocks(_BLOCK):
                writer.write(block)
