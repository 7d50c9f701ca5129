"""What ``audiostyle image`` can be asked for, each option described once."""

from enum import StrEnum
from typing import Annotated

import typer

from audiostyle.cli.options import describe_methods
from audiostyle.image.methods import METHODS
from audiostyle.image.optimization.presets import PRESETS
from audiostyle.style.losses.table import LOSSES


class Smooth(StrEnum):
    """How a result is smoothed along the content's edges."""

    exact = "exact"
    guided = "guided"
    none = "none"


class Solver(StrEnum):
    """How ``smooth`` smooths."""

    exact = "exact"
    guided = "guided"


class Affinity(StrEnum):
    """What makes neighboring pixels alike."""

    matting = "matting"
    gaussian = "gaussian"


class Normalization(StrEnum):
    """What of the affinity is made its matrix."""

    symmetric = "symmetric"
    random_walk = "random-walk"


class Layout(StrEnum):
    """How two views lie in one file."""

    side_by_side = "side-by-side"
    mpo = "mpo"


class Start(StrEnum):
    """What an optimization starts from."""

    content = "content"
    noise = "noise"
    photowct = "photowct"


class Optimizer(StrEnum):
    """How an optimization descends."""

    lbfgs = "lbfgs"
    adam = "adam"


class Unpool(StrEnum):
    """How decoders enlarge."""

    max = "max"
    nearest = "nearest"


def _check_smoothness(value: float | None) -> float | None:
    if value is not None and not 0 <= value < 1:
        raise typer.BadParameter(f"{value:g} is not between 0 and 1, without 1")
    return value


