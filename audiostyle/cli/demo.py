"""``audiostyle demo``: an example that comes with the package, before and after."""

from pathlib import Path
from typing import Annotated

import typer

from audiostyle.cli import options as shared
from audiostyle.cli.console import UsageError, print_json, print_message, print_text

app = typer.Typer()


@app.command()
def demo(
    out: Annotated[str, typer.Option("--out", "-o", metavar="FOLDER", help="Where it goes.")] = (
        "audiostyle-demo"
    ),
    domain: Annotated[
        list[str] | None,
        typer.Option(
            "--domain", "-d", metavar="NAME", help="What plays it; repeat.", show_default="piano, strings"
        ),
    ] = None,
    overwrite: shared.Overwrite = False,
    show: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the picture, where there is a screen.")
    ] = True,
    device: shared.Device = "auto",
    json: shared.Json = False,
    quiet: shared.Quiet = False,
) -> None:
    """Translate a chorale that comes with the package, and draw it before and after."""
    from audiostyle.app.demo import make_demo
    from audiostyle.cli.batch.progress import ProgressBars

    folder = Path(out)
    if not overwrite and folder.is_dir() and any(folder.iterdir()):
        raise UsageError(f"{out}: is there already; use --overwrite, or another --out")
    with ProgressBars(["chorale"], quiet=quiet) as bars:
        made = make_demo(
            folder,
            tuple(domain or ("piano", "strings")),
            device=device,
            progress=lambda done, total: bars.update(0, done, total),
        )
    files = {"original": made.original, **made.results, "notes": made.midi, "picture": made.picture}
    if json:
        print_json({name: str(path) for name, path in files.items()})
    for name, path in {} if json or quiet else files.items():
        print_text(f"{name}: {path}")
    if show and not json and has_screen() and not _open(made.picture):
        print_message(f"open {made.picture} to see it")


def has_screen() -> bool:
    """Whether somebody may look at a picture that is opened: a person at a terminal with a desktop."""
    import os
    import sys

    desktop = sys.platform in ("win32", "darwin") or bool({"DISPLAY", "WAYLAND_DISPLAY"} & set(os.environ))
    return desktop and sys.stdout.isatty()


def _open(path: Path) -> bool:
    import webbrowser

    return webbrowser.open(path.resolve().as_uri())
