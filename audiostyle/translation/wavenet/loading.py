"""Weight files of WaveNets: the decoder kind ``wavenet``, the encoder kind ``wave``, and linear prediction.

A WaveNet that reads notes makes what linear prediction leaves over (:mod:`.lpc`), and the prediction comes
from the domain's spectral decoder.  So its configuration says under ``requires`` which weights of that
decoder it was trained with, by their sha256.
"""

from collections.abc import Mapping
from typing import Any

import torch

from audiostyle.errors import ModelNotFound
from audiostyle.models import zoo
from audiostyle.models.loading import explain_misfits, load_weights
from audiostyle.models.manifest import WeightFile
from audiostyle.models.wavenet.encoder import WaveEncoder
from audiostyle.models.wavenet.network import WaveNet
from audiostyle.models.wavenet.sampling.sampler import Sampler
from audiostyle.translation import synthesis as spectral
from audiostyle.translation.wavenet.companding import Companding
from audiostyle.translation.wavenet.conditioning import HOP, WIDTH
from audiostyle.translation.wavenet.latents import LatentEncoder
from audiostyle.translation.wavenet.lpc import LinearPredictor
from audiostyle.translation.wavenet.synthesis import WaveNetSynthesizer


def load_encoder(weights: WeightFile, device: torch.device) -> LatentEncoder:
    """Load an encoder of the kind ``wave``.

    Raises:
        ModelNotFound: the file is missing or damaged, or does not fit its configuration.
    """
    sizes = {name: size for name, size in weights.config.items() if name != "kind"}
    with explain_misfits(weights.file):
        network = WaveEncoder(**sizes)
    return LatentEncoder(load_weights(network, weights).eval().to(device))


def load_synthesizer(
    weights: WeightFile, device: torch.device, domain: WeightFile | None = None
) -> WaveNetSynthesizer:
    """Load a decoder of the kind ``wavenet``.

    Args:
        weights: the WaveNet's.
        device: not used: sample by sample, nothing is as fast as the CPU.
        domain: the entry of the domain, whose spectral decoder a WaveNet that reads notes requires.

    Raises:
        ModelNotFound: the file is missing or damaged, does not fit its configuration, or requires other
            weights of the spectral decoder.
    """
    config: Mapping[str, Any] = weights.config
    with explain_misfits(weights.file):
        network_config: Mapping[str, Any] = config["network"]
        reads_notes = config["reads"] == "notes"
        if reads_notes and (network_config["condition"], network_config["hop"]) != (WIDTH, HOP):
            raise ValueError("it reads another conditioning")
        required = str(config["requires"]) if reads_notes else None
        companding = Companding(float(config["gain"]))
        rms, temperature = float(config["rms"]), float(config["temperature"])
    predictor = _load_required_predictor(weights, required, domain) if required else None
    network = WaveNet.from_config(network_config, zoo.load_tensors(weights), weights.file)
    sampler = Sampler(network.requires_grad_(False))
    return WaveNetSynthesizer(sampler, companding, predictor, rms, temperature)


def load_predictor(domain: WeightFile) -> LinearPredictor:
    """Return the linear prediction that a domain's spectral decoder gives.

    Raises:
        ModelNotFound: the decoder's file is missing or damaged, or does not fit its configuration.

    Example:
        >>> piano = zoo.find_model("universal").domain("piano")
        >>> load_predictor(piano).decoder.training
        False
    """
    return LinearPredictor(spectral.load_synthesizer(domain, torch.device("cpu")).decoder)


def _load_required_predictor(
    weights: WeightFile, required: str, domain: WeightFile | None
) -> LinearPredictor:
    if domain is None or domain.sha256 != required:
        raise ModelNotFound(
            f"{weights.file}: it requires another version of the domain's spectral decoder; train it again"
        )
    return load_predictor(domain)
