"""``audiostyle video``: films in the style of pictures, and their sound by other instruments."""

import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from audiostyle.cli import image_options as images
from audiostyle.cli import options as shared
from audiostyle.cli.batch.progress import ProgressBars
from audiostyle.cli.console import ExitCode, UsageError, format_time, print_json, print_message

app = typer.Typer()
video = typer.Typer(help="Stylize films, steadily from frame to frame.", no_args_is_help=True)
app.add_typer(video, name="video")

Film = Annotated[str, typer.Argument(metavar="FILM", help="A film: .mp4, .mov, .mkv, .webm …")]
Out = Annotated[
    str | None,
    typer.Option("--out", "-o", metavar="FILE", help="The film to write.", show_default="beside it"),
]
Steadiness = Annotated[
    float,
    typer.Option(
        "--steadiness",
        min=0,
        max=0.999,
        metavar="0..1",
        help="Share of what was changed that stays, frame to frame.",
    ),
]
Sound = Annotated[bool, typer.Option("--sound/--no-sound", help="Copy the film's sound.")]
AudioDomain = Annotated[
    str | None,
    typer.Option(
        "--audio-domain", metavar="NAME", help="Let this domain play the film's music, see 'domains'."
    ),
]


Preset = Annotated[
    str | None,
    typer.Option(
        "--preset",
        metavar="NAME",
        help="Of --method optimize: gatys, luan …, as in 'image optimize'.",
        show_default="gatys",
    ),
]
FilmIterations = Annotated[
    str | None,
    typer.Option(
        "--iterations",
        metavar="N,N",
        help="Of --method optimize: for a scene's first frame, and for the others.",
        show_default="150,60",
    ),
]
FilmJobs = Annotated[
    int,
    typer.Option(
        "--jobs",
        "-j",
        metavar="N",
        min=1,
        help="Frames that are worked on side by side; the result is the same.",
    ),
]


@video.command()
def stylize(
    film: Film,
    style: images.MaybeStyles = None,
    out: Out = None,
    overwrite: shared.Overwrite = False,
    method: images.Method = None,
    network: images.Network = None,
    strength: shared.Strength = 1.0,
    weights: shared.Weights = None,
    preset: Preset = None,
    iterations: FilmIterations = None,
    smooth: images.SmoothChoice = None,
    steadiness: Steadiness = 0.9,
    sound: Sound = True,
    audio_domain: AudioDomain = None,
    device: shared.Device = "auto",
    jobs: FilmJobs = 1,
    json: shared.Json = False,
    quiet: shared.Quiet = False,
) -> None:
    """Give a film the style of a picture.

    Length, frame rate, times and sound are the film's.
    Interrupted, the same command goes on where it stopped.
    """
    from audiostyle.video.frame_stylizer import DEFAULT
    from audiostyle.video.stylization import stylize_video

    if bool(style) == bool(network):
        raise UsageError("give one STYLE or several, or --network NAME and no STYLE")
    if network and (method or weights):
        raise UsageError("--network is a method of its own; leave out --method and --weights")
    source, method = Path(film), method or DEFAULT
    name = Path(network).stem if network else method
    target = Path(out) if out else source.with_name(f"{source.stem}.{name}.mp4")
    if target.exists() and not overwrite:
        raise UsageError(f"{target}: exists already; use --overwrite or another --out")
    if audio_domain and not sound:
        raise UsageError("--audio-domain needs the sound; leave out --no-sound")
    if method != "optimize" and (preset or iterations):
        raise UsageError("--preset and --iterations: of no effect without --method optimize; add that")
    if method == "optimize" and jobs > 1:
        raise UsageError(
            "--jobs: of no effect with --method optimize, which goes frame by frame; leave it out"
        )
    options = shared.collect_options(
        strength=strength,
        weights=shared.parse_numbers("--weights", weights, float),
        device=device,
        preset=preset,
        iterations=shared.parse_numbers("--iterations", iterations, int),
    )
    with (
        tempfile.TemporaryDirectory(prefix="audiostyle-") as scratch,
        ProgressBars([film], quiet=quiet) as bars,
    ):
        played = _translate_sound(film, audio_domain, Path(scratch)) if audio_domain else sound
        report = stylize_video(
            film,
            style,
            target,
            method=method,
            network=network,
            smooth=None if smooth is None else smooth.value,
            steadiness=steadiness,
            sound=played,
            jobs=jobs,
            progress=lambda done, total: bars.update(0, done, total),
            **options,
        )
    if json:
        print_json(asdict(report))
    elif not quiet:
        print_message(f"{target}: {report.frames} frames in {format_time(report.seconds)}")
    raise typer.Exit(ExitCode.DONE)


def _translate_sound(film: str, domain: str, folder: Path) -> Path:
    """Return a file with the film's music, played by a domain."""
    from audiostyle.translation.translator import Translator
    from audiostyle.video.sound import encode_sound, extract_sound

    heard, played, encoded = (folder / name for name in ("heard.wav", "played.wav", "played.m4a"))
    extract_sound(film, heard)
    Translator.from_pretrained().translate_file(heard, played, domain=domain)
    encode_sound(played, encoded)
    return encoded
