"""The autoencoder whose features WCT on spectrograms transforms."""

from audiostyle.models import autoencoder as autoencoders


class SpectrogramAutoencoder(autoencoders.Autoencoder):
    """An encoder of log-spectrograms and a decoder for each of its levels, loaded from a model folder.

    Its input is what :class:`~audiostyle.spectrogram.log_spectrogram.LogSpectrogram` makes of a spectrum.
    """

    channels = 4
    what = "an autoencoder of spectrograms"
    default = "spectrogram"
    remedy = "the methods musaicing, gram and complex-wct need none"
    trainer = "audiostyle train spectrogram"
