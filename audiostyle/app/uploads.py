"""Files that come in: bounded, named, looked at."""

import shutil
import time
import unicodedata
from collections.abc import AsyncIterator
from pathlib import Path, PurePosixPath

from audiostyle.app.limits import Limits
from audiostyle.app.sessions import Kind, Session, Upload, remove
from audiostyle.errors import AudiostyleError
from audiostyle.serving.requests import Refused

_LONGEST = 150  # bytes of a name: file systems take 255, and results are called after it
_LONGEST_SUFFIX = 10  # letters
_PIXELS = 60_000_000  # of a picture: what two cores stylize in minutes


async def receive_upload(
    session: Session, kind: Kind, name: str, size: int, chunks: AsyncIterator[bytes], limits: Limits
) -> Upload:
    """Store a file as it comes; what breaks off leaves nothing.

    Args:
        session: whose it is.
        kind: what it is to be.
        name: what the browser calls it.
        size: bytes that were announced; the most that there may be, if none were.
        chunks: its bytes.
        limits: of the server; who calls has bounded the bytes.

    Raises:
        Refused: there is no room.
    """
    session.make_room(size, limits.session, limits.files)
    if shutil.disk_usage(session.folder).free < size + limits.spare:
        raise Refused(507, "the disk of the server is full; try again later")
    key, folder = session.make_folder()
    path = folder / clean_name(name)
    session.expected += size  # of all that come at the same time, there must be room for each
    try:
        with path.open("wb") as file:
            async for chunk in chunks:
                file.write(chunk)
                session.seen = time.monotonic()  # who takes an hour for a file is not gone
    except BaseException:
        remove(folder)
        raise
    finally:
        session.expected -= size
    return Upload(key, kind, path)


def inspect_upload(upload: Upload) -> Upload:
    """Return an upload with what the page is told about it.

    Raises:
        Refused: it is not what it was to be; it is removed, and the reason is a sentence.
    """
    try:
        about = _inspect_sound(upload.path) if upload.kind == "sound" else _inspect_picture(upload.path)
    except AudiostyleError as error:
        remove(upload.path.parent)
        raise Refused(422, hide_folder(str(error), upload.path.parent)) from None
    return Upload(upload.id, upload.kind, upload.path, about)


def clean_name(name: str) -> str:
    """Return what a file is called on the disk: like the user's, and harmless.

    Example:
        >>> clean_name("../../etc/Für Elise?.wav"), clean_name(".."), clean_name("a\\x00/.b\\n.mp3")
        ('Für Elise?.wav', 'file', 'b.mp3')
    """
    last = PurePosixPath(unicodedata.normalize("NFC", name).replace("\\", "/")).name
    plain = "".join(letter for letter in last if letter.isprintable() and letter != "/").lstrip(". ")
    plain = plain.encode("utf-8", "ignore").decode()
    stem, dot, suffix = plain.rpartition(".")
    if not dot:
        return _shorten(plain) or "file"
    return f"{_shorten(stem)}.{suffix[:_LONGEST_SUFFIX]}"


def _shorten(text: str) -> str:
    """Return as many whole letters as the disk takes."""
    return text.encode()[:_LONGEST].decode("utf-8", "ignore")


def hide_folder(message: str, folder: Path) -> str:
    """Return a message with files called as the user calls them."""
    return message.replace(f"{folder}/", "")


def _inspect_sound(path: Path) -> dict[str, object]:
    from audiostyle.sound.reading import AudioReader

    with AudioReader(path) as reader:
        info = reader.info
        next(iter(reader.blocks(4096)))
    seconds = info.frames / info.sample_rate if info.frames else info.seconds
    return {"seconds": seconds, "channels": info.channels, "sample_rate": info.sample_rate}


def _inspect_picture(path: Path) -> dict[str, object]:
    from audiostyle.image.io.files import read_picture

    height, width, _ = read_picture(path, max_pixels=_PIXELS).pixels.shape
    return {"width": width, "height": height}
