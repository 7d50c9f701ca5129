"""WaveNets in model folders: written there, and what manifests and cards say of them."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from torch import Tensor

from audiostyle.models import zoo
from audiostyle.models.manifest import WeightFile
from audiostyle.models.saving import add_part, half_precision
from audiostyle.models.wavenet.network import WaveNet
from audiostyle.translation.training.wavenet.coded_excerpts import CodedExcerpts
from audiostyle.translation.training.wavenet.compact import TrainedWaveNet


def add_wavenets(model: Path, learned: Mapping[str, TrainedWaveNet]) -> None:
    """Add what was learned to the domains of the model folder ``model``, as further decoders."""
    for name, domain in learned.items():
        beside = zoo.find_model(model).domain(name)
        config = make_decoder_config(domain.network, domain.excerpts, beside=beside)
        tensors, told = half_precision(domain.network), make_card(name, domain)
        add_part(model, f"{name}.wavenet", tensors, config=config, card=told)


def make_card(name: str, learned: TrainedWaveNet) -> str:
    """Return the Markdown card of a domain's WaveNet."""
    minutes = learned.excerpts.seconds / 60
    trained = f"trained on {minutes:.0f} minutes; held out: {learned.loss:.3f} nats a sample"
    return f"# {name}, sample by sample\n\nA WaveNet at 16 kHz, {trained}.\n"


def make_decoder_config(
    network: WaveNet, excerpts: CodedExcerpts, *, beside: WeightFile | None = None
) -> dict[str, Any]:
    """Return what a manifest says of a domain's WaveNet.

    It reads notes ``beside`` the domain's spectral decoder, or without one a latent.
    """
    reads = {"reads": "notes", "beside": beside.sha256} if beside else {"reads": "latent"}
    told = {"rms": round(excerpts.rms, 5), "temperature": 1.0, **asdict(excerpts.companding)}
    return {"kind": "wavenet", **reads, **told, "plan": network.plan.as_config()}


def find_wavenet_weights(model: str, name: str) -> dict[str, Tensor]:
    """Return the weights of a domain's WaveNet."""
    tensors = zoo.load_tensors(zoo.find_model(model).decoder(name, "wavenet"))
    return {part: tensor.float() for part, tensor in tensors.items()}
