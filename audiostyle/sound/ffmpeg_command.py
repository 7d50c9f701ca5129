"""How ``ffmpeg`` and ``ffprobe`` are called: without a shell, and without a way to anything but the one file.

A file that calls itself a song may be a playlist, a list of parts or a session description, which name other
files and addresses.  So only containers that hold their sound themselves may be opened (a list of formats),
by no protocol but the one for files, and with a bound on what ffmpeg allocates at once.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

FORMATS = (
    "3dostr,aa,aac,aax,ac3,act,adx,aea,aiff,alaw,amr,amrnb,amrwb,apc,ape,aptx,aptx_hd,asf,asf_o,ast,au,avi,bit,brstm,"
    "caf,codec2,daud,dcstr,dsf,dss,dts,dtshd,dv,eac3,epaf,flac,flv,g722,g723_1,g726,g726le,g729,gsm,gxf,hca,iff,"
    "ilbc,ircam,kux,live_flv,lmlm4,loas,matroska,mca,mlp,mov,mp3,mpc,mpc8,mpeg,mpegts,mpegvideo,msf,mtaf,mxf,"
    "nistsphere,nut,ogg,oma,paf,pva,pvf,qcp,rm,rso,sbc,sdr2,sds,shn,sln,sol,sox,spdif,svs,swf,tak,truehd,"
    "tta,vag,voc,vqf,w64,wav,webm,wsaud,wsd,wtv,wv,wve,xa,xvag,xwma"
)
"""The containers that ffmpeg may open: those that hold sound, and name no other file."""

LARGEST_ALLOCATION = 1 << 30
"""Bytes that ffmpeg may allocate at once, whatever a header promises."""

PROBE_SECONDS = 60
"""After this time ffprobe is ended: it reads the beginning of a file."""

_OPENING = ("-protocol_whitelist", "file,subfile,pipe", "-format_whitelist", FORMATS)


def is_installed() -> bool:
    """Return whether there is an ``ffmpeg`` program in the PATH.

    Example:
        >>> is_installed() in (True, False)
        True
    """
    return shutil.which("ffmpeg") is not None


def name_input(path: Path, stretch: tuple[int, int] | None = None) -> str:
    """Return what ffmpeg is told to open.

    ``file:`` keeps names such as ``-x``, ``a:b`` or ``concat:x`` from being read as options or protocols.

    Args:
        path: of the file.
        stretch: where in the file to begin and to end, in bytes; None is the whole file.

    Example:
        >>> name_input(Path("/a:b.m4a")), name_input(Path("/a.m4a"), (100, 200))
        ('file:/a:b.m4a', 'subfile,,start,100,end,200,,:file:/a.m4a')
    """
    part = "" if stretch is None else f"subfile,,start,{stretch[0]},end,{stretch[1]},,:"
    return f"{part}file:{path.absolute()}"


def start_ffmpeg(
    url: str, output: Sequence[str], log: IO[bytes], stdin: IO[bytes] | None
) -> subprocess.Popen[bytes]:
    """Start ffmpeg on one input; what it makes comes out of its ``stdout``.

    Args:
        url: from :func:`name_input`.
        output: options of the output.
        log: where its messages go, a line each, errors only.
        stdin: what it may open as ``/dev/fd/0``.

    Raises:
        OSError: it cannot be started.
    """
    return subprocess.Popen(
        [
            *("ffmpeg", "-nostdin", "-hide_banner", "-nostats", "-loglevel", "level+error"),
            *("-max_alloc", str(LARGEST_ALLOCATION), *_OPENING, "-i", url, *output, "pipe:1"),
        ],
        stdin=stdin or subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=log,
    )


def probe(url: str, stdin: IO[bytes] | None = None) -> dict[str, Any]:
    """Return what ffprobe says about a file: its streams, its format, their tags; nothing without ffprobe.

    Args:
        url: from :func:`name_input`.
        stdin: what it may open as ``/dev/fd/0``.
    """
    if shutil.which("ffprobe") is None:
        return {}
    command = ["ffprobe", "-hide_banner", "-v", "error", "-max_alloc", str(LARGEST_ALLOCATION), *_OPENING]
    command += ["-show_streams", "-show_format", "-of", "json", url]
    try:
        done = subprocess.run(
            command,
            stdin=stdin or subprocess.DEVNULL,
            capture_output=True,
            timeout=PROBE_SECONDS,
            check=False,
        )
        found = json.loads(done.stdout or b"{}")
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def read_picture(url: str, index: int, stdin: IO[bytes] | None = None) -> bytes:
    """Return the picture that is a track of a file, as it is stored there; nothing if it cannot be had.

    Args:
        url: from :func:`name_input`.
        index: ffmpeg's number of the track.
        stdin: what it may open as ``/dev/fd/0``.
    """
    command = [
        "ffmpeg",
        "-nostdin",
        "-v",
        "error",
        "-max_alloc",
        str(LARGEST_ALLOCATION),
        *_OPENING,
        "-i",
        url,
    ]
    command += ["-map", f"0:{index}", "-frames:v", "1", "-codec", "copy", "-f", "image2pipe", "pipe:1"]
    source = stdin or subprocess.DEVNULL
    try:
        done = subprocess.run(command, stdin=source, capture_output=True, timeout=PROBE_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return b""
    return done.stdout if done.returncode == 0 else b""
