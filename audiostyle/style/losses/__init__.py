"""Losses of neural style transfer, for any feature map: of a picture, of a spectrogram.

======================  ====================================================================================
:mod:`.base`            what a loss is: made once, called on maps; sums and means of losses
:mod:`.positions`       maps as columns, masks as weights of positions
:mod:`.moments`         maps of which only moments are known: large pictures in pieces
:mod:`.gram`            Gram, mean-subtracted, transformed, multi-scale, style-aware
:mod:`.mmd`             maximum mean discrepancy: linear, polynomial and Gaussian kernels
:mod:`.deviations`      means and deviations of channels (BN statistics)
:mod:`.quantiles`       histograms of channels; sliced Wasserstein
:mod:`.content`         perceptual; self-similarity
:mod:`.smoothness`      total variation; Laplacians of content and result
:mod:`.patches`         MRF, semantic, reshuffle; nearest neighbors
:mod:`.matching`        the search for nearest patches, in blocks
:mod:`.balance`         matches of which none is chosen too often
:mod:`.transport`       relaxed earth mover's distance
:mod:`.adversarial`     a critic of patches, trained beside the result
:mod:`.scales`          strokes of a continuous size; stages from coarse to fine
:mod:`.depth`           depth, through a network that the caller gives
:mod:`.motion`          temporal consistency; disparity of two views; flows
:mod:`.table`           the table of losses: names, papers, what each is made from
:mod:`.specification`   the text form of a sum of losses
:mod:`.compose`         from names to a loss
======================  ====================================================================================

A loss is made from maps (B, C, …) of the style or of the content, and then called on maps of the result:

    loss = 1e3 * Gram(style) + Perceptual(content)
    loss(features).backward()
"""

from typing import TYPE_CHECKING

from audiostyle.lazy import export_lazily

if TYPE_CHECKING:
    from audiostyle.style.losses.adversarial import Adversarial as Adversarial
    from audiostyle.style.losses.base import INPUT as INPUT
    from audiostyle.style.losses.base import At as At
    from audiostyle.style.losses.base import Loss as Loss
    from audiostyle.style.losses.base import Mean as Mean
    from audiostyle.style.losses.base import WeightedSum as WeightedSum
    from audiostyle.style.losses.compose import Area as Area
    from audiostyle.style.losses.compose import Ingredients as Ingredients
    from audiostyle.style.losses.compose import compose as compose
    from audiostyle.style.losses.content import Perceptual as Perceptual
    from audiostyle.style.losses.content import SelfSimilarity as SelfSimilarity
    from audiostyle.style.losses.depth import Depth as Depth
    from audiostyle.style.losses.deviations import BatchNormStatistics as BatchNormStatistics
    from audiostyle.style.losses.gram import CenteredGram as CenteredGram
    from audiostyle.style.losses.gram import Gram as Gram
    from audiostyle.style.losses.gram import MultiScaleGram as MultiScaleGram
    from audiostyle.style.losses.gram import StyleAwareGram as StyleAwareGram
    from audiostyle.style.losses.gram import TransformedGram as TransformedGram
    from audiostyle.style.losses.mmd import MMD as MMD
    from audiostyle.style.losses.motion import Disparity as Disparity
    from audiostyle.style.losses.motion import TemporalConsistency as TemporalConsistency
    from audiostyle.style.losses.motion import check_flows as check_flows
    from audiostyle.style.losses.motion import warp as warp
    from audiostyle.style.losses.patches import MRF as MRF
    from audiostyle.style.losses.patches import NearestNeighbors as NearestNeighbors
    from audiostyle.style.losses.patches import Reshuffle as Reshuffle
    from audiostyle.style.losses.patches import Semantic as Semantic
    from audiostyle.style.losses.quantiles import Histogram as Histogram
    from audiostyle.style.losses.quantiles import SlicedWasserstein as SlicedWasserstein
    from audiostyle.style.losses.scales import Hierarchical as Hierarchical
    from audiostyle.style.losses.scales import Stroke as Stroke
    from audiostyle.style.losses.smoothness import Laplacian as Laplacian
    from audiostyle.style.losses.smoothness import TotalVariation as TotalVariation
    from audiostyle.style.losses.specification import Term as Term
    from audiostyle.style.losses.specification import parse_losses as parse_losses
    from audiostyle.style.losses.table import LOSSES as LOSSES
    from audiostyle.style.losses.transport import RelaxedEMD as RelaxedEMD

export_lazily(
    __name__,
    {
        "audiostyle.style.losses.adversarial": ("Adversarial",),
        "audiostyle.style.losses.base": ("INPUT", "At", "Loss", "Mean", "WeightedSum"),
        "audiostyle.style.losses.compose": ("Area", "Ingredients", "compose"),
        "audiostyle.style.losses.content": ("Perceptual", "SelfSimilarity"),
        "audiostyle.style.losses.depth": ("Depth",),
        "audiostyle.style.losses.deviations": ("BatchNormStatistics",),
        "audiostyle.style.losses.gram": (
            "CenteredGram",
            "Gram",
            "MultiScaleGram",
            "StyleAwareGram",
            "TransformedGram",
        ),
        "audiostyle.style.losses.mmd": ("MMD",),
        "audiostyle.style.losses.motion": ("Disparity", "TemporalConsistency", "check_flows", "warp"),
        "audiostyle.style.losses.patches": ("MRF", "NearestNeighbors", "Reshuffle", "Semantic"),
        "audiostyle.style.losses.quantiles": ("Histogram", "SlicedWasserstein"),
        "audiostyle.style.losses.scales": ("Hierarchical", "Stroke"),
        "audiostyle.style.losses.smoothness": ("Laplacian", "TotalVariation"),
        "audiostyle.style.losses.specification": ("Term", "parse_losses"),
        "audiostyle.style.losses.table": ("LOSSES",),
        "audiostyle.style.losses.transport": ("RelaxedEMD",),
    },
)
