"""``audiostyle profile make``: the statistics of recordings as a small file."""

import os
from typing import Annotated

import typer

from audiostyle.cli.console import UsageError, print_message
from audiostyle.cli.options import Device, Overwrite, Quiet
from audiostyle.errors import AudiostyleError

app = typer.Typer()
profile = typer.Typer(help="Make style profiles.", no_args_is_help=True)
app.add_typer(profile, name="profile")

_LISTED = 4  # names that fit into a line
Recordings = Annotated[list[str], typer.Argument(metavar="STYLE", help="Recordings, or folders of them.")]


@profile.command()
def make(
    style: Recordings,
    out: Annotated[str, typer.Option("--out", "-o", metavar="PATH", help="A file that ends in .style.")],
    overwrite: Overwrite = False,
    device: Device = "auto",
    quiet: Quiet = False,
) -> None:
    """Pool recordings into one style, for: audiostyle transfer song.wav rain.style --method wct

    A profile holds means and covariances and no sound. It is as large for an hour as for a second.
    """
    from audiostyle.atomic import check_writable
    from audiostyle.cli.batch.transfers import find_style_recordings
    from audiostyle.spectrogram.profile import SUFFIX, is_profile, make_profile, save_profile

    if not is_profile(out):
        raise UsageError(f"--out {out}: give a name that ends in {SUFFIX}")
    if os.path.lexists(out) and not overwrite:
        raise UsageError(f"{out}: exists already; use --overwrite or another --out")
    names = find_style_recordings(style)
    check_writable(out, AudiostyleError)
    save_profile(make_profile(names, device=device), out)
    if not quiet:
        sources = ", ".join(names) if len(names) <= _LISTED else f"{len(names)} recordings"
        print_message(f"{sources} -> {out}")
