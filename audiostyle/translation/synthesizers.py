"""Kinds of decoders: what a domain's ``config.kind`` names, and how each is loaded.

Another kind plugs in here: anything with the attributes and the method of :class:`Synthesizer` is one.  A WaveNet
that reads notes needs the domain's spectral decoder too, and the very one beside which it was trained.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from audiostyle.errors import AudiostyleError, ModelNotFound, did_you_mean
from audiostyle.models import zoo
from audiostyle.models.manifest import WeightFile
from audiostyle.models.phase_table import PhaseTable
from audiostyle.models.spectral_decoder import SpectralDecoder
from audiostyle.models.wavenet.network import WaveNet
from audiostyle.models.wavenet.sampling.sampler import Sampler
from audiostyle.music.performance import Performance
from audiostyle.translation.segments import SegmentLength
from audiostyle.translation.synthesis import SpectralSynthesizer
from audiostyle.translation.wavenet.companding import Companding
from audiostyle.translation.wavenet.conditioning import HOP, WIDTH
from audiostyle.translation.wavenet.lpc import LinearPredictor
from audiostyle.translation.wavenet.synthesis import WaveNetSynthesizer

_KINDS = ("spectral", "wavenet")


class Synthesizer(Protocol):
    """What plays a performance in the sound of a domain."""

    @property
    def rms(self) -> float:
        """The level of the domain's recordings, and so of what it plays."""

    @property
    def sample_rate(self) -> int:
        """Of what it plays, in hertz."""

    def play(
        self,
        performance: Performance,
        samples: int,
        seed: int = 0,
        segment: SegmentLength | None = None,
        progress: Callable[[float], None] | None = None,
    ) -> Iterator[np.ndarray]:
        """Yield ``samples`` samples as mono blocks (n,); tell ``progress`` the seconds made since before."""


def check_kind(kind: str | None) -> None:
    """Raise AudiostyleError where there is no such kind of decoder; None is a domain's first one."""
    if kind is not None and kind not in _KINDS:
        raise AudiostyleError(
            f"decoder {kind!r} is unknown{did_you_mean(kind, _KINDS)}; there are {', '.join(_KINDS)}"
        )


def load_synthesizer(
    weights: WeightFile, device: torch.device, beside: WeightFile | None = None
) -> Synthesizer:
    """Load a decoder of a domain; ``beside`` is the domain's first one.

    Raises:
        ModelNotFound: its file is damaged, or of a kind that this version does not know; or it needs another
            version of the one beside it.
    """
    config = dict(weights.config)
    kind = config.pop("kind", None)
    if kind == "spectral":
        return _load_spectral(weights, config, device)
    if kind == "wavenet":
        return _load_wavenet(weights, config, beside)
    raise ModelNotFound(f"{weights.file}: decoder kind {kind!r} is unknown here; update audiostyle")


def split_decoder_tensors(domain: WeightFile) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """Return the tensors of a spectral domain's decoder and of its phase table, in single precision."""
    tensors = zoo.load_tensors(domain)
    decoder, phases = (
        {name.removeprefix(part): t.float() for name, t in tensors.items() if name.startswith(part)}
        for part in ("decoder.", "phases.")
    )
    return decoder, phases


def _load_spectral(domain: WeightFile, config: dict[str, Any], device: torch.device) -> SpectralSynthesizer:
    try:
        rms = float(config.pop("rms"))
        decoder, phases = SpectralDecoder(**config), PhaseTable()
        for module, tensors in zip((decoder, phases), split_decoder_tensors(domain), strict=True):
            module.load_state_dict(tensors)
    except (RuntimeError, TypeError, KeyError):
        raise ModelNotFound(f"{domain.file}: the weights do not fit their configuration") from None
    return SpectralSynthesizer(decoder.eval().to(device), phases, rms)


def _load_wavenet(
    weights: WeightFile, config: dict[str, Any], beside: WeightFile | None
) -> WaveNetSynthesizer:
    """On the CPU in any case: sample by sample, nothing else is as fast."""
    try:
        plan: Mapping[str, Any] = config["plan"]
        reads_notes = config["reads"] == "notes"
        if reads_notes and (plan["condition"], plan["hop"]) != (WIDTH, HOP):
            raise ValueError("another code")
        needed = str(config["beside"]) if reads_notes else None
        companding = Companding(float(config["gain"]))
        rms, temperature = float(config["rms"]), float(config["temperature"])
    except (KeyError, TypeError, ValueError):
        raise ModelNotFound(f"{weights.file}: the weights do not fit their configuration") from None
    prediction = _load_required_predictor(weights, needed, beside) if needed else None
    network = WaveNet.from_config(plan, zoo.load_tensors(weights), weights.file)
    sampler = Sampler(network.requires_grad_(False))
    return WaveNetSynthesizer(sampler, companding, prediction, rms, temperature)


def _load_required_predictor(weights: WeightFile, needed: str, beside: WeightFile | None) -> LinearPredictor:
    if beside is None or beside.sha256 != needed:
        raise ModelNotFound(
            f"{weights.file}: it was trained beside another version of the domain's decoder; train it again"
        )
    return load_predictor(beside)


def load_predictor(domain: WeightFile) -> LinearPredictor:
    """Return what a domain's spectral decoder predicts."""
    config = {name: size for name, size in domain.config.items() if name != "kind"}
    return LinearPredictor(_load_spectral(domain, config, torch.device("cpu")).decoder)
