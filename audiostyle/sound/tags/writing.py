"""Tags into a file that libsndfile has written, as far as its format has a place for them."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

from audiostyle.sound.tags.flac_blocks import view_with_flac_tags
from audiostyle.sound.tags.id3 import build_id3
from audiostyle.sound.tags.ogg_pages import write_ogg_with_tags
from audiostyle.sound.tags.riff_chunks import append_chunk_tags
from audiostyle.sound.tags.tags import DEFAULT_MASKS, MOST_BYTES, Tags

_HOLDS_TEXTS = ("WAV", "FLAC", "OGG", "MP3", "AIFF")


def write_tags(path: Path, format: str, tags: Tags) -> None:
    """Write tags into a finished file, through a copy beside it where something must move.

    Args:
        path: of the file.
        format: libsndfile's name of its container.
        tags: what it is to say.

    Raises:
        OSError: there is no room.
    """
    if format in ("WAV", "WAVEX", "AIFF"):
        with path.open("r+b") as file:
            append_chunk_tags(file, tags)
        return
    if format not in ("FLAC", "OGG", "MP3"):
        return
    copy = path.with_name(f"{path.stem}t{path.suffix}")
    try:
        with path.open("rb") as file, copy.open("wb") as out:
            if format == "FLAC":
                shutil.copyfileobj(view_with_flac_tags(file, tags), out, 1 << 20)
            elif format == "OGG":
                write_ogg_with_tags(file, out, tags)
            else:
                out.write(build_id3(tags))
                shutil.copyfileobj(file, out, 1 << 20)
        os.replace(copy, path)
    finally:
        copy.unlink(missing_ok=True)


def select_tags(tags: Tags, format: str, channels: int) -> tuple[Tags, str]:
    """Return the tags for which a format has a place, and what the others are, for a message.

    Args:
        tags: what is to be written.
        format: libsndfile's name of the container.
        channels: of the file.

    Example:
        >>> tags = Tags((("TITLE", "Song"),), chunks=((b"cue ", b""),))
        >>> select_tags(tags, "FLAC", 2)[1], select_tags(tags, "W64", 2)[1]
        ('cue points', 'title, cue points')
    """
    kept, lost = tags, {}
    if format not in _HOLDS_TEXTS:
        kept, lost = Tags(), {"texts": True, "pictures": True, "chunks": True}
    elif format != "WAV":
        kept, lost = replace(kept, chunks=()), {"chunks": True}
    if sum(len(picture.data) for picture in kept.pictures) > MOST_BYTES // 2:
        kept, lost = replace(kept, pictures=()), {**lost, "pictures": True}
    usual = tags.mask == DEFAULT_MASKS.get(channels)
    if channels <= 2 or (format not in ("WAV", "FLAC") and not (format == "OGG" and usual)):
        kept = replace(kept, mask=None)
        lost |= {"mask": channels > 2}
    elif format != "WAV" and usual:
        kept = replace(kept, mask=None)  # it is what the format means anyway
    return kept, tags.describe(**lost)
