"""The networks behind PhotoWCT, WCT and AdaIN: a backbone and the decoders that invert its levels."""

from audiostyle.models import autoencoder as autoencoders

DEFAULT = "photo"
"""The backbone that comes with the package: a compact VGG trained on photographs."""


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
