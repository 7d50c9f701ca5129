"""Pictures, and a small untrained model whose levels are inverted by nothing: laws hold for any weights."""

from pathlib import Path

import numpy as np
import pytest
import torch

from audiostyle.image.networks import UNPOOL, Networks
from audiostyle.models.saving import add_encoder, add_part
from audiostyle.models.vgg import LEVELS, Decoder, Encoder, Plan, normalise_activations

PLAN = Plan((6, 8, 10, 12), (2, 2, 1, 1))


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory) -> Path:
    """An untrained backbone with decoders of both kinds, saved as a model folder."""
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("backbones") / "untrained"
    encoder = Encoder(PLAN)
    normalise_activations(encoder, [torch.rand(3, 64, 64)])
    add_encoder(folder, encoder.state_dict(), config={"kind": "vgg"} | PLAN.as_config(), card="# untrained\n")
    for unpool, part in UNPOOL.items():
        tensors = {
            f"{level}.{name}": tensor
            for level in LEVELS
            for name, tensor in Decoder(PLAN, level, unpool=unpool == "max").state_dict().items()
        }
        add_part(folder, part, tensors, config={}, card="# untrained\n")
    return folder


@pytest.fixture(scope="session")
def untrained(model_folder) -> Networks:
    return Networks.from_pretrained(model_folder, device="cpu")


@pytest.fixture
def scene_pair() -> tuple[np.ndarray, np.ndarray]:
    """A content (61, 83, 3) and a style (50, 41, 3) with structure and different colours."""
    rows, columns = np.mgrid[:61, :83]
    content = np.stack([0.5 + 0.4 * np.sin(columns / 7), rows / 61, 0.3 + 0.2 * np.cos(rows / 5)], axis=2)
    rng = np.random.default_rng(0)
    style = rng.random((50, 41, 3)) ** 2 * [0.9, 0.5, 0.2] + [0.1, 0.3, 0.0]
    return content.astype(np.float32), style.astype(np.float32)
