"""The registry of encoders and synthesizers: what the ``kind`` of a weight file says, and who loads it.

A manifest gives every weight file a ``kind`` in its configuration.  Each kind has one row here, with the
place of its loader.  A loader's module is imported when the first model of that kind is loaded, so that
translating with spectral decoders never imports WaveNets, nor the compiler (numba) that they need.

A new kind is a module with a loader, and one row here.
"""

import pkgutil
from collections.abc import Callable, Mapping
from typing import cast

import torch

from audiostyle.errors import AudiostyleError, ModelNotFound, did_you_mean
from audiostyle.models.loading import check_sizes
from audiostyle.models.manifest import WeightFile
from audiostyle.translation.encoders import Encoder
from audiostyle.translation.synthesizers import Synthesizer

ENCODERS: Mapping[str, str] = {
    "pitch-grid": "audiostyle.translation.transcription:load_encoder",
    "wave": "audiostyle.translation.wavenet.loading:load_encoder",
}
"""Kind of encoder → its loader, which takes a weight file and a device."""

SYNTHESIZERS: Mapping[str, str] = {
    "spectral": "audiostyle.translation.synthesis:load_synthesizer",
    "wavenet": "audiostyle.translation.wavenet.loading:load_synthesizer",
}
"""Kind of decoder → its loader, which takes a weight file, a device and the domain's entry or None."""

EncoderLoader = Callable[[WeightFile, torch.device], Encoder]
SynthesizerLoader = Callable[[WeightFile, torch.device, WeightFile | None], Synthesizer]


def load_encoder(weights: WeightFile, device: torch.device) -> Encoder:
    """Load a model's encoder.

    Raises:
        ModelNotFound: its file is missing or damaged, or of a kind that this version does not know.

    Example:
        >>> from audiostyle.models import zoo
        >>> encoder = load_encoder(zoo.find_model("universal").encoder, torch.device("cpu"))
        >>> encoder.sample_rate, encoder.finds_notes
        (22050, True)
    """
    kind = weights.config.get("kind", "pitch-grid")
    loader = cast(EncoderLoader, _import_loader(ENCODERS, kind, weights, "encoder"))
    return loader(weights, device)


def load_synthesizer(
    weights: WeightFile, device: torch.device, domain: WeightFile | None = None
) -> Synthesizer:
    """Load a decoder of a domain.

    Args:
        weights: the decoder's.
        device: where to compute; WaveNets stay on the CPU.
        domain: the spectral decoder that some kinds need too: the domain's own, or the one that they name.

    Raises:
        ModelNotFound: the file is missing or damaged, of a kind that this version does not know, or was
            trained with other weights of the domain's spectral decoder.

    Example:
        >>> from audiostyle.models import zoo
        >>> piano = zoo.find_model("universal").domain("piano")
        >>> load_synthesizer(piano, torch.device("cpu")).sample_rate
        44100
    """
    kind = weights.config.get("kind")
    loader = cast(SynthesizerLoader, _import_loader(SYNTHESIZERS, kind, weights, "decoder"))
    return loader(weights, device, domain)


def check_decoder_kind(kind: str | None) -> None:
    """Check that there is such a kind of decoder; None stands for a domain's own one.

    Raises:
        AudiostyleError: there is no such kind.

    Example:
        >>> try:
        ...     check_decoder_kind("wavnet")
        ... except AudiostyleError as error:
        ...     print(error)
        decoder 'wavnet' is unknown, did you mean 'wavenet'?; there are spectral, wavenet
    """
    if kind is not None and kind not in SYNTHESIZERS:
        hint, kinds = did_you_mean(kind, SYNTHESIZERS), ", ".join(SYNTHESIZERS)
        raise AudiostyleError(f"decoder {kind!r} is unknown{hint}; there are {kinds}")


def _import_loader(places: Mapping[str, str], kind: object, weights: WeightFile, role: str) -> object:
    if not isinstance(kind, str) or kind not in places:
        raise ModelNotFound(f"{weights.file}: {role} kind {kind!r} is unknown here; update audiostyle")
    check_sizes(weights)
    return pkgutil.resolve_name(places[kind])
