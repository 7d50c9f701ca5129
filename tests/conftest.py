"""What tests of more than one package use."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

# Fewer than usual: of more than two hundred properties, each is tried again in every run.
settings.register_profile("suite", max_examples=15, deadline=None)
settings.load_profile("suite")

# The fastest to load first; the reserved ones are for tests.
SOUNDFONTS = ("sf2/TimGM6mb.sf2", "sf2/FluidR3_GM.sf2", "sf2/default-GM.sf2", "sf3/default-GM.sf3")


def pytest_configure(config: pytest.Config) -> None:
    """Let each of several processes that test at once compute with one thread; more wait for each other.

    Set here, before they start: where numpy is loaded first, a process goes on with a thread for each core.
    """
    if getattr(config.option, "numprocesses", None):
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        os.environ.setdefault(
            "OMP_WAIT_POLICY", "passive"
        )  # threads without work leave the other process its core


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip tests marked ``gpu`` on machines without one."""
    wanting = [item for item in items if item.get_closest_marker("gpu")]
    if not wanting:
        return
    import torch

    if not torch.cuda.is_available():
        for item in wanting:
            item.add_marker(pytest.mark.skip(reason="needs CUDA"))


@pytest.fixture
def fake_device() -> Iterator[str]:
    """The name of a device that computes on the CPU and refuses to be mixed with it; see `devices.py`."""
    import devices

    with devices.fake_device() as name:
        yield name


@pytest.fixture
def logged() -> list[dict]:
    """A log: ``log=logged.append``."""
    return []


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory) -> Path:
    """An untrained backbone with decoders of both kinds, saved as a model folder."""
    import torch

    from audiostyle.models.autoencoder import UNPOOL
    from audiostyle.models.saving import add_encoder, add_part
    from audiostyle.models.vgg import LEVELS, VGGConfig, VGGDecoder, VGGEncoder, normalize_activations

    plan = VGGConfig((6, 8, 10, 12), (2, 2, 1, 1))
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("backbones") / "untrained"
    encoder = VGGEncoder(plan)
    normalize_activations(encoder, [torch.rand(3, 64, 64)])
    add_encoder(folder, encoder.state_dict(), config={"kind": "vgg"} | plan.as_config(), card="# untrained\n")
    for unpool, part in UNPOOL.items():
        tensors = {
            f"{level}.{name}": tensor
            for level in LEVELS
            for name, tensor in VGGDecoder(plan, level, unpool=unpool == "max").state_dict().items()
        }
        add_part(folder, part, tensors, config={}, card="# untrained\n")
    return folder


@pytest.fixture(scope="session")
def soundfont() -> Path:
    """A General MIDI soundfont.  Without one or without FluidSynth the test is skipped; on CI it fails."""
    found = [path for path in (Path("/usr/share/sounds", name) for name in SOUNDFONTS) if path.is_file()]
    if not found or shutil.which("fluidsynth") is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("needs fluidsynth and fluid-soundfont-gm")
    return found[0]


@pytest.fixture(scope="session")
def make_notes() -> Callable[..., np.ndarray]:
    """``make_notes((onset, offset, pitch), …, velocity=100)``: rows of ``NOTE_DTYPE`` sorted by onset."""
    from audiostyle.music.notes import NOTE_DTYPE

    def make(*notes: tuple[float, float, int], velocity: int = 100) -> np.ndarray:
        rows = [(onset, offset, pitch, velocity, 0) for onset, offset, pitch in notes]
        return np.sort(np.array(rows, dtype=NOTE_DTYPE), order=["onset", "pitch"])

    return make
