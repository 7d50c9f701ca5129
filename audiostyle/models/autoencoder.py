"""An encoder and the decoders that invert its levels, loaded for inference: of pictures or spectrograms."""

from pathlib import Path
from typing import ClassVar, Self

import torch

from audiostyle.errors import ModelNotFound
from audiostyle.models import zoo
from audiostyle.models.device import probe
from audiostyle.models.loading import N, check_sizes, explain_misfits, load_weights
from audiostyle.models.manifest import Manifest, WeightFile
from audiostyle.models.torch_settings import own_settings
from audiostyle.models.vgg import VGGConfig, VGGDecoder, VGGEncoder

UNPOOL = {"max": "unpooling", "nearest": "upsampling"}
"""How a decoder enlarges → the part of a model that holds such decoders."""


class Autoencoder:
    """An encoder and its decoders, which are loaded when they are first needed.

    A subclass says which kind of model it loads.

    Attributes:
        channels: of what is encoded: three of a picture, four of a spectrogram.
        what: how messages call such a model.
        default: name of the shipped one.
        remedy: what else to do where a model is missing, for messages.
        trainer: the command that makes missing decoders, for messages.
        encoder: the encoder, on ``device``, without gradients.
        manifest: of the model.
        device: where the networks compute.

    Example:
        >>> class PictureAutoencoder(Autoencoder):
        ...     channels, what, default = 3, "a backbone for pictures", "photo"
        ...     remedy, trainer = "another method needs none", "audiostyle train image-decoders"
        >>> networks = PictureAutoencoder.from_pretrained(device="cpu")
        >>> features, poolings = networks.encoder(torch.rand(1, 3, 20, 30), level=2)
        >>> networks.decoder(2, "max")(features, poolings).shape
        torch.Size([1, 3, 20, 30])
    """

    channels: ClassVar[int]
    what: ClassVar[str]
    default: ClassVar[str]
    remedy: ClassVar[str]
    trainer: ClassVar[str]

    def __init__(self, encoder: VGGEncoder, manifest: Manifest, device: torch.device) -> None:
        self.encoder, self.manifest, self.device = encoder, manifest, device
        self._decoders: dict[tuple[str, int], VGGDecoder] = {}

    @classmethod
    @own_settings()
    def from_pretrained(cls, name_or_path: str | Path | None = None, *, device: str = "auto") -> Self:
        """Load a model by name, folder or manifest file; None is the shipped one.

        Raises:
            ModelNotFound: there is none, a file is damaged, or it is a model of another kind.
            AudiostyleError: the device is not usable here.
        """
        try:
            manifest = zoo.find_model(name_or_path or cls.default)
        except ModelNotFound as error:
            raise ModelNotFound(f"{error}; {cls.remedy}") from None
        where = probe(device)
        encoder = load_weights(VGGEncoder(cls._read_config(manifest.encoder)), manifest.encoder)
        return cls(_prepare_inference(encoder, where), manifest, where)

    @classmethod
    def of(cls, backbone: "str | Path | Autoencoder", device: str = "auto") -> Self:
        """Return the autoencoder itself where one is given, else load that of a name or folder."""
        if isinstance(backbone, Autoencoder):
            return backbone  # type: ignore[return-value]  # of the kind that the caller asks for
        return cls.from_pretrained(backbone, device=device)

    def decoder(self, level: int, unpool: str) -> VGGDecoder:
        """Return the decoder of reluN_1 that enlarges by ``unpool``, ``"max"`` or ``"nearest"``.

        Raises:
            ModelNotFound: the model has no such decoders, or their file is damaged.
        """
        if (unpool, level) not in self._decoders:
            part = UNPOOL[unpool]
            if part not in self.manifest.parts:
                raise ModelNotFound(
                    f"model {self.manifest.name!r} has no decoders that enlarge by {unpool!r}; train them "
                    f"with '{self.trainer}'"
                )
            decoder = VGGDecoder(self.encoder.config, level, unpool=unpool == "max")
            load_weights(decoder, self.manifest.parts[part], f"{level}.")
            self._decoders[unpool, level] = _prepare_inference(decoder, self.device)
        return self._decoders[unpool, level]

    @classmethod
    def _read_config(cls, weights: WeightFile) -> VGGConfig:
        """Return the encoder's sizes; raises ModelNotFound where it encodes something else."""
        config = None
        if weights.config.get("kind") == "vgg":
            check_sizes(weights)
            with explain_misfits(weights.file):
                config = VGGConfig.from_config(weights.config)
        if config is None or config.channels != cls.channels:
            raise ModelNotFound(f"{weights.file}: not {cls.what}; choose a model such as {cls.default!r}")
        return config


def _prepare_inference(network: N, device: torch.device) -> N:
    return network.eval().requires_grad_(False).to(device)
