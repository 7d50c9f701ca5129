"""``audiostyle domains``: what a model can make a recording sound like, in what range, and how well."""

from pathlib import Path
from typing import Annotated

import typer

from audiostyle.cli import options as shared
from audiostyle.cli.console import UsageError, format_table, print_json, print_message, print_text
from audiostyle.models import zoo

app = typer.Typer()

_PITCH_CLASSES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")


@app.command()
def domains(
    model: shared.Model = zoo.DEFAULT,
    json: shared.Json = False,
    preview: Annotated[
        list[str] | None,
        typer.Option("--preview", metavar="NAME|all", help="Write five seconds of a domain, or of each."),
    ] = None,
    out: Annotated[
        Path,
        typer.Option("--out", "-o", metavar="DIR", help="Where previews go.", show_default="this folder"),
    ] = Path(),
    overwrite: shared.Overwrite = False,
) -> None:
    """List what recordings can be made to sound like, or write what that is.

    Notes outside a domain's range are moved into it by octaves.
    """
    if preview:
        _write_previews(model, preview, out, overwrite)
        return
    manifest = zoo.find_model(model)
    if json:
        for domain in manifest.domains.values():
            print_json(_make_record(domain, manifest.kinds(domain.name)))
        return
    rows = [("DOMAIN", "RANGE", "SOUNDS LIKE", "DECODERS", "MEASURED")]
    for domain in manifest.domains.values():
        kinds = ", ".join(manifest.kinds(domain.name))
        limits = f"{name_note(domain.lowest)}-{name_note(domain.highest)}"
        # The card's numbers under their own names, because cards may hold any.
        measured = ", ".join(f"{key} {value:g}" for key, value in domain.measured.items())
        rows.append((domain.name, limits, domain.sounds_like, kinds, measured))
    for line in format_table(rows).splitlines():
        print_text(line)


def _write_previews(model: str, names: list[str], out: Path, overwrite: bool) -> None:
    """Write ``NAME.preview.wav`` of every domain that is named."""
    manifest = zoo.find_model(model)
    chosen = list(manifest.domains) if "all" in names else list(dict.fromkeys(names))
    files = {manifest.domain(name).name: out / f"{name}.preview.wav" for name in chosen}
    if existing := [str(file) for file in files.values() if file.exists() and not overwrite]:
        raise UsageError(f"{existing[0]} exists; use --overwrite or another --out")
    from audiostyle.sound.writing import AudioWriter
    from audiostyle.translation.preview import PREVIEW_RATE, make_preview
    from audiostyle.translation.translator import Translator

    translator = Translator.from_pretrained(model)
    out.mkdir(parents=True, exist_ok=True)
    for name, file in files.items():
        with AudioWriter(file, PREVIEW_RATE, 1, subtype="PCM_16") as writer:
            writer.write(make_preview(translator, name)[None])
        print_message(f"wrote {file}")


def name_note(midi: int) -> str:
    """Return the scientific name of a MIDI note number.

    Example:
        >>> name_note(21), name_note(60), name_note(108)
        ('A0', 'C4', 'C8')
    """
    return f"{_PITCH_CLASSES[midi % 12]}{midi // 12 - 1}"


def _make_record(domain: zoo.DomainEntry, kinds: list[str]) -> dict[str, object]:
    return {
        "domain": domain.name,
        "sounds_like": domain.sounds_like,
        "lowest": domain.lowest,
        "highest": domain.highest,
        "decoders": kinds,
        "measured": dict(domain.measured),
        "sha256": domain.sha256,
    }
