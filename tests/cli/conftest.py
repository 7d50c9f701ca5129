"""The command run in this process or as a program, with a tiny model and a fake translator."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import soundfile
import tomli_w
from safetensors.numpy import save

from audiostyle.cli.app import run as run_app
from audiostyle.models import zoo

FAKES = Path(__file__).parent / "fakes"
SOURCES = Path(__file__).parents[2]
sys.path.insert(0, str(FAKES))
collect_ignore = ["fakes"]  # its sitecustomize is for the processes that tests start, not for pytest's own


class Result(NamedTuple):
    code: int
    out: str
    err: str


def write_model(folder: Path, name: str) -> None:
    """A model folder with an encoder and the domains piano and organ, each of four numbers."""
    folder.mkdir(parents=True, exist_ok=True)

    def weights(part: str) -> dict:
        data = save({"weight": np.arange(4, dtype=np.float32)})
        (folder / f"{name}.{part}.safetensors").write_bytes(data)
        (folder / f"{name}.{part}.md").write_text(f"# Card of {part}\n")
        file, card = f"{name}.{part}.safetensors", f"{name}.{part}.md"
        return {"file": file, "card": card, "sha256": hashlib.sha256(data).hexdigest()}

    ranges = {"piano": (21, 108, "grand piano"), "organ": (36, 96, "church organ")}
    domains = {
        part: weights(part)
        | {
            "lowest": low,
            "highest": high,
            "sounds_like": words,
            "measured": {"lsd_db": 5.1},
            "config": {"kind": "spectral"},
        }
        for part, (low, high, words) in ranges.items()
    }
    head = {"name": name, "version": "1", "license": "Apache-2.0", "summary": "a model for tests"}
    (folder / f"{name}.toml").write_text(
        tomli_w.dumps({**head, "encoder": weights("encoder"), "domains": domains})
    )


@pytest.fixture(autouse=True)
def workplace(tmp_path, monkeypatch):
    """An empty current folder; the model "universal" is shipped, "tiny" is the user's own."""
    write_model(tmp_path / "weights", "universal")
    write_model(tmp_path / "home" / "models" / "tiny", "tiny")
    monkeypatch.setattr(zoo, "shipped_folder", lambda: tmp_path / "weights")
    monkeypatch.setenv("AUDIOSTYLE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(FAKES), str(SOURCES)]))
    import fake_translator

    monkeypatch.setitem(sys.modules, "audiostyle.translation.translator", fake_translator)
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


SHIPPED = zoo.shipped_folder()


@pytest.fixture
def real_models(monkeypatch):
    """Models are those of the package."""
    monkeypatch.setattr(zoo, "shipped_folder", lambda: SHIPPED)


@pytest.fixture
def audiostyle(capfd):
    """Run the command in this process: ``audiostyle("domains").out``."""

    def call(*arguments: object) -> Result:
        capfd.readouterr()
        code = run_app([str(argument) for argument in arguments])
        return Result(int(code), *capfd.readouterr())

    return call


@pytest.fixture
def program():
    """Run the command as a program of its own; "universal" is not shipped there, so name ``--model tiny``."""

    def call(*arguments: object, stdin: bytes = b"", **settings) -> subprocess.CompletedProcess:
        command = [sys.executable, "-m", "audiostyle", *map(str, arguments)]
        return subprocess.run(command, input=stdin, capture_output=True, timeout=300, **settings)

    return call


@pytest.fixture
def song():
    """Write a recording of noise: ``song("a/b.wav", seconds=0.3)``."""

    def write(path: str | Path, seconds: float = 0.2, rate: int = 8000, channels: int = 1) -> Path:
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        noise = np.random.default_rng(0).uniform(-0.5, 0.5, (int(seconds * rate), channels))
        soundfile.write(path, noise, rate)
        return path

    return write


@pytest.fixture
def picture():
    """Write a picture of noise around a color: ``picture("in/a.png", 20, 30)``."""

    from audiostyle.image.io.files import PictureFile, write_picture

    def make(path: str | Path, height: int = 20, width: int = 30, color=(0.6, 0.4, 0.3), **kept) -> Path:
        path = Path(path)
        noise = np.random.default_rng(len(path.name)).uniform(-0.2, 0.2, (height, width, 3))
        write_picture(path, PictureFile((noise + color).astype(np.float32), **kept))
        return path

    return make


@pytest.fixture
def style(picture):
    return picture("style.jpg", 16, 12, color=(0.2, 0.5, 0.7))
