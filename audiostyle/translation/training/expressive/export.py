"""A trained checkpoint as files that translation can load: pruned, in half precision, with its head apart."""

import json
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from audiostyle.errors import TrainingError
from audiostyle.models.encoder import PitchGridEncoder
from audiostyle.models.frontend import HOP
from audiostyle.models.saving import half_precision
from audiostyle.translation.training.expressive.augmentation import BatchAugmentation
from audiostyle.translation.training.expressive.material import TrainingMaterial
from audiostyle.translation.training.expressive.model import ExpressiveEncoder
from audiostyle.translation.training.expressive.recordings import make_recording
from audiostyle.translation.training.pruning import prune_encoder

_FRAMES, _EXCERPTS = 384, 24  # of the sound by which an encoder is pruned
_SEED = 977  # of that sound


def read_checkpoint(path: Path) -> ExpressiveEncoder:
    """Return the encoder and the head of a checkpoint, with the sizes that its tensors have.

    Raises:
        TrainingError: the file is not such a checkpoint.
    """
    try:
        tensors = {name: tensor.float() for name, tensor in load_file(path).items()}
        channels = tensors["encoder.entry.weight"].shape[0]
        width = tensors["encoder.layers.0.dilated.weight"].shape[0]
        model = ExpressiveEncoder(channels, width, tensors["encoder.pool.weight"].shape[0])
        model.load_state_dict(tensors)
    except (OSError, KeyError, RuntimeError, SafetensorError):
        raise TrainingError(f"{path}: no checkpoint of an expressive encoder") from None
    return model.eval()


def describe_encoder(encoder: PitchGridEncoder) -> dict[str, object]:
    """Return the kind and the sizes of an encoder, as a manifest holds them.

    Example:
        >>> describe_encoder(PitchGridEncoder(4, 2, widths=[4] * 12))["widths"][:2]
        [4, 4]
    """
    return {
        "kind": "pitch-grid",
        "channels": encoder.entry.out_channels,
        "latent": encoder.pool.out_channels,
        "widths": list(encoder.widths),
    }


def export_checkpoint(checkpoint: Path, out: Path, waves: Tensor, tolerance: float) -> dict[str, object]:
    """Prune an encoder and write it.

    Args:
        checkpoint: that :class:`.timed_training.TimedTraining` wrote.
        out: folder that gets ``encoder.safetensors`` (pruned), ``encoder.json`` (its sizes),
            ``head.safetensors``, and ``checkpoint.safetensors``, both unpruned; all in half precision.
        waves: (B, N) at 22,050 Hz by which the encoder is pruned; see :func:`render_waves`.
        tolerance: share of a layer's variance that pruning may lose.

    Returns:
        Kind and sizes of the pruned encoder.

    Raises:
        TrainingError: the file is not such a checkpoint.

    Example:
        >>> try:
        ...     export_checkpoint(Path("gone.safetensors"), Path("out"), torch.zeros(1, 22050), 1e-3)
        ... except TrainingError as error:
        ...     print(error)
        gone.safetensors: no checkpoint of an expressive encoder
    """
    model = read_checkpoint(checkpoint)
    encoder = prune_encoder(model.encoder, waves, tolerance)
    out.mkdir(parents=True, exist_ok=True)
    save_file(half_precision(model), out / "checkpoint.safetensors")
    save_file(half_precision(model.head), out / "head.safetensors")
    save_file(half_precision(encoder), out / "encoder.safetensors")
    config = describe_encoder(encoder)
    (out / "encoder.json").write_text(json.dumps(config) + "\n")
    return config


def render_waves(material: TrainingMaterial) -> Tensor:
    """Return excerpts of new recordings, (24, samples) at 22,050 Hz, half of them augmented."""
    rng = np.random.default_rng(0)
    rows = []
    for number in range(_EXCERPTS):
        wave = make_recording(material, (_SEED, number)).wave
        first = int(rng.integers(0, len(wave) - _FRAMES * HOP))
        rows.append(torch.from_numpy(wave[first : first + (_FRAMES - 1) * HOP].copy()))
    waves = torch.stack(rows)
    plain = waves * (0.1 / waves.square().mean(1, keepdim=True).sqrt().clamp(min=1e-3))
    return torch.cat([plain[::2], BatchAugmentation(torch.device("cpu"), 5)(waves[1::2])])
