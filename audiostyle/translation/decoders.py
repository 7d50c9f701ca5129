"""Kinds of decoders: what a domain's ``config.kind`` names, and how each is loaded.

Another kind plugs in here: anything with :attr:`rms` and :meth:`play` is a decoder.
"""

from collections.abc import Iterator
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from audiostyle.errors import ModelNotFound
from audiostyle.models import zoo
from audiostyle.models.decoder import SpectralDecoder
from audiostyle.models.manifest import Domain
from audiostyle.models.phase import PhaseTable
from audiostyle.translation.performance import Performance
from audiostyle.translation.playing import Player
from audiostyle.translation.stretches import Segment


class Decoder(Protocol):
    """What plays a performance in the sound of a domain."""

    @property
    def rms(self) -> float:
        """The level of the domain's recordings, and so of what it plays."""

    def play(
        self, performance: Performance, samples: int, seed: int = 0, segment: Segment | None = None
    ) -> Iterator[np.ndarray]:
        """Yield ``samples`` samples at 44.1 kHz as mono blocks (n,)."""


def load_decoder(domain: Domain, device: torch.device) -> Decoder:
    """Load the decoder of a domain.

    Raises:
        ModelNotFound: its file is damaged, or of a kind that this version does not know.
    """
    config = dict(domain.config)
    kind = config.pop("kind", None)
    if kind not in _KINDS:
        raise ModelNotFound(f"{domain.file}: decoder kind {kind!r} is unknown here; update audiostyle")
    return _KINDS[kind](domain, config, device)


def decoder_parts(domain: Domain) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """Return the tensors of a spectral domain's decoder and of its phase table, in single precision."""
    tensors = zoo.load_tensors(domain)
    decoder, phases = (
        {name.removeprefix(part): t.float() for name, t in tensors.items() if name.startswith(part)}
        for part in ("decoder.", "phases.")
    )
    return decoder, phases


def _load_spectral(domain: Domain, config: dict, device: torch.device) -> Player:
    try:
        rms = float(config.pop("rms"))
        decoder, phases = SpectralDecoder(**config), PhaseTable()
        for module, tensors in zip((decoder, phases), decoder_parts(domain), strict=True):
            module.load_state_dict(tensors)
    except (RuntimeError, TypeError, KeyError):
        raise ModelNotFound(f"{domain.file}: the weights do not fit their configuration") from None
    return Player(decoder.eval().to(device), phases, rms)


_KINDS = {"spectral": _load_spectral}
