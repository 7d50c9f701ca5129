"""Style transfer on spectrograms: the methods for pictures, carried over to sound, beside the strong classic.

=====================  ==================================================================================
:mod:`.transfer`       one door to all methods, for waves and for files
:mod:`.methods`        the methods there are, and their options
:mod:`.musaicing`      the content laid out in frames of the style: :mod:`.templates` (the frames),
                       :mod:`.activations` (which sound when), :mod:`.filtering` (on the way there)
:mod:`.gram`           Gram optimisation: :mod:`.features` (of which network), :mod:`.objective`
:mod:`.reference`      Gram optimisation as first published
:mod:`.scene`          what every method starts from, and what a method is; :mod:`.average` spectra
:mod:`.performing`     a recording through a method, in :mod:`.stretches`
:mod:`.plot`           content, style and result as spectrograms
=====================  ==================================================================================
"""

from audiostyle.spectrogram.methods import METHODS
from audiostyle.spectrogram.transfer import Report, transfer, transfer_file

__all__ = ["METHODS", "Report", "transfer", "transfer_file"]
