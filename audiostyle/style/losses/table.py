"""The table of losses: names, where they are, whose they are, and what they are made from.

The first eighteen rows are those of the table of Jing et al., "Neural Style Transfer: A Review".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from audiostyle.methods import Method

Source = Literal["style", "content", "nothing", "strokes", "labels", "own"]
"""What a loss is made from: a map of the style, of the content, none at all, maps of the style at several
sizes, the style's map and labels, or what is told to it alone (flows, frames)."""


@dataclass(frozen=True)
class Row(Method):
    """One loss.

    Attributes:
        location: of its class, see `audiostyle.methods.Method`.
        summary: what it sees, in a line.
        title: how the table calls it.
        paper: whose it is.
        source: what it is made from.
        of_input: whether it is of the picture or the spectrogram itself unless layers are named.
    """

    title: str = ""
    paper: str = ""
    source: Source = "style"
    of_input: bool = False


def _row(
    place: str, summary: str, title: str, paper: str, source: Source = "style", of_input: bool = False
) -> Row:
    return Row(f"audiostyle.style.losses.{place}", summary, title, paper, source, of_input)


LOSSES: Mapping[str, Row] = {
    "gram": _row("gram:Gram", "which channels vary together", "Gram", "Gatys et al. 2016"),
    "perceptual": _row(
        "content:Perceptual", "the content's features", "Perceptual", "Johnson et al. 2016", "content"
    ),
    "transformed-gram": _row(
        "gram:TransformedGram", "what lies beside what", "Transformed Gram", "Berger & Memisevic 2017"
    ),
    "centered-gram": _row(
        "gram:CenteredGram", "covariances, whatever the means", "Mean-subtracted Gram", "Li Y. et al. 2017a"
    ),
    "multi-scale-gram": _row(
        "gram:MultiScaleGram", "Gram at several resolutions", "Multi-scale Gram", "Zhang & Dana 2017"
    ),
    "mmd": _row("mmd:MMD", "distance in the space of a kernel", "MMD", "Li Y. et al. 2017b"),
    "bn": _row(
        "deviations:BatchNormStatistics", "means and deviations of channels", "BN", "Li Y. et al. 2017b"
    ),
    "histogram": _row(
        "quantiles:Histogram", "the distribution of each channel", "Histogram", "Risser et al. 2017"
    ),
    "laplacian": _row(
        "smoothness:Laplacian", "the content's edges", "Laplacian", "Li S. et al. 2017", "content", True
    ),
    "mrf": _row("patches:MRF", "each patch near its best match", "MRF", "Li & Wand 2016a"),
    "semantic": _row(
        "patches:Semantic", "the same, among alike labels", "Semantic", "Champandard 2016", "labels"
    ),
    "reshuffle": _row(
        "patches:Reshuffle", "the same, each patch used about equally", "Reshuffle", "Gu et al. 2018"
    ),
    "adversarial": _row(
        "adversarial:Adversarial", "a trained critic of patches", "Adversarial", "Li & Wand 2016b"
    ),
    "stroke": _row(
        "scales:Stroke", "Gram with strokes of a chosen size", "Stroke", "Jing et al. 2018", "strokes"
    ),
    "hierarchical": _row(
        "scales:Hierarchical", "Gram of every stage, coarse to fine", "Hierarchical", "Wang X. et al. 2017"
    ),
    "depth": _row("depth:Depth", "what is near and what is far", "Depth", "Liu et al. 2017", "content", True),
    "temporal": _row(
        "motion:TemporalConsistency",
        "the frames before",
        "Temporal consistency",
        "Ruder et al. 2016",
        "own",
        True,
    ),
    "disparity": _row(
        "motion:Disparity", "two views of a scene", "Disparity", "Chen et al. 2018", "own", True
    ),
    "tv": _row(
        "smoothness:TotalVariation",
        "differences of neighbors",
        "Total variation",
        "Rudin et al. 1992",
        "nothing",
        True,
    ),
    "sliced-wasserstein": _row(
        "quantiles:SlicedWasserstein",
        "the whole distribution of features",
        "Sliced Wasserstein",
        "Heitz et al. 2021",
    ),
    "style-aware-gram": _row(
        "gram:StyleAwareGram", "Gram, from 0 to 1 for every style", "Style-aware", "Cheng et al. 2021"
    ),
    "remd": _row("transport:RelaxedEMD", "nearest features, both ways", "Relaxed EMD", "Kolkin et al. 2019"),
    "self-similarity": _row(
        "content:SelfSimilarity",
        "what is alike in the content",
        "Self-similarity",
        "Kolkin et al. 2019",
        "content",
    ),
    "nearest-neighbors": _row(
        "patches:NearestNeighbors",
        "the style's nearest features, centered",
        "Nearest neighbors",
        "Kolkin et al. 2022",
    ),
}
"""All losses by the names that :func:`~audiostyle.style.losses.compose.compose` takes."""
