"""Weight files of WaveNets: the decoder kind ``wavenet``, the encoder kind ``wave``, and linear prediction.

A WaveNet that reads notes may make what linear prediction leaves over (:mod:`.lpc`), and the prediction comes
from the domain's spectral decoder.  Then its configuration says under ``requires`` which weights of that
decoder it was trained with, by their sha256, and under the names of :data:`FILTERS` what filters it was
trained with; with an ``order`` of 0, there are none.
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
from audiostyle.translation.wavenet.conditioning import BENT_WIDTH, HOP, WIDTH
from audiostyle.translation.wavenet.latents import LatentEncoder
from audiostyle.translation.wavenet.lpc import FLOOR, ORDER, LinearPredictor
from audiostyle.translation.wavenet.partials import measure_partials
from audiostyle.translation.wavenet.synthesis import WaveNetSynthesizer

FILTERS = ("order", "spread", "floor", "partials")
"""What :func:`load_predictor` takes, as a configuration holds it."""

_FORMER: Mapping[str, Any] = {"spread": 0, "floor": FLOOR, "partials": None}  # of WaveNets that do not say


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
        reads_notes, width = config["reads"] == "notes", network_config["condition"]
        if reads_notes and (width not in (WIDTH, BENT_WIDTH) or network_config["hop"] != HOP):
            raise ValueError("it reads another conditioning")
        filtered = reads_notes and config.get("order") != 0
        required = str(config["requires"]) if filtered else None
        filters = dict(_FORMER) | {name: config[name] for name in FILTERS if name in config}
        companding = Companding(float(config["gain"]))
        rms, temperature = float(config["rms"]), float(config["temperature"])
    predictor = _load_required_predictor(weights, required, domain, filters) if required else None
    network = WaveNet.from_config(network_config, zoo.load_tensors(weights), weights.file)
    sampler = Sampler(network.requires_grad_(False))
    bends = reads_notes and width == BENT_WIDTH
    return WaveNetSynthesizer(sampler, companding, predictor, rms, temperature, bends=bends)


def load_predictor(
    domain: WeightFile,
    *,
    order: int = ORDER,
    spread: int = 1,
    floor: float = 1e-9,
    partials: int | None = 4,
) -> LinearPredictor:
    """Return the linear prediction that a domain's spectral decoder gives.

    White noise through the filters of the defaults came nearest to a piano and a string section
    (``benchmarks/wavenet_filters.py``).

    Args:
        domain: the decoder's weights.
        order: samples of the past that predict the next one.
        spread: frames to either side whose power is averaged with a frame's own.
        floor: power of the white noise that filters always count with.
        partials: lines of every key, where the domain has them (:mod:`.partials`); None has them at exact
            multiples.

    Raises:
        ModelNotFound: the decoder's file is missing or damaged, or does not fit its configuration.

    Example:
        >>> piano = zoo.find_model("universal").domain("piano")
        >>> load_predictor(piano).decoder.training
        False
    """
    synthesizer = spectral.load_synthesizer(domain, torch.device("cpu"))
    if partials is None:
        return LinearPredictor(synthesizer.decoder, order, spread, floor)
    lines = measure_partials(synthesizer.phases, partials)
    return LinearPredictor(synthesizer.decoder, order, spread, floor, lines)


def _load_required_predictor(
    weights: WeightFile, required: str, domain: WeightFile | None, filters: Mapping[str, Any]
) -> LinearPredictor:
    if domain is None or domain.sha256 != required:
        raise ModelNotFound(
            f"{weights.file}: it requires another version of the domain's spectral decoder; train it again"
        )
    return load_predictor(domain, **filters)
