"""WaveNets in model folders: weights, configuration and card."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from audiostyle.errors import TrainingError
from audiostyle.models import zoo
from audiostyle.models.loading import select_tensors
from audiostyle.models.manifest import WeightFile
from audiostyle.models.saving import add_part, half_precision
from audiostyle.models.wavenet.network import WaveNet
from audiostyle.translation.training.wavenet.coded_excerpts import CodedExcerpts
from audiostyle.translation.training.wavenet.compact import TrainedWaveNet
from audiostyle.translation.wavenet.loading import FILTERS
from audiostyle.translation.wavenet.lpc import LinearPredictor


def add_wavenets(model: Path, trained: Mapping[str, TrainedWaveNet]) -> None:
    """Add trained WaveNets to the domains of a model folder, as further decoders.

    Args:
        model: the folder; it has the domains already, with the spectral decoders that were trained with.
        trained: by domain.

    Raises:
        UnknownDomain: the model lacks one of the domains.
        TrainingError: the folder cannot be written.

    Example:
        >>> import tempfile, soundfile, torch
        >>> import numpy as np
        >>> from audiostyle.models.saving import add_domain
        >>> from audiostyle.models.wavenet.network import WaveNetConfig
        >>> model = Path(tempfile.mkdtemp(), "mine")
        >>> about = {"sounds_like": "noise", "lowest": 21, "highest": 108, "card": "# Noise"}
        >>> _ = add_domain(model, "noise", {"weight": torch.zeros(2)}, config={"kind": "spectral"}, **about)
        >>> audio = model / "noise.wav"
        >>> soundfile.write(audio, np.random.default_rng(0).uniform(-0.1, 0.1, 16000), 16000)
        >>> excerpts = CodedExcerpts([(audio, None)], frames=40, hop=100)
        >>> network = WaveNet(WaveNetConfig(1, 2, channels=4, skips=4, condition=3, hop=100))
        >>> add_wavenets(model, {"noise": TrainedWaveNet(network, excerpts, loss=5.5)})
        >>> zoo.find_model(model).kinds("noise")
        ['spectral', 'wavenet']
    """
    for name, domain in trained.items():
        spectral = zoo.find_model(model).domain(name)
        config = make_decoder_config(domain.network, domain.excerpts, requires=spectral)
        tensors, card = half_precision(domain.network), make_card(name, domain)
        add_part(model, f"{name}.wavenet", tensors, config=config, card=card)


def add_timed_wavenet(training: Path, model: Path, *, temperature: float = 1.0) -> WeightFile:
    """Add what :mod:`.timed_training` trained to a model folder, as a further decoder of its domain.

    Args:
        training: folder of ``final.safetensors`` and ``log.json``.
        model: a folder with a manifest that has the domain.
        temperature: of the distributions that samples are drawn from.

    Returns:
        The weight file.

    Raises:
        TrainingError: ``training`` holds no such files, or the folder cannot be written.
    """
    try:
        log = json.loads((training / "log.json").read_text())
        tensors = load_file(training / "final.safetensors")
        name, losses = str(log["domain"]), [row["held_out"] for row in log["rows"] if "held_out" in row]
        config = {
            "kind": "wavenet",
            "reads": "notes",
            "rms": log["rms"],
            "temperature": temperature,
            "gain": log["gain"],
            "network": log["network"],
        }
        config |= {"requires": log["requires"], **log["filters"]} if log["filters"] else {"order": 0}
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        raise TrainingError(f"{training}: holds no training of a WaveNet ({error})") from None
    loss = f"; held out: {losses[-1]:.3f} nats a sample" if losses else ""
    card = (
        f"# {name}, sample by sample\n\nA WaveNet at 16 kHz, trained on {log['minutes']:.0f} minutes{loss}.\n"
    )
    part = f"{name}.wavenet"
    return add_part(model, part, tensors, config=config, card=card).parts[part]


def make_card(name: str, trained: TrainedWaveNet) -> str:
    """Return the Markdown card of a domain's WaveNet."""
    minutes = trained.excerpts.seconds / 60
    return (
        f"# {name}, sample by sample\n\nA WaveNet at 16 kHz, trained on {minutes:.0f} minutes; "
        f"held out: {trained.loss:.3f} nats a sample.\n"
    )


def make_decoder_config(
    network: WaveNet, excerpts: CodedExcerpts, *, requires: WeightFile | None = None
) -> dict[str, object]:
    """Return the configuration of a domain's WaveNet for a manifest.

    Args:
        network: the WaveNet.
        excerpts: that it was trained on.
        requires: the domain's spectral decoder, which a WaveNet that reads notes was trained with; None for
            one that reads a latent.
    """
    reads: dict[str, object] = {"reads": "latent"}
    if requires:
        reads = {"reads": "notes", "requires": requires.sha256, **_describe_filters(excerpts.prediction)}
    levels = {"rms": round(excerpts.rms, 5), "temperature": 1.0, **asdict(excerpts.companding)}
    return {"kind": "wavenet", **reads, **levels, "network": network.config.as_config()}


def _describe_filters(prediction: LinearPredictor | None) -> dict[str, object]:
    """Return the filters that :func:`~audiostyle.translation.wavenet.loading.load_predictor` made."""
    if prediction is None:
        return {"order": 0}
    values = prediction.order, prediction.spread, prediction.floor, prediction.partials.shape[1]
    return dict(zip(FILTERS, values, strict=True))


def find_wavenet_weights(model: str, name: str) -> dict[str, Tensor]:
    """Return the weights of a domain's WaveNet in a model, in single precision.

    Args:
        model: name or folder of the model.
        name: of the domain.

    Returns:
        Name → tensor (float32), of its own shape.

    Raises:
        ModelNotFound: there is no such model, or the domain has no WaveNet.
        UnknownDomain: the model has no such domain.

    Example:
        >>> find_wavenet_weights("universal", "piano")["head.logits.bias"].shape
        torch.Size([256])
    """
    return select_tensors(zoo.find_model(model).decoder(name, "wavenet"))
