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
:mod:`.intervals`     bootstrap intervals of means, and which of several differences hold
:mod:`.pairing`       which files of several folders belong together
:mod:`.validation`    checks of waves and pictures that several metrics share
:mod:`.training`      training of the network that the timbre distance compares sounds by
====================  ====================================================================================

Every metric module opens with its Conventions (units, shapes) and its Metrics, and then has, in this order,
``validate()``, the metrics as functions, and ``evaluate()``, which returns all of them by name.  Equal inputs
have the best score, a silent, empty or flat input warns, a malformed one raises
:class:`~audiostyle.errors.ShapeError`.

A new metric goes into a module of that form, and then gets one row in the table above, its name in both lists
below, one entry in :data:`.metrics.METRICS`, and tests in ``tests/evaluate/`` under the same file name.
"""

from typing import TYPE_CHECKING

from audiostyle.lazy import export_lazily

if TYPE_CHECKING:
    from audiostyle.evaluate.color import gaussian_wasserstein as gaussian_wasserstein
    from audiostyle.evaluate.color import sliced_wasserstein as sliced_wasserstein
    from audiostyle.evaluate.metrics import METRICS as METRICS
    from audiostyle.evaluate.metrics import Metric as Metric
    from audiostyle.evaluate.notes import match_notes as match_notes
    from audiostyle.evaluate.notes import note_f1 as note_f1
    from audiostyle.evaluate.pitches import make_piano_roll as make_piano_roll
    from audiostyle.evaluate.pitches import pitch_distance as pitch_distance
    from audiostyle.evaluate.spectral import log_spectral_distance as log_spectral_distance
    from audiostyle.evaluate.structure import edge_ssim as edge_ssim
    from audiostyle.evaluate.structure import ssim as ssim
    from audiostyle.evaluate.texture import gram_distance as gram_distance
    from audiostyle.evaluate.timbre import timbre_distance as timbre_distance

export_lazily(
    __name__,
    {
        "audiostyle.evaluate.color": ("gaussian_wasserstein", "sliced_wasserstein"),
        "audiostyle.evaluate.metrics": ("METRICS", "Metric"),
        "audiostyle.evaluate.notes": ("match_notes", "note_f1"),
        "audiostyle.evaluate.pitches": ("make_piano_roll", "pitch_distance"),
        "audiostyle.evaluate.spectral": ("log_spectral_distance",),
        "audiostyle.evaluate.structure": ("edge_ssim", "ssim"),
        "audiostyle.evaluate.texture": ("gram_distance",),
        "audiostyle.evaluate.timbre": ("timbre_distance",),
    },
)
