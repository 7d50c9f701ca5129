"""The commands put together; every error becomes one line on stderr and an exit code."""

import importlib
import logging
import traceback
from collections.abc import Sequence
from typing import Annotated

import typer

from audiostyle.cli.console import ExitCode, UsageError, describe_error, print_message, print_text
from audiostyle.cli.notices import PrintHandler, listen_to_libraries
from audiostyle.cli.signals import INTERRUPTED, raise_if_ended
from audiostyle.cli.streams import ReaderGone, flush_output
from audiostyle.errors import UnknownDomain

# A command is a module of this package with an ``app``, listed here and in the package's table of contents.
COMMANDS = (
    "translate", "transfer", "profile", "domains", "image", "models", "doctor", "corpus", "train", "evaluate",
    "study", "video", "page", "demo",
)  # fmt: skip


def build_app() -> typer.Typer:
    """Build the whole command line."""
    app = typer.Typer(
        name="audiostyle",
        help="Change the style of a recording and keep its content.",
        epilog="Start with: audiostyle translate song.wav --domain piano",
        add_completion=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(invoke_without_command=True)(_handle_root_options)
    for command in COMMANDS:
        app.add_typer(importlib.import_module(f"audiostyle.cli.{command}").app)
    return app


def run(arguments: Sequence[str]) -> int:
    """Run the command with its arguments and return its exit code (see `ExitCode`)."""
    debug = "--debug" in arguments  # anywhere on the line: one adds it after something has gone wrong
    level = logging.ERROR if {"-q", "--quiet"} & {*arguments} else logging.WARNING
    listen_to_libraries(PrintHandler(), logging.DEBUG if debug else level)
    try:
        rest = [argument for argument in arguments if argument != "--debug"]
        code = _call(rest)
        flush_output()
    except (KeyboardInterrupt, typer.Abort):
        code = ExitCode.INTERRUPTED
    except ReaderGone:
        code = ExitCode.READER_GONE
    except Exception as error:
        if debug:
            traceback.print_exc()
        code = _print_error(error)
    if code == ExitCode.INTERRUPTED:
        print_message(INTERRUPTED)
    return code if isinstance(code, int) else ExitCode.DONE


def _call(arguments: Sequence[str]) -> object:
    """Call the command and return its exit code."""
    try:
        return build_app()(args=arguments, prog_name="audiostyle", standalone_mode=False)
    except Exception:
        raise_if_ended()
        raise


def _print_error(error: Exception) -> int:
    """Print one line about an error and return the exit code that it stands for."""
    if hasattr(error, "format_message") and hasattr(error, "exit_code"):  # typer's own: it knows the command
        command = getattr(getattr(error, "ctx", None), "command_path", "audiostyle")
        print_message(f"{error.format_message()} (see '{command} --help')")
        return int(error.exit_code)
    print_message(describe_error(error))
    return ExitCode.USAGE if isinstance(error, UsageError | UnknownDomain) else ExitCode.FAILED


def _print_version(wanted: bool) -> None:
    if wanted:
        from audiostyle._version import __version__

        print_text(f"audiostyle {__version__}")
        raise typer.Exit()


def _handle_root_options(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version and exit.", callback=_print_version, is_eager=True),
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the whole traceback of an error.")] = False,
) -> None:  # ``debug`` is here for --help; ``run`` takes it off the line
    if context.invoked_subcommand is None:
        print(context.get_help())
