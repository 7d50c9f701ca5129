"""Objective metrics: how far a result is from the truth, and how much of the content is still in it.

====================  ====================================================================================
:mod:`.metrics`       the registry: every metric with what it compares and its best score
:mod:`.spectral`      two recordings of one length: log-spectral distance
:mod:`.timbre`        two recordings of any music: distance of their timbres
:mod:`.notes`         two sets of notes: F-measure of onsets and pitches
:mod:`.pitches`       two piano rolls: distance of the pitches that sound
:mod:`.structure`     two pictures of one size: SSIM, and SSIM of their edges
:mod:`.color`         two pictures of any sizes: 2-Wasserstein distances of their colors
:mod:`.texture`       two sets of feature maps: distance of their Gram matrices
:mod:`.validation`    checks of waves and pictures that several metrics share
:mod:`.training`      the network of the timbre distance
====================  ====================================================================================

Every metric module opens with its Conventions (units, shapes) and its Metrics, and then has, in this order,
``validate()``, the metrics as functions, and ``evaluate()``, which returns all of them by name.  Equal inputs
have the best score, a silent, empty or flat input warns, a malformed one raises
:class:`~audiostyle.errors.ShapeError`.

A new metric goes into a module of that form, and then gets one row in the table above, one in
:data:`.metrics.METRICS`, one name in ``__all__``, and tests in ``tests/evaluate/`` under the same file name.
"""

from typing import TYPE_CHECKING

from audiostyle.lazy import export_lazily

if TYPE_CHECKING:
    from audiostyle.evaluate.color import gaussian_wasserstein, sliced_wasserstein
    from audiostyle.evaluate.metrics import METRICS, Metric
    from audiostyle.evaluate.notes import match_notes, note_f1
    from audiostyle.evaluate.pitches import make_piano_roll, pitch_distance
    from audiostyle.evaluate.spectral import log_spectral_distance
    from audiostyle.evaluate.structure import edge_ssim, ssim
    from audiostyle.evaluate.texture import gram_distance
    from audiostyle.evaluate.timbre import timbre_distance

__all__ = [
    "METRICS",
    "Metric",
    "edge_ssim",
    "gaussian_wasserstein",
    "gram_distance",
    "log_spectral_distance",
    "make_piano_roll",
    "match_notes",
    "note_f1",
    "pitch_distance",
    "sliced_wasserstein",
    "ssim",
    "timbre_distance",
]

_HOMES = {
    "audiostyle.evaluate.color": ("gaussian_wasserstein", "sliced_wasserstein"),
    "audiostyle.evaluate.metrics": ("METRICS", "Metric"),
    "audiostyle.evaluate.notes": ("match_notes", "note_f1"),
    "audiostyle.evaluate.pitches": ("make_piano_roll", "pitch_distance"),
    "audiostyle.evaluate.spectral": ("log_spectral_distance",),
    "audiostyle.evaluate.structure": ("edge_ssim", "ssim"),
    "audiostyle.evaluate.texture": ("gram_distance",),
    "audiostyle.evaluate.timbre": ("timbre_distance",),
}
export_lazily(__name__, {name: home for home, names in _HOMES.items() for name in names})
