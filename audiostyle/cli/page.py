"""``audiostyle app``: a page for all jobs in a browser."""

from typing import Annotated

import typer

from audiostyle.cli import options as shared
from audiostyle.cli.console import print_message, print_text
from audiostyle.models.zoo import DEFAULT

app = typer.Typer()


@app.command(name="app")
def serve_page(
    host: shared.Host = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", metavar="N", min=0, max=65535, help="0 is any free one.")
    ] = 7860,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page in the browser of this machine.")
    ] = True,
    upload_limit: Annotated[
        float, typer.Option("--upload-limit", metavar="MB", min=1.0, help="Size of a file that is taken.")
    ] = 300.0,
    model: shared.Model = DEFAULT,
    device: shared.Device = "auto",
    quiet: shared.Quiet = False,
) -> None:
    """Do all jobs on a page in the browser, until Ctrl-C. Nothing leaves this machine."""
    from audiostyle.app.limits import Limits
    from audiostyle.app.running import serve_app

    def announce(link: str) -> None:
        print_text(link)
        if not quiet:
            print_message("listening; open the link above, and press Ctrl-C to end")
        if browser:
            import webbrowser

            webbrowser.open(link)

    limits = Limits(upload=round(upload_limit * 1e6))
    serve_app(model=model, device=device, host=host, port=port, limits=limits, announce=announce)
