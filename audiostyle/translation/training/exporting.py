"""WaveNets in model folders: what a manifest says of them."""

from dataclasses import asdict
from typing import Any

from torch import Tensor

from audiostyle.models import zoo
from audiostyle.models.manifest import Weights
from audiostyle.models.wavenet import WaveNet
from audiostyle.translation.training.coded import CodedExcerpts


def decoder_config(
    network: WaveNet, excerpts: CodedExcerpts, *, beside: Weights | None = None
) -> dict[str, Any]:
    """Return what a manifest says of a domain's WaveNet.

    It reads notes ``beside`` the domain's spectral decoder, or without one a latent.
    """
    reads = {"reads": "notes", "beside": beside.sha256} if beside else {"reads": "latent"}
    told = {"rms": round(excerpts.rms, 5), "temperature": 1.0, **asdict(excerpts.companding)}
    return {"kind": "wavenet", **reads, **told, "plan": network.plan.as_config()}


def wavenet_weights(model: str, name: str) -> dict[str, Tensor]:
    """Return the weights of a domain's WaveNet."""
    tensors = zoo.load_tensors(zoo.find(model).decoder(name, "wavenet"))
    return {part: tensor.float() for part, tensor in tensors.items()}
