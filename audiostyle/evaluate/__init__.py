"""Objective measures: how far a result is from the truth, and how much of the content is still in it.

====================  ====================================================================================
:mod:`.spectral`      two recordings of one length: log-spectral distance
:mod:`.timbre`        two recordings of any music: distance of their timbres
:mod:`.notes`         two performances: F-measure of their notes
:mod:`.pitches`       two piano rolls: distance of the pitches that sound
:mod:`.structure`     two pictures of one size: SSIM, and SSIM of their edges
:mod:`.colour`        two pictures of any sizes: 2-Wasserstein distances of their colours
:mod:`.texture`       two sets of feature maps: distance of their Gram matrices
====================  ====================================================================================

Each module opens with its conventions (units, shapes) and its metrics.  An identical pair has the best score,
a silent, empty or flat one warns, a malformed one raises :class:`~audiostyle.errors.ShapeError`.
"""

from audiostyle.evaluate.color import gaussian_wasserstein, sliced_wasserstein
from audiostyle.evaluate.notes import match_notes, note_f1
from audiostyle.evaluate.pitches import pitch_distance
from audiostyle.evaluate.spectral import log_spectral_distance
from audiostyle.evaluate.structure import edge_ssim, ssim
from audiostyle.evaluate.texture import gram_distance
from audiostyle.evaluate.timbre import timbre_distance

__all__ = [
    "edge_ssim",
    "gaussian_wasserstein",
    "gram_distance",
    "log_spectral_distance",
    "match_notes",
    "note_f1",
    "pitch_distance",
    "sliced_wasserstein",
    "ssim",
    "timbre_distance",
]
