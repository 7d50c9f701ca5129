"""The verbs put together; every error becomes one line on stderr and an exit code."""

import importlib
import logging
import sys
import traceback
import warnings
from collections.abc import Sequence
from typing import Annotated

import typer

from audiostyle.cli.console import Code, UsageError, describe, tell
from audiostyle.errors import UnknownDomain

# A verb is a module of this package with an ``app``: one line here is all that adding one takes.
VERBS = ("translate", "transfer", "profile", "domains", "image", "models", "doctor", "corpus", "train")


def build() -> typer.Typer:
    """The whole command line."""
    app = typer.Typer(
        name="audiostyle",
        help="Change the style of a recording and keep its content.",
        epilog="Start with: audiostyle translate song.wav --domain piano",
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(invoke_without_command=True)(_root)
    for verb in VERBS:
        app.add_typer(importlib.import_module(f"audiostyle.cli.{verb}").app)
    return app


def run(arguments: Sequence[str]) -> int:
    """Run the command and return its exit code (see `Code`)."""
    debug = "--debug" in arguments  # anywhere on the line: one adds it after something has gone wrong
    _quieten_libraries(debug)
    try:
        rest = [argument for argument in arguments if argument != "--debug"]
        code = build()(args=rest, prog_name="audiostyle", standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        code = Code.INTERRUPTED
    except Exception as error:
        if debug:
            traceback.print_exc()
        code = _report(error)
    if code == Code.INTERRUPTED:
        tell("interrupted; finished files are kept, no unfinished one is left")
    return code if isinstance(code, int) else Code.DONE


def _report(error: Exception) -> int:
    if hasattr(error, "format_message") and hasattr(error, "exit_code"):  # typer's own: it knows the command
        command = getattr(getattr(error, "ctx", None), "command_path", "audiostyle")
        tell(f"{error.format_message()} (see '{command} --help')")
        return int(error.exit_code)
    tell(describe(error))
    return Code.USAGE if isinstance(error, UsageError | UnknownDomain) else Code.FAILED


def _quieten_libraries(debug: bool) -> None:
    """Our own notices go to stderr as lines like any other; other libraries' warnings only with --debug."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("audiostyle: %(message)s"))
    log = logging.getLogger("audiostyle")
    log.handlers = [handler]
    log.setLevel(logging.DEBUG if debug else logging.WARNING)
    if not debug:
        logging.getLogger().addHandler(logging.NullHandler())  # without any, Python prints them itself
    if not debug and not sys.warnoptions:
        warnings.simplefilter("ignore")


def _print_version(wanted: bool) -> None:
    if wanted:
        import audiostyle

        print(f"audiostyle {audiostyle.__version__}")
        raise typer.Exit()


def _root(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version and exit.", callback=_print_version, is_eager=True),
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the whole traceback of an error.")] = False,
) -> None:  # ``debug`` is here for --help; ``run`` takes it off the line
    if context.invoked_subcommand is None:
        print(context.get_help())
