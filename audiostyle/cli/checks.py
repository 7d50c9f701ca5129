"""What ``doctor`` looks at: each check tries the thing itself and says what to do if it does not work."""

import io
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from audiostyle.models import zoo

_REINSTALL = "install audiostyle again into a fresh virtual environment"
_MAKE_CACHE = "set NUMBA_CACHE_DIR to a folder that you may write to: commands on pictures start faster then"

_STORES = {  # protocol → its package
    "s3": "s3fs",
    "gs": "gcsfs",
    "az": "adlfs",
    "sftp": "paramiko",
    "https": "aiohttp",
}


@dataclass(frozen=True)
class Check:
    """One thing that works or does not.

    Attributes:
        name: of the thing.
        ok: whether it works.
        detail: what was found.
        remedy: what to do if it does not work.
        essential: whether nothing works without it.
    """

    name: str
    ok: bool
    detail: str
    remedy: str = ""
    essential: bool = True


def run_checks() -> Iterator[Check]:
    """Yield each check as soon as it is done; none raises, whatever state the installation is in."""
    yield _check_python()
    yield _try("torch", _try_torch, "install a torch that fits this machine: pip install torch")
    yield _try("torchaudio", _try_torchaudio, "install the torchaudio of your torch: pip install torchaudio")
    for codec in ("WAV", "FLAC", "OGG", "MP3"):
        yield _try(codec, partial(_try_codec, codec), "pip install --upgrade soundfile")
    yield _check_ffmpeg()
    yield _try("films", _try_films, "pip install 'audiostyle[video]', to stylize films", essential=False)
    yield _try("page", _try_page, "pip install 'audiostyle[app]', for 'audiostyle app'", essential=False)
    yield _try("clusters", _try_ray, "pip install 'audiostyle[ray]', for --engine ray", essential=False)
    yield _try(
        "stores", _try_stores, "pip install 'audiostyle[remote]', for s3://… and others", essential=False
    )
    for device in ("cuda", "mps"):
        yield _try(device, partial(_try_device, device), "the CPU is used", essential=False)
    yield _try("compiled code", _try_cache, _MAKE_CACHE, essential=False)
    yield _check_store()
    yield from _check_weights()


def _try(name: str, attempt: Callable[[], str], remedy: str, essential: bool = True) -> Check:
    """Make a check of an attempt, which returns what it found, or raises.

    Any exception counts: where a compiled library is broken, it may be any.
    """
    try:
        return Check(name, True, attempt(), essential=essential)
    except Exception as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        return Check(name, False, reason, remedy, essential)


def _check_python() -> Check:
    ok = sys.version_info >= (3, 11)
    return Check(
        "python", ok, f"{platform.python_version()} on {platform.platform()}", "use Python 3.11 or newer"
    )


def _try_torch() -> str:
    import torch

    total = float(torch.ones(3).sum())
    if total != 3.0:
        raise RuntimeError(f"torch {torch.__version__} sums three ones to {total}")
    return f"{torch.__version__}, {torch.get_num_threads()} threads"


def _try_torchaudio() -> str:
    import torch

    from audiostyle.sound.torchaudio_compat import functional

    functional.resample(torch.zeros(1, 64), 2, 1)
    return str(sys.modules["torchaudio"].__version__)


def _try_codec(codec: str) -> str:
    """Write a tenth of a second and read it again, in memory."""
    import numpy as np
    import soundfile

    file = io.BytesIO()
    soundfile.write(file, np.zeros(800, np.float32), 8000, format=codec)
    file.seek(0)
    if soundfile.read(file)[1] != 8000:
        raise RuntimeError(f"{codec} does not survive writing and reading")
    return f"reads and writes (libsndfile {soundfile.__libsndfile_version__})"


