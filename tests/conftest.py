"""What tests of more than one room use."""

from collections.abc import Iterator
from pathlib import Path

import pytest


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
def told() -> list[dict]:
    """A log: ``log=told.append``."""
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
