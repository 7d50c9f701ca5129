"""``audiostyle models``: the models there are, what is in them, whether they are whole, where they lie."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from audiostyle.cli import options as shared
from audiostyle.cli.console import ExitCode, format_table, print_json, print_message, print_text
from audiostyle.cli.streams import write_line
from audiostyle.errors import ModelNotFound
from audiostyle.models import zoo

app = typer.Typer(name="models", help="Look at the models: list, show, verify, path.")

Name = Annotated[str, typer.Argument(metavar="[NAME|DIR|FILE]", help="The model.")]


@app.command("list")
def list_(json: shared.Json = False) -> None:
    """List the shipped models and your own."""
    manifests = zoo.list_models()
    if json:
        for manifest in manifests:
            print_json(_make_record(manifest))
        return
    rows = [("MODEL", "VERSION", "LICENSE", "DOMAINS")]
    for line in format_table(
        [*rows, *((m.name, m.version, m.license, ", ".join(m.domains)) for m in manifests)]
    ).splitlines():
        print_text(line)


@app.command()
def show(model: Name = zoo.DEFAULT, json: shared.Json = False) -> None:
    """Show a model and its cards: data, license, what it is good and bad at, measured numbers."""
    manifest = zoo.find_model(model)
    if json:
        print_json(_make_record(manifest))
        return
    print_text(f"{manifest.name} {manifest.version} ({manifest.license}): {manifest.summary}")
    print_text(str(manifest.path))
    for card in (weights.card for weights in manifest.weights()):
        if card and card.is_file():
            for line in ("", *card.read_text(encoding="utf-8", errors="replace").strip().splitlines()):
                print_text(line.expandtabs())


@app.command()
def verify(
    model: Annotated[
        str | None, typer.Argument(metavar="[NAME|DIR|FILE]", help="The model.  [default: all]")
    ] = None,
    json: shared.Json = False,
) -> None:
    """Check the files of a model, or of all, against their sha256."""
    names = [model] if model else zoo.find_manifests()
    checks = [check for name in names for check in _check_files(name)]
    for file, ok, message in checks:
        if json:
            print_json({"file": str(file), "ok": ok, "message": message})
        elif ok:
            print_text(f"ok  {file}")
        if not ok:
            print_message(message)
    raise typer.Exit(ExitCode.DONE if all(check.ok for check in checks) else ExitCode.FAILED)


@app.command()
def path(
    model: Annotated[str | None, typer.Argument(metavar="[NAME|DIR|FILE]", help="The model.")] = None,
) -> None:
    """Print the folder of a model, or without a name the folder for your own models."""
    folder = str(zoo.find_model(model).path.parent if model else zoo.store_folder())
    # Programs take the path as it is, whatever letters it has; terminals don't.
    print_text(folder) if sys.stdout.isatty() else write_line(folder, sys.stdout)


def _check_files(model: str) -> list[zoo.FileCheck]:
    try:
        return zoo.verify_model(zoo.find_model(model))
    except ModelNotFound as error:  # damaged to the manifest: no reason to leave the others unchecked
        return [zoo.FileCheck(zoo.find_manifests().get(model, Path(model)), False, str(error))]


def _make_record(manifest: zoo.Manifest) -> dict[str, object]:
    return {
        "model": manifest.name,
        "version": manifest.version,
        "license": manifest.license,
        "licence": manifest.license,  # the field's name in 0.1, for programs that read it
        "summary": manifest.summary,
        "path": str(manifest.path),
        "sha256": manifest.fingerprint(),
        "domains": list(manifest.domains),
    }
