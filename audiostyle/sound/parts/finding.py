"""Which kind of file something is, by its first bytes, and what is in it; joined files included."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import IO

from audiostyle.sound.parts.au import survey_au
from audiostyle.sound.parts.chunks import find_grammar, find_joint
from audiostyle.sound.parts.flac import find_flac, survey_flac
from audiostyle.sound.parts.mpeg import survey_mpeg
from audiostyle.sound.parts.mpeg_frames import read_header, read_id3_size
from audiostyle.sound.parts.ogg import survey_ogg
from audiostyle.sound.parts.riff import survey_chunks
from audiostyle.sound.parts.survey import Survey, remark_on_joints

_MOST_PARTS = 1000


def survey_file(file: IO[bytes]) -> Survey:
    """Find out what the bytes of a file prove about the sound in it.

    Args:
        file: open for reading; its position changes.

    Returns:
        Its recordings, one after the other; none where the format is not one of WAV, RF64, W64, AIFF, CAF,
        8SVX, AU, FLAC, Ogg and MPEG audio.

    Example:
        >>> import io
        >>> survey_file(io.BytesIO(b"no sound"))
        Survey(parts=(), as_it_is=True, remarks=(), family='')
    """
    size = file.seek(0, os.SEEK_END)
    surveys = list(_survey_all(file, size))
    found = [survey for survey in surveys if survey.parts]
    if not found:
        return surveys[0] if surveys else Survey()
    parts = tuple(part for survey in found for part in survey.parts)
    remarks = [remark for survey in found for remark in survey.remarks]
    if len(found) > 1:
        remarks.append(remark_on_joints(len(parts)))
    return Survey(parts, len(found) == 1 and found[0].as_it_is, tuple(remarks), found[0].family)


def _survey_all(file: IO[bytes], size: int) -> Iterator[Survey]:
    """Yield what is found in each of the files that were joined; mostly that is one."""
    position = 0
    for _ in range(_MOST_PARTS):
        if position >= size:
            return
        survey, position = _survey_one(file, position, size)
        yield survey


def _survey_one(file: IO[bytes], base: int, size: int) -> tuple[Survey, int]:
    """Return what is found at a position, and where something else may begin."""
    start = _skip_id3(file, base, size)
    file.seek(start)
    head = file.read(40)
    if find_grammar(head):
        return survey_chunks(file, start, size)
    if head[:4] in (b".snd", b"dns."):
        return survey_au(file, start, size)
    if head[:4] == b"fLaC":
        following = next(iter(find_flac(file, start + 8, size)), size)
        survey = survey_flac(file, start, following)
        if (survey.remarks or not survey.parts) and (joint := find_joint(file, start, following)):
            return survey_flac(file, start, joint), joint
        return survey, following
    if head[:4] == b"OggS":
        return survey_ogg(file, start, size), size
    if start > base or read_header(head[:4]):
        return survey_mpeg(file, base, size), size
    return Survey(), size


def _skip_id3(file: IO[bytes], position: int, size: int) -> int:
    """Return where the tags end that are put before any kind of file."""
    while True:
        file.seek(position)
        length = read_id3_size(file.read(10))
        if not length or position + length > size:
            return position
        position += length
