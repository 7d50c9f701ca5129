"""What ``audiostyle image`` can be asked for, each option described once."""

from enum import StrEnum
from typing import Annotated

import typer


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
    """What makes neighbouring pixels alike."""

    matting = "matting"
    gaussian = "gaussian"


class Normalisation(StrEnum):
    """What of the affinity is made its matrix."""

    symmetric = "symmetric"
    random_walk = "random-walk"


class Unpool(StrEnum):
    """How decoders enlarge."""

    max = "max"
    nearest = "nearest"


Content = Annotated[
    str, typer.Argument(metavar="CONTENT", help="A picture, a folder, a glob in quotes, or - for stdin.")
]
Styles = Annotated[
    list[str], typer.Argument(metavar="STYLE", help="One picture or several; with --pairs, a folder.")
]
Method = Annotated[
    str, typer.Option("--method", "-m", metavar="NAME", help="photowct, wct, adain, reinhard, mkl or idt.")
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
    str | None, typer.Option("--content-mask", metavar="FILE", help="Labels (grey) or colours, of any size.")
]
StyleMask = Annotated[
    list[str] | None,
    typer.Option("--style-mask", metavar="FILE", help="The same of the style; repeat for each style."),
]
SmoothChoice = Annotated[
    Smooth | None,
    typer.Option(
        "--smooth", help="Smoothing along the content's edges.", show_default="guided for photowct, else none"
    ),
]
Alpha = Annotated[
    float | None,
    typer.Option(
        "--alpha",
        metavar="0..1",
        min=0.0,
        max=1.0,
        help="Smoothness; 1 is not reached.",
        show_default="0.9999, for gaussian 0.95",
    ),
]
AffinityChoice = Annotated[
    Affinity | None,
    typer.Option("--affinity", help="What makes neighbouring pixels alike.", show_default="matting"),
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
    typer.Option("--memory-limit", metavar="GB", min=0.1, help="Of working memory.", show_default="as is"),
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
Out = Annotated[
    str | None,
    typer.Option(
        "--out",
        "-o",
        metavar="PATH",
        help="A file (for one input), a folder (made if need be), or - for stdout.",
        show_default="this folder",
    ),
]
Guide = Annotated[str, typer.Argument(metavar="GUIDE", help="The picture whose edges count: the content.")]
Smoothed = Annotated[
    str, typer.Argument(metavar="PICTURE", help="What to smooth, of the guide's size; or - for stdin.")
]
NormalisationChoice = Annotated[
    Normalisation | None,
    typer.Option(
        "--normalisation", help="symmetric is as published: it darkens the rim.", show_default="random-walk"
    ),
]
SolverChoice = Annotated[Solver, typer.Option("--method", "-m", help="The solution, or a fast stand-in.")]
Tolerance = Annotated[
    float | None, typer.Option("--tolerance", metavar="X", help="Relative residual at which exact ends.")
]


def pixels(megapixels: float) -> int:
    """Of ``--max-megapixels``."""
    return round(megapixels * 1e6)
