"""``audiostyle corpus render``: training material from scores and a soundfont."""

from pathlib import Path
from typing import Annotated

import typer

from audiostyle.cli import options as shared
from audiostyle.cli.console import UsageError, print_message

app = typer.Typer()
corpus = typer.Typer(help="Make training material.", no_args_is_help=True)
app.add_typer(corpus, name="corpus")


@corpus.command()
def render(
    out: Annotated[Path, typer.Argument(metavar="FOLDER", help="Gets one folder for each instrument.")],
    soundfont: Annotated[Path, typer.Option("--soundfont", metavar="FILE", help="An .sf2 or .sf3 file.")],
    instrument: Annotated[
        list[str] | None,
        typer.Option("--instrument", metavar="NAME=PROGRAM", help="General MIDI program (0-127); repeat."),
    ] = None,
    minutes: Annotated[float, typer.Option("--minutes", min=0.1, help="Length of each folder.")] = 60.0,
    split: Annotated[str, typer.Option("--split", help="Pieces to play: train, valid or test.")] = "train",
    sample_rate: Annotated[
        int, typer.Option("--rate", help="Hertz; encoders take 22050, decoders 44100.")
    ] = 44100,
    seed: shared.Seed = 0,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, help="Processes to render with.")] = 1,
) -> None:
    """Play scores on a soundfont: recordings with the MIDI file of their notes.

    Without --instrument, one folder "ensemble" of changing instruments, mixtures and drums, for encoders.
    The same seed gives the same performances on every instrument; what exists already is kept.
    """
    from audiostyle.music.corpus import CorpusSpec, render_corpus

    instruments = dict(map(_parse_instrument, instrument or []))
    spec = CorpusSpec(soundfont, instruments, minutes, split, seed, sample_rate)

    def show_progress(done: float, total: float | None) -> None:
        print_message(f"{out}: {done:g} of {total:g} recordings" if total else f"{out}: {done:g} recordings")

    render_corpus(out, spec, jobs=jobs, progress=show_progress)


def _parse_instrument(text: str) -> tuple[str, int]:
    """Parse ``NAME=PROGRAM``.

    Raises:
        UsageError: it is something else.
    """
    name, _, program = text.partition("=")
    if not name or not program.isdecimal() or not 0 <= int(program) <= 127:
        raise UsageError(f"--instrument {text}: give a name and a General MIDI program, such as piano=0")
    return name, int(program)
