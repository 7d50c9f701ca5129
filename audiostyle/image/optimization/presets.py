"""The settings of the papers, as data: what ``--preset`` names.

Weights are for losses that are means (:mod:`audiostyle.style.losses`) of features whose mean is 1, as in the
shipped backbone; so their numbers differ from the papers', and their balance is set by
eye on small pictures.  relu4_1 stands in for relu4_2 and relu5_1, which the backbone does not have.

Losses that draw or match anew are descended by Adam.  L-BFGS has nothing to learn from where the function
changes every few steps, and over many steps it finds what only this small backbone takes for the style.
``benchmarks/optimization.py distance`` judges results by a VGG that had no part in them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from audiostyle.errors import AudiostyleError, did_you_mean

ALL = ("relu1_1", "relu2_1", "relu3_1", "relu4_1")

Optimizer = Literal["lbfgs", "adam"]
"""L-BFGS with line searches by the strong Wolfe conditions, or Adam."""

Pooling = Literal["max", "average"]
"""How a picture is halved between blocks; Gatys et al. found that averages look better."""

Start = Literal["content", "noise", "photowct"]
"""What the optimization starts from."""


@dataclass(frozen=True)
class Preset:
    """How one paper optimizes pictures.

    Attributes:
        paper: whose it is.
        summary: what it looks like, in a line.
        loss: the sum of losses, as ``--loss`` takes it.
        layers: where losses of style are taken unless a term says otherwise.
        content_layers: where losses of content are taken.
        start: what the optimization starts from.
        sizes: lengths of the longer side at which it works in turn; 0 is the picture's own.
        iterations: at each size.
        optimizer: of the pixels.
        rate: length of steps.
        round: iterations between which losses are advanced.
        pooling: of the network.
        photorealism: weight of :class:`audiostyle.image.optimization.matting.MattingEnergy`.
        gray_first: whether the first size sees luminance only.

    Example:
        >>> PRESETS["gatys"].start
        'content'
    """

    paper: str
    summary: str
    loss: str
    layers: tuple[str, ...] = ALL
    content_layers: tuple[str, ...] = ("relu4_1",)
    start: Start = "content"
    sizes: tuple[int, ...] = (256, 0)
    iterations: tuple[int, ...] = (200, 100)
    optimizer: Optimizer = "lbfgs"
    rate: float | None = None
    round: int = 50
    pooling: Pooling = "average"
    photorealism: float = 0.0
    gray_first: bool = False


DEFAULT = "gatys"

PRESETS: Mapping[str, Preset] = {
    "gatys": Preset(
        "Gatys et al. 2016", "the style's textures, the content's objects", "gram:100,perceptual:1,tv:1e-2"
    ),
    "luan": Preset(
        "Luan et al. 2017",
        "photographs stay photographs; best with masks",
        "gram:100,perceptual:1",
        photorealism=3e6,
    ),
    "lapstyle": Preset(
        "Li S. et al. 2017",
        "as gatys, with the content's lines",
        "gram:100,perceptual:1,laplacian:10,laplacian:10:pooling=16,tv:1e-2",
    ),
    "cnnmrf": Preset(
        "Li & Wand 2016",
        "pieces of the style, where shapes agree",
        "mrf:1@relu3_1+relu4_1,bn:0.3@relu1_1+relu2_1,perceptual:0.5,tv:1e-1",
        sizes=(128, 256, 0),
        iterations=(100, 100, 60),
        round=20,
    ),
    "nnst": Preset(
        "Kolkin et al. 2022",
        "the style's strokes, chosen by the content",
        "nearest-neighbors:1@relu2_1+relu3_1+relu4_1,centered-gram:30,bn:1,perceptual:0.05",
        sizes=(128, 256, 0),
        iterations=(150, 150, 100),
        optimizer="adam",
        round=10,
    ),
    "heitz": Preset(
        "Heitz et al. 2021",
        "whole distributions of features",
        "sliced-wasserstein:1,perceptual:0.003,tv:1e-3",
        sizes=(128, 256, 0),
        iterations=(200, 200, 200),
        optimizer="adam",
        round=1,
    ),
    "strotss": Preset(
        "Kolkin et al. 2019",
        "the style's features, the content's likenesses",
        "remd:1,self-similarity:1",
        sizes=(128, 256, 0),
        iterations=(150, 150, 100),
        optimizer="adam",
        round=1,
    ),
    "berger": Preset(
        "Berger & Memisevic 2017",
        "symmetric and long-range patterns",
        "transformed-gram:100,gram:100,perceptual:0.5,tv:1e-2",
    ),
    "wang": Preset(
        "Wang X. et al. 2017",
        "large strokes with fine detail",
        "hierarchical:100,perceptual:0.5,tv:1e-2",
        sizes=(128, 256, 0),
        iterations=(150, 150, 80),
        gray_first=True,
    ),
}


def get_preset(name: str) -> Preset:
    """Return the preset called ``name``.

    Raises:
        AudiostyleError: there is none; the message lists those there are.

    Example:
        >>> get_preset("luan").paper
        'Luan et al. 2017'
    """
    if name not in PRESETS:
        near = did_you_mean(name, PRESETS)
        raise AudiostyleError(f"no preset {name!r}{near}; there is {', '.join(PRESETS)}")
    return PRESETS[name]
