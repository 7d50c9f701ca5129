"""The networks behind PhotoWCT, WCT and AdaIN: a backbone and the decoders that invert its levels."""

from pathlib import Path

from audiostyle.models import autoencoder as autoencoders
from audiostyle.models.device import probe
from audiostyle.models.vgg import VGGEncoder
from audiostyle.models.vgg_files import read_vgg

DEFAULT = "photo"
"""The backbone that comes with the package: a compact VGG trained on photographs."""

VGG_FILES = (".pth", ".h5")
"""Suffixes of a VGG's own files, which need not be models."""


class PictureAutoencoder(autoencoders.Autoencoder):
    """A backbone for RGB pictures with its decoders, loaded for inference.

    Example:
        >>> PictureAutoencoder.from_pretrained("photo", device="cpu").encoder.config.channels
        3
    """

    channels = 3
    what = "a backbone for pictures"
    default = DEFAULT
    remedy = "the methods reinhard, mkl and idt need none"
    trainer = "audiostyle train image-decoders"


def load_encoder(backbone: str | Path | PictureAutoencoder, device: str = "auto") -> VGGEncoder:
    """Load the encoder of a backbone, or a VGG's own file, without gradients of its weights.

    Args:
        backbone: the name or folder of a model, one that is loaded, or a VGG's ``.pth`` or ``.h5``.
        device: where it computes.

    Raises:
        ModelNotFound: there is none.
        AudiostyleError: the device is not usable here.

    Example:
        >>> load_encoder("photo", "cpu").config.widths
        (48, 48, 96, 192)
    """
    if isinstance(backbone, str | Path) and Path(backbone).suffix in VGG_FILES:
        return read_vgg(backbone).eval().requires_grad_(False).to(probe(device))
    return PictureAutoencoder.of(backbone, device).encoder
