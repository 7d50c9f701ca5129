"""The registry of metrics: every one with what it compares, its best score and a line about it.

A new metric is a function in a module of its own (or beside its relatives), with one entry here.  What holds
for every metric is then tested for it, too, by ``tests/evaluate/test_metrics.py``.
"""

from dataclasses import dataclass

from audiostyle.methods import Method


@dataclass(frozen=True)
class Metric(Method[float]):
    """A metric of the registry.

    Attributes:
        location: of its function, as ``"module:function"``.
        summary: what it measures, in a line.
        compares: what it is given, in a few words.
        best: the score of two that are equal.

    Example:
        >>> METRICS["note_f1"].best, METRICS["note_f1"].function([[0.0, 60]], [[0.0, 60]])
        (1.0, 1.0)
    """

    compares: str
    best: float


_WAVES = "two recordings of one length"
_PICTURES = "two pictures of one size"
_COLORS = "two pictures of any sizes"
_THREE = "a result, its content and its style"
_SETS = "two sets of embeddings"
_MUSIC = "two recordings of any length"
_FILMS = "two films of one shape"
_HERE = "audiostyle.evaluate."

METRICS = {
    "log_spectral_distance": Metric(
        f"{_HERE}spectral:log_spectral_distance", "difference of mel spectra, in dB", _WAVES, 0.0
    ),
    "timbre_distance": Metric(
        f"{_HERE}timbre:timbre_distance",
        "difference of timbres, 0 to 1",
        "two recordings of any music",
        0.0,
    ),
    "note_f1": Metric(
        f"{_HERE}notes:note_f1", "F-measure of onsets and pitches, 0 to 1", "two sets of notes", 1.0
    ),
    "pitch_distance": Metric(
        f"{_HERE}pitches:pitch_distance", "Jaccard distance of sounding pitches", "two piano rolls", 0.0
    ),
    "chroma_distance": Metric(
        f"{_HERE}chroma:chroma_distance", "difference of harmonies at any tempo, 0 to 1", _MUSIC, 0.0
    ),
    "loudness_correlation": Metric(
        f"{_HERE}curves:loudness_correlation", "whether levels rise and fall together, −1 to 1", _WAVES, 1.0
    ),
    "pitch_correlation": Metric(
        f"{_HERE}curves:pitch_correlation", "whether melodies rise and fall together, −1 to 1", _WAVES, 1.0
    ),
    "frechet_distance": Metric(
        f"{_HERE}frechet:frechet_distance", "difference of means and covariances of embeddings", _SETS, 0.0
    ),
    "extrapolated_frechet_distance": Metric(
        f"{_HERE}frechet:extrapolated_frechet_distance",
        "the same, as it would be with infinitely many items",
        _SETS,
        0.0,
    ),
    "ssim": Metric(f"{_HERE}structure:ssim", "structural similarity", _PICTURES, 1.0),
    "edge_ssim": Metric(f"{_HERE}structure:edge_ssim", "structural similarity of edges", _PICTURES, 1.0),
    "gaussian_wasserstein": Metric(
        f"{_HERE}color:gaussian_wasserstein", "distance of means and covariances of colors", _COLORS, 0.0
    ),
    "sliced_wasserstein": Metric(
        f"{_HERE}color:sliced_wasserstein", "distance of distributions of colors", _COLORS, 0.0
    ),
    "contrast_ratio": Metric(
        f"{_HERE}contrast:contrast_ratio", "contrast against the closer of content and style", _THREE, 1.0
    ),
    "halo_ratio": Metric(
        f"{_HERE}halos:halo_ratio", "overshoot along strong edges, against the content's", _PICTURES, 1.0
    ),
    "gradient_reversals": Metric(
        f"{_HERE}halos:gradient_reversals", "gradients of smooth areas that turned around", _PICTURES, 0.0
    ),
    "palette_distance": Metric(
        f"{_HERE}palette:palette_distance", "earth mover's distance of eight colors each", _COLORS, 0.0
    ),
    "warping_error": Metric(
        f"{_HERE}warping:warping_error", "what changes along the motion, less the content's", _FILMS, 0.0
    ),
    "art_distance": Metric(
        f"{_HERE}art:art_distance", "content kept times style reached, from 1 on", _THREE, 1.0
    ),
    "gram_distance": Metric(
        f"{_HERE}texture:gram_distance",
        "relative distance of Gram matrices",
        "two sets of feature maps",
        0.0,
    ),
}
"""All metrics, by the names of their functions."""
