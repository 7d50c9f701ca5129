"""An encoder and the decoders that invert its levels, loaded: of pictures, or of spectrograms."""

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Self, TypeVar

import torch
from torch import Tensor

from audiostyle.errors import ModelNotFound
from audiostyle.models import zoo
from audiostyle.models.device import probe
from audiostyle.models.manifest import Manifest, WeightFile
from audiostyle.models.vgg import VGGConfig, VGGDecoder, VGGEncoder

M = TypeVar("M", VGGEncoder, VGGDecoder)

UNPOOL = {"max": "unpooling", "nearest": "upsampling"}
"""How a decoder enlarges → the part of a model that holds such decoders."""


class Autoencoder:
    """An encoder and its decoders, loaded when first needed, for inference only.

    Attributes:
        colours: channels of what is encoded.
        what: how messages call such a model.
        default: the shipped one's name.
        remedy: what else to do where a model is missing.
        trainer: the command that makes missing decoders.
    """

    colours: ClassVar[int]
    what: ClassVar[str]
    default: ClassVar[str]
    remedy: ClassVar[str]
    trainer: ClassVar[str]

    def __init__(self, encoder: VGGEncoder, manifest: Manifest, device: torch.device) -> None:
        self.encoder, self.manifest, self.device = encoder, manifest, device
        self._decoders: dict[tuple[str, int], VGGDecoder] = {}

    @classmethod
    def from_pretrained(cls, name_or_path: str | Path | None = None, *, device: str = "auto") -> Self:
        """Load a model by name, folder or manifest; unless told, the shipped one.

        Raises:
            ModelNotFound: there is none, a file is damaged, or it is a model of another kind.
            AudiostyleError: the device does not exist here.
        """
        try:
            manifest = zoo.find_model(name_or_path or cls.default)
        except ModelNotFound as error:
            raise ModelNotFound(f"{error}; {cls.remedy}") from None
        where = probe(device)
        encoder = _fill(VGGEncoder(cls._plan(manifest.encoder)), manifest.encoder, "")
        return cls(_prepare_inference(encoder, where), manifest, where)

    @classmethod
    def of(cls, backbone: "str | Path | Autoencoder", device: str = "auto") -> Self:
        """Return networks that are loaded already, or those of a name or folder."""
        if isinstance(backbone, Autoencoder):
            return backbone  # type: ignore[return-value]  # of the kind that the caller asks for
        return cls.from_pretrained(backbone, device=device)

    def decoder(self, level: int, unpool: str) -> VGGDecoder:
        """Return the decoder of reluN_1 that enlarges by ``unpool``, ``"max"`` or ``"nearest"``."""
        if (unpool, level) not in self._decoders:
            part = UNPOOL[unpool]
            if part not in self.manifest.parts:
                raise ModelNotFound(
                    f"model {self.manifest.name!r} has no decoders that enlarge by {unpool!r}; train them "
                    f"with '{self.trainer}'"
                )
            weights = self.manifest.parts[part]
            decoder = VGGDecoder(self.encoder.plan, level, unpool=unpool == "max")
            self._decoders[unpool, level] = _prepare_inference(
                _fill(decoder, weights, f"{level}."), self.device
            )
        return self._decoders[unpool, level]

    @classmethod
    def _plan(cls, weights: WeightFile) -> VGGConfig:
        plan = VGGConfig.from_config(weights.config) if weights.config.get("kind") == "vgg" else None
        if plan is None or plan.colours != cls.colours:
            raise ModelNotFound(f"{weights.file}: not {cls.what}; choose a model such as {cls.default!r}")
        return plan


def _fill(module: M, weights: WeightFile, prefix: str) -> M:
    stored: Mapping[str, Tensor] = zoo.load_tensors(weights)
    own = {
        name.removeprefix(prefix): tensor.float()
        for name, tensor in stored.items()
        if name.startswith(prefix)
    }
    try:
        module.load_state_dict(own)
    except RuntimeError:
        raise ModelNotFound(f"{weights.file}: the weights do not fit their configuration") from None
    return module


def _prepare_inference(module: M, device: torch.device) -> M:
    return module.eval().requires_grad_(False).to(device)
