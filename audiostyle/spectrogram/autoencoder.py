"""The networks behind WCT on spectrograms."""

from audiostyle.models import autoencoder as autoencoders


class SpectrogramAutoencoder(autoencoders.Autoencoder):
    """Autoencoders of decibel maps, see :mod:`audiostyle.spectrogram.log_spectrogram`."""

    colours = 4
    what = "an autoencoder of spectrograms"
    default = "spectrogram"
    remedy = "the methods musaicing, gram and complex-wct need none"
    trainer = "audiostyle train spectrogram"
