"""``audiostyle models``: the models there are, what is in them, whether they are whole, where they lie."""

from pathlib import Path
from typing import Annotated, Any

import typer

from audiostyle.cli import options as shared
from audiostyle.cli.console import Code, columns, emit, tell
from audiostyle.errors import ModelNotFound
from audiostyle.models import zoo

app = typer.Typer(name="models", help="Look at the models: list, show, verify, path.")

Name = Annotated[str, typer.Argument(metavar="[NAME|DIR|FILE]", help="The model.")]


@app.command("list")
def list_(json: shared.Json = False) -> None:
    """List the shipped models and your own."""
    found = zoo.list_models()
    if json:
        for manifest in found:
            emit(_record(manifest))
        return
    rows = [("MODEL", "VERSION", "LICENCE", "DOMAINS")]
    print(columns([*rows, *((m.name, m.version, m.licence, ", ".join(m.domains)) for m in found)]))


@app.command()
def show(model: Name = zoo.DEFAULT, json: shared.Json = False) -> None:
    """Show a model and its cards: data, licence, what it is good and bad at, measured numbers."""
    manifest = zoo.find_model(model)
    if json:
        emit(_record(manifest))
        return
    print(f"{manifest.name} {manifest.version} ({manifest.licence}): {manifest.summary}\n{manifest.path}")
    for card in (weights.card for weights in manifest.weights()):
        if card and card.is_file():
            print(f"\n{card.read_text(encoding='utf-8').strip()}")


@app.command()
def verify(
    model: Annotated[
        str | None, typer.Argument(metavar="[NAME|DIR|FILE]", help="The model.  [default: all]")
    ] = None,
    json: shared.Json = False,
) -> None:
    """Check the files of a model, or of all, against their sha256."""
    checks = [check for name in ([model] if model else zoo.find_manifests()) for check in _checks(name)]
    for file, ok, message in checks:
        if json:
            emit({"file": str(file), "ok": ok, "message": message})
        elif ok:
            print(f"ok  {file}")
        if not ok:
            tell(message)
    raise typer.Exit(Code.DONE if all(check.ok for check in checks) else Code.FAILED)


@app.command()
def path(
    model: Annotated[str | None, typer.Argument(metavar="[NAME|DIR|FILE]", help="The model.")] = None,
) -> None:
    """Print the folder of a model, or without a name the folder for your own models."""
    print(zoo.find_model(model).path.parent if model else zoo.store_folder())


def _checks(model: str) -> list[zoo.FileCheck]:
    try:
        return zoo.verify_model(zoo.find_model(model))
    except ModelNotFound as error:  # damaged to the manifest: no reason to leave the others unchecked
        return [zoo.FileCheck(zoo.find_manifests().get(model, Path(model)), False, str(error))]


def _record(manifest: zoo.Manifest) -> dict[str, Any]:
    return {
        "model": manifest.name,
        "version": manifest.version,
        "licence": manifest.licence,
        "summary": manifest.summary,
        "path": str(manifest.path),
        "sha256": manifest.fingerprint(),
        "domains": list(manifest.domains),
    }
