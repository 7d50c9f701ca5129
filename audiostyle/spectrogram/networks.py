"""The networks behind WCT on spectrograms."""

from audiostyle.models import autoencoders


class Networks(autoencoders.Networks):
    """Autoencoders of decibel maps, see :mod:`audiostyle.spectrogram.decibels`."""

    colours = 4
    what = "an autoencoder of spectrograms"
    default = "spectrogram"
    remedy = "the methods musaicing, gram and complex-wct need none"
    trainer = "audiostyle train spectrogram"
