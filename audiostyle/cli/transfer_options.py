"""What ``audiostyle transfer`` can be asked for, each option described once."""

from enum import StrEnum
from typing import Annotated

import typer

from audiostyle.cli.options import describe_methods, unwrap
from audiostyle.spectrogram.methods import METHODS
from audiostyle.style.losses.table import LOSSES


class Features(StrEnum):
    """Networks whose features ``gram`` compares."""

    wide = "wide"
    random = "random"
    encoder = "encoder"
    complex = "complex"


class Start(StrEnum):
    """What ``gram`` starts from."""

    content = "content"
    noise = "noise"
    wct = "wct"


class Optimized(StrEnum):
    """What ``gram`` changes."""

    spectrogram = "spectrogram"
    wave = "wave"


Content = Annotated[
    str, typer.Argument(metavar="CONTENT", help="A recording, a folder, a glob in quotes, or - for a WAV.")
]
Styles = Annotated[
    list[str],
    typer.Argument(metavar="STYLE", help="Recordings, folders or .style profiles: what it is to be like."),
]
Method = Annotated[str, typer.Option("--method", "-m", metavar="NAME", help=describe_methods(METHODS))]
Match = Annotated[
    float | None,
    typer.Option(
        "--match",
        metavar="0..1",
        min=0.0,
        max=1.0,
        help="For musaicing and gram. 0: the content's events, the style's average sound; 1: the style's own"
        " events, re-ordered.",
        show_default="0.5",
    ),
]
Levels = Annotated[
    str | None,
    typer.Option(
        "--levels",
        metavar="N,N",
        help="Levels to work through, in this order: among 1 (fine) to 4, or to 3 for complex-wct.",
        show_default="1,2 for wct; 2,1 for complex-wct; 1,2,3 for cascade",
    ),
]
FeaturesChoice = Annotated[
    Features | None,
    typer.Option(
        "--features",
        help="What gram and optimize compare: features of which network.",
        show_default="wide for gram, encoder for optimize",
    ),
]
StartChoice = Annotated[
    Start | None, typer.Option("--start", help="What gram and optimize start from.", show_default="content")
]
OptimizeChoice = Annotated[
    Optimized | None,
    typer.Option("--optimize", help="What gram changes.", show_default="spectrogram"),
]
Loss = Annotated[
    str | None,
    typer.Option(
        "--loss",
        metavar="NAME:WEIGHT,…",
        help="For optimize: a sum of losses, such as gram:1,perceptual:0.5; also "
        f"NAME:OPTION=VALUE@LAYER+LAYER.  There are {', '.join(LOSSES)}.",
        show_default="bn:1,perceptual:0.5",
    ),
]
Iterations = Annotated[
    int | None,
    typer.Option(
        "--iterations",
        metavar="N",
        min=0,
        help="For gram, optimize and musaicing.",
        show_default="the method's",
    ),
]
Alpha = Annotated[
    float | None,
    typer.Option(
        "--alpha",
        metavar="0..1",
        min=0.0,
        max=1.0,
        help="For wct, complex-wct and cascade: from the content's features, 0, to the style's, 1, at"
        " every level.",
        show_default="1",
    ),
]
Pseudo = Annotated[
    bool | None,
    typer.Option(
        "--pseudo", help="For complex-wct: copy pseudo-covariances too, how phases depend on each other."
    ),
]
Lags = Annotated[
    str | None,
    typer.Option(
        "--lags",
        metavar="SECONDS,…",
        help="For gram: compare features at these distances in time too, which is rhythm.",
        show_default="none",
    ),
]
Centered = Annotated[
    bool | None,
    typer.Option("--centered", help="For gram: compare covariances of features, without their means."),
]
MemoryLimit = Annotated[
    float | None,
    typer.Option(
        "--memory-limit",
        metavar="GB",
        min=0.1,
        help="For ulyanov, whose memory grows with the content: refuse contents that need more.",
        show_default="none",
    ),
]
Plot = Annotated[
    str | None,
    typer.Option(
        "--plot",
        metavar="PATH",
        callback=unwrap,
        help="Draw content, style and result: a .png, .pdf or .svg.",
    ),
]
