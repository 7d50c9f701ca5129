"""Style transfer on spectrograms: the methods for pictures, carried over to sound, beside the strong classic.

=====================  ==================================================================================
:mod:`.transfer`       one door to all methods, for waves and for files
:mod:`.methods`        the methods there are, and their options
:mod:`.musaicing`      the content laid out in frames of the style: :mod:`.templates` (the frames),
                       :mod:`.activations` (which sound when), :mod:`.filtering` (on the way there)
:mod:`.gram`           Gram optimisation: :mod:`.views` (what is seen), :mod:`.features` (by which network),
                       :mod:`.objective`
:mod:`.reference`      Gram optimisation as first published
:mod:`.wct`            the style's means and covariances (:mod:`.texture`, by :mod:`.bands`) given to features
                       of an autoencoder (:mod:`.networks`) of :mod:`.decibels`; :mod:`.smoothing`
:mod:`.complex_wct`    the same for :mod:`.patches` of the complex spectrum; :mod:`.cascade`, both
:mod:`.profile`        a style as a small file
:mod:`.scene`          what every method starts from, and what a method is; :mod:`.average` spectra and
                       :mod:`.excerpts` of the content
:mod:`.performing`     a recording through a method, in :mod:`.stretches`
:mod:`.plot`           content, style and result as spectrograms
:mod:`.training`       the autoencoder, trained
=====================  ==================================================================================
"""

from typing import TYPE_CHECKING

from audiostyle.lazy import export_lazily

if TYPE_CHECKING:
    from audiostyle.spectrogram.methods import METHODS
    from audiostyle.spectrogram.transfer import TransferReport, transfer, transfer_file

__all__ = ["METHODS", "TransferReport", "transfer", "transfer_file"]

export_lazily(
    __name__,
    {
        "METHODS": "audiostyle.spectrogram.methods",
        "TransferReport": "audiostyle.spectrogram.transfer",
        "transfer": "audiostyle.spectrogram.transfer",
        "transfer_file": "audiostyle.spectrogram.transfer",
    },
)
