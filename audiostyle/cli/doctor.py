"""``audiostyle doctor``: what works here, what does not, what to do."""

from dataclasses import asdict

import typer

from audiostyle.cli import options as shared
from audiostyle.cli.console import ExitCode, print_json, print_text

app = typer.Typer()


@app.command()
def doctor(json: shared.Json = False) -> None:
    """Check what works here and what does not.

    Says what to do about it.  Exits with 1 if something essential is broken.
    """
    from audiostyle.cli.checks import Check, run_checks

    def show(check: Check) -> None:
        mark = "ok" if check.ok else "BROKEN" if check.essential else "no"
        print_text(f"{mark:<8}{check.name:<18}{check.detail}")
        if not check.ok:
            print_text(f"{'':<8}{'':<18}-> {check.remedy}")

    broken = False
    for check in run_checks():
        broken |= check.essential and not check.ok
        print_json(asdict(check)) if json else show(check)
    raise typer.Exit(ExitCode.FAILED if broken else ExitCode.DONE)