def _check_ffmpeg() -> Check:
    program = shutil.which("ffmpeg")
    if program is None:
        remedy = "install ffmpeg to read M4A, AAC and videos; everything else works without"
        return Check("ffmpeg", False, "not found", remedy, essential=False)

    def get_version() -> str:
        result = subprocess.run([program, "-version"], capture_output=True, text=True, timeout=10, check=True)
        return f"{result.stdout.splitlines()[0].split(' Copyright')[0]} ({program})"

    return _try("ffmpeg", get_version, "install ffmpeg again, to read M4A, AAC and videos", essential=False)


def _try_page() -> str:
    """Put the page's server together, without starting it."""
    from importlib.metadata import version

    import audiostyle.app.server
    import audiostyle.serving.running

    assert audiostyle.app.server and audiostyle.serving.running
    return f"starlette {version('starlette')}, uvicorn {version('uvicorn')}"


def _try_ray() -> str:
    """Look whether Ray is there; importing it takes seconds."""
    from importlib.metadata import version
    from importlib.util import find_spec

    if find_spec("ray") is None:
        raise RuntimeError("Ray is not installed")
    return f"ray {version('ray')}"


def _try_stores() -> str:
    """Look which protocols of object stores have what they need."""
    from importlib.metadata import version
    from importlib.util import find_spec

    if find_spec("fsspec") is None:
        raise RuntimeError("fsspec is not installed")
    found = [protocol for protocol, package in _STORES.items() if find_spec(package)]
    able = (
        ", ".join(f"{protocol}://" for protocol in found) or f"without any of {', '.join(_STORES.values())}"
    )
    return f"fsspec {version('fsspec')}, {able}"


def _try_films() -> str:
    """Encode a frame and look for motion in it, in memory."""
    import numpy as np

    from audiostyle.video.flow import estimate_motion, load_opencv
    from audiostyle.video.reading import load_av

    av, cv2 = load_av(), load_opencv()
    with av.open(io.BytesIO(), "w", format="matroska") as output:
        stream = output.add_stream("libx264", rate=25)
        stream.width = stream.height = 32
        output.mux(stream.encode(av.VideoFrame(32, 32, "yuv420p")))
        output.mux(stream.encode(None))
    frame = np.zeros((32, 32, 3), np.uint8)
    estimate_motion(frame, frame)
    return f"read, written and steadied (PyAV {av.__version__}, OpenCV {cv2.__version__})"


def _try_device(device: str) -> str:
    import torch

    available = torch.cuda.is_available() if device == "cuda" else torch.backends.mps.is_available()
    if not available:
        raise RuntimeError("none")
    torch.ones(1, device=device).add_(1).cpu()  # a driver that is too old fails only when used
    return torch.cuda.get_device_name() if device == "cuda" else "available"


def _try_cache() -> str:
    from audiostyle.compilation import describe_cache

    kept, where = describe_cache()
    if not kept:
        raise RuntimeError(f"kept {where}")
    return f"kept in {where}"


def _check_store() -> Check:
    folder = zoo.store_folder()
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    ok = os.access(nearest, os.W_OK) and nearest.is_dir()
    remedy = (
        f"make {nearest} writable, or set AUDIOSTYLE_HOME to a folder that is, to keep models of your own"
    )
    return Check("your models", ok, str(folder), remedy, essential=False)


def _check_weights() -> Iterator[Check]:
    shipped = [path for path in zoo.find_manifests().values() if path.parent == zoo.shipped_folder()]
    if not shipped:
        yield Check("weights", False, f"no model in {zoo.shipped_folder()}", _REINSTALL)
    for path in shipped:
        yield _try(f"model {path.stem}", partial(_try_model, path), _REINSTALL)


def _try_model(path: Path) -> str:
    manifest = zoo.find_model(path)
    damaged = [check.message for check in zoo.verify_model(manifest) if not check.ok]
    if damaged:
        raise RuntimeError("; ".join(damaged))
    return f"version {manifest.version}, {len(manifest.weights())} files match their sha256"
