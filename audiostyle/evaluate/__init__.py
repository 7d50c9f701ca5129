"""Objective metrics: how far a result is from the truth, and how much of the content is still in it.

====================  ====================================================================================
:mod:`.metrics`       the registry: every metric with what it compares and its best score
:mod:`.spectral`      two recordings of one length: log-spectral distance
:mod:`.timbre`        two recordings of any music: distance of their timbres
:mod:`.notes`         two sets of notes: F-measure of onsets and pitches
:mod:`.pitches`       two piano rolls: distance of the pitches that sound
:mod:`.chroma`        two recordings of any length: distance of their harmonies
:mod:`.curves`        two recordings of one length: correlation of their levels and of their melodies
:mod:`.frechet`       two sets of embeddings: Fréchet distance, extrapolated, with an interval
:mod:`.structure`     two pictures of one size: SSIM, and SSIM of their edges
:mod:`.color`         two pictures of any sizes: 2-Wasserstein distances of their colors
:mod:`.contrast`      a result, its content and its style: haze and harshness at three scales
:mod:`.halos`         two pictures of one size: rims along edges, turned gradients in skies
:mod:`.palette`       two pictures of any sizes: distance of the few colors that they are made of
:mod:`.art`           a result, its content and its style: both parts in one number
:mod:`.texture`       two sets of feature maps: distance of their Gram matrices
:mod:`.warping`       two films of one shape: what changes along the motion
:mod:`.intervals`     bootstrap intervals of means, and which of several differences hold
:mod:`.pairing`       which files of several folders belong together
:mod:`.measures`      metrics of files by short names, and what each compares a result with
:mod:`.items`         one item: every system by every measure
:mod:`.corpora`       whole folders: every system on every item, intervals, comparisons
:mod:`.plots`         the picture of that
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
    from audiostyle.evaluate.art import art_distance as art_distance
    from audiostyle.evaluate.chroma import chroma_distance as chroma_distance
    from audiostyle.evaluate.color import gaussian_wasserstein as gaussian_wasserstein
    from audiostyle.evaluate.color import sliced_wasserstein as sliced_wasserstein
    from audiostyle.evaluate.contrast import contrast_ratio as contrast_ratio
    from audiostyle.evaluate.curves import loudness_correlation as loudness_correlation
    from audiostyle.evaluate.curves import pitch_correlation as pitch_correlation
    from audiostyle.evaluate.frechet import estimate_frechet_distance as estimate_frechet_distance
    from audiostyle.evaluate.frechet import extrapolated_frechet_distance as extrapolated_frechet_distance
    from audiostyle.evaluate.frechet import frechet_distance as frechet_distance
    from audiostyle.evaluate.halos import gradient_reversals as gradient_reversals
    from audiostyle.evaluate.halos import halo_ratio as halo_ratio
    from audiostyle.evaluate.intervals import compare_systems as compare_systems
    from audiostyle.evaluate.intervals import estimate_mean as estimate_mean
    from audiostyle.evaluate.metrics import METRICS as METRICS
    from audiostyle.evaluate.metrics import Metric as Metric
    from audiostyle.evaluate.notes import match_notes as match_notes
    from audiostyle.evaluate.notes import note_f1 as note_f1
    from audiostyle.evaluate.palette import palette_distance as palette_distance
    from audiostyle.evaluate.pitches import make_piano_roll as make_piano_roll
    from audiostyle.evaluate.pitches import pitch_distance as pitch_distance
    from audiostyle.evaluate.spectral import log_spectral_distance as log_spectral_distance
    from audiostyle.evaluate.structure import edge_ssim as edge_ssim
    from audiostyle.evaluate.structure import ssim as ssim
    from audiostyle.evaluate.texture import gram_distance as gram_distance
    from audiostyle.evaluate.timbre import timbre_distance as timbre_distance
    from audiostyle.evaluate.warping import warping_error as warping_error

export_lazily(
    __name__,
    {
        "audiostyle.evaluate.art": ("art_distance",),
        "audiostyle.evaluate.chroma": ("chroma_distance",),
        "audiostyle.evaluate.curves": (
            "loudness_correlation",
            "pitch_correlation",
        ),
        "audiostyle.evaluate.frechet": (
            "estimate_frechet_distance",
            "extrapolated_frechet_distance",
            "frechet_distance",
        ),
        "audiostyle.evaluate.intervals": (
            "compare_systems",
            "estimate_mean",
        ),
        "audiostyle.evaluate.palette": ("palette_distance",),
        "audiostyle.evaluate.color": ("gaussian_wasserstein", "sliced_wasserstein"),
        "audiostyle.evaluate.contrast": ("contrast_ratio",),
        "audiostyle.evaluate.halos": ("gradient_reversals", "halo_ratio"),
        "audiostyle.evaluate.metrics": ("METRICS", "Metric"),
        "audiostyle.evaluate.notes": ("match_notes", "note_f1"),
        "audiostyle.evaluate.pitches": ("make_piano_roll", "pitch_distance"),
        "audiostyle.evaluate.spectral": ("log_spectral_distance",),
        "audiostyle.evaluate.structure": ("edge_ssim", "ssim"),
        "audiostyle.evaluate.texture": ("gram_distance",),
        "audiostyle.evaluate.timbre": ("timbre_distance",),
        "audiostyle.evaluate.warping": ("warping_error",),
    },
)