Content = Annotated[
    str, typer.Argument(metavar="CONTENT", help="A picture, a folder, a glob in quotes, or - for stdin.")
]
Styles = Annotated[
    list[str], typer.Argument(metavar="STYLE", help="One picture or several; with --pairs, a folder.")
]
MaybeStyles = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[STYLE]", help="One picture or several; with --pairs, a folder; with --network, none."
    ),
]
Network = Annotated[
    str | None,
    typer.Option(
        "--network",
        metavar="NAME|FILE",
        help="A network of one style, which needs no STYLE: engraving, mosaic, whirls, or by train-style.",
    ),
]
Right = Annotated[
    str | None,
    typer.Option("--right", metavar="FILE", help="The right view of a scene whose left view is CONTENT."),
]
RightOut = Annotated[
    str | None,
    typer.Option(
        "--right-out",
        metavar="FILE",
        help="The right view's result.",
        show_default="with --right, beside --out; else both side by side",
    ),
]
Disparity = Annotated[
    str | None,
    typer.Option(
        "--disparity",
        metavar="MAP",
        help="The left view's disparities: .npy, .pfm or .png.",
        show_default="estimated",
    ),
]
Depth = Annotated[
    str | None,
    typer.Option("--depth", metavar="MAP", help="A gray picture, light where it is near: strength by depth."),
]
DepthStrength = Annotated[
    str | None,
    typer.Option(
        "--depth-strength",
        metavar="NEAR,FAR",
        help="With --depth, strengths of what is nearest and farthest.",
        show_default="0,1",
    ),
]
LayoutChoice = Annotated[
    Layout | None,
    typer.Option(
        "--layout", help="CONTENT holds two views.", show_default="mpo for such files of two lenses"
    ),
]
Method = Annotated[
    str | None,
    typer.Option(
        "--method",
        "-m",
        metavar="NAME",
        help=describe_methods(METHODS),
        show_default="develop; two views: grade; photowct with --levels, --unpool, --content-reg, --backbone",
    ),
]
Segments = Annotated[
    str | None,
    typer.Option(
        "--segments",
        metavar="auto|none|FILE",
        help="Find the parts that are alike; to FILE.png, show them, with masks beside it to edit.",
        show_default="auto for develop and grade without masks, else none",
    ),
]
Lut = Annotated[
    str | None, typer.Option("--lut", metavar="FILE", help="Apply a .cube table of colors; needs no STYLE.")
]
LutOut = Annotated[str, typer.Option("--out", "-o", metavar="PATH", help="A file that ends in .cube.")]
LutMethod = Annotated[
    str, typer.Option("--method", "-m", metavar="NAME", help="Whose look: grade, mkl or reinhard.")
]
Methods = Annotated[
    str | None,
    typer.Option(
        "--methods",
        metavar="NAME,NAME",
        help="With --compare, what to show side by side.",
        show_default="none",
    ),
]
Texture = Annotated[
    float | None,
    typer.Option(
        "--texture",
        metavar="0..1",
        min=0.0,
        max=1.0,
        help="How much of the style's textures develop gives; 0 maps colors alone.",
        show_default="0.4",
    ),
]
Levels = Annotated[
    str | None,
    typer.Option(
        "--levels", metavar="N,N", help="Levels of the network, in this order.", show_default="4,3,2,1"
    ),
]
UnpoolChoice = Annotated[
    Unpool | None, typer.Option("--unpool", help="How decoders enlarge.", show_default="max")
]
ContentMask = Annotated[
    str | None, typer.Option("--content-mask", metavar="FILE", help="Labels (gray) or colors, of any size.")
]
StyleMask = Annotated[
    list[str] | None,
    typer.Option("--style-mask", metavar="FILE", help="The same of the style; repeat for each style."),
]
SmoothChoice = Annotated[
    Smooth | None,
    typer.Option(
        "--smooth",
        help="Smoothing along the content's edges.",
        show_default="guided for photowct and transport, else none",
    ),
]
Smoothness = Annotated[
    float | None,
    typer.Option(
        "--smoothness",
        metavar="0..1",
        callback=_check_smoothness,
        help="Of the exact smoothing, below 1; α in the paper.",
        show_default="0.9999, for gaussian 0.95",
    ),
]
AffinityChoice = Annotated[
    Affinity | None,
    typer.Option("--affinity", help="What makes neighboring pixels alike.", show_default="matting"),
]
ContentReg = Annotated[
    float | None,
    typer.Option(
        "--content-reg",
        metavar="X",
        min=0.0,
        help="Added to the content's variances; 0 is the textbook's.",
        show_default="1 for photowct",
    ),
]
Backbone = Annotated[
    str | None,
    typer.Option("--backbone", metavar="NAME|DIR", help="The network to use.", show_default="photo"),
]
MemoryLimit = Annotated[
    float | None,
    typer.Option(
        "--memory-limit",
        metavar="GB",
        min=0.1,
        help="Of working memory; less takes longer.",
        show_default="what the picture takes",
    ),
]
Compare = Annotated[
    bool, typer.Option("--compare", help="Write a sheet too: content, style, without and with smoothing.")
]
Pairs = Annotated[
    bool, typer.Option("--pairs", help="CONTENT and STYLE are folders; pictures of one stem are pairs.")
]
MaxMegapixels = Annotated[
    float,
    typer.Option("--max-megapixels", metavar="N", min=0.0, help="Refuse pictures that are larger."),
]
Guide = Annotated[str, typer.Argument(metavar="GUIDE", help="The picture whose edges count: the content.")]
Picture = Annotated[
    str, typer.Argument(metavar="PICTURE", help="What to smooth, of the guide's size; or - for stdin.")
]
NormalizationChoice = Annotated[
    Normalization | None,
    typer.Option(
        "--normalization", help="symmetric is as published: it darkens the rim.", show_default="random-walk"
    ),
]
SolverChoice = Annotated[
    Solver, typer.Option("--method", "-m", help="The exact solution, or a fast approximation.")
]
Tolerance = Annotated[
    float | None, typer.Option("--tolerance", metavar="X", help="Relative residual at which exact ends.")
]
Preset = Annotated[
    str,
    typer.Option(
        "--preset",
        metavar="NAME",
        help=", ".join(f"{name} ({preset.summary})" for name, preset in PRESETS.items()) + ".",
    ),
]
Loss = Annotated[
    str | None,
    typer.Option(
        "--loss",
        metavar="NAME:WEIGHT,…",
        help="A sum of losses, such as gram:100,perceptual:1,tv:1e-2; also NAME:OPTION=VALUE@LAYER+LAYER.  "
        f"There are {', '.join(LOSSES)}.",
        show_default="the preset's",
    ),
]
LossLayers = Annotated[
    str | None,
    typer.Option(
        "--layers", metavar="NAME,NAME", help="Where the style is compared.", show_default="the preset's"
    ),
]
ContentLayers = Annotated[
    str | None,
    typer.Option(
        "--content-layers",
        metavar="NAME,NAME",
        help="Where the content is compared.",
        show_default="the preset's",
    ),
]
StartChoice = Annotated[
    Start | None, typer.Option("--start", help="What it starts from.", show_default="the preset's")
]
SizeSchedule = Annotated[
    str | None,
    typer.Option(
        "--size-schedule",
        metavar="N,N",
        help="Lengths of the longer side to work at in turn; 0 is the picture's own.",
        show_default="the preset's",
    ),
]
Iterations = Annotated[
    str | None,
    typer.Option(
        "--iterations", metavar="N,N", help="At each size, or one for all.", show_default="the preset's"
    ),
]
OptimizerChoice = Annotated[
    Optimizer | None, typer.Option("--optimizer", help="How to descend.", show_default="the preset's")
]
Rate = Annotated[
    float | None,
    typer.Option("--rate", metavar="X", help="Length of steps.", show_default="lbfgs 1, adam 0.02"),
]
Photorealism = Annotated[
    float | None,
    typer.Option(
        "--photorealism",
        metavar="X",
        min=0.0,
        help="Weight of the matting Laplacian's energy.",
        show_default="the preset's",
    ),
]
StyleScale = Annotated[
    float,
    typer.Option("--style-scale", metavar="X", min=0.01, help="Size of the style; larger, larger strokes."),
]
Snapshots = Annotated[
    str | None,
    typer.Option(
        "--snapshots",
        metavar="DIR",
        help="Keep pictures and the state there; the same command goes on from it.",
    ),
]


def count_pixels(megapixels: float) -> int:
    """Return how many pixels ``--max-megapixels`` allows."""
    return round(megapixels * 1e6)
