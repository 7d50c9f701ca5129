"""The networks behind PhotoWCT, WCT and AdaIN: a backbone and the decoders that invert its levels."""

from audiostyle.models import autoencoder as autoencoders

DEFAULT = "photo"


class PictureAutoencoder(autoencoders.Autoencoder):
    """Backbones for pictures in RGB."""

    colours = 3
    what = "a backbone for pictures"
    default = DEFAULT
    remedy = "the methods reinhard, mkl and idt need none"
    trainer = "audiostyle train image-decoders"
