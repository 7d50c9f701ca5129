"""``audiostyle domains``: what a model can make a recording sound like, in what range, and how well."""

import typer

from audiostyle.cli import options as shared
from audiostyle.cli.console import format_table, print_json, print_text
from audiostyle.models import zoo

app = typer.Typer()

_PITCH_CLASSES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")


@app.command()
def domains(model: shared.Model = zoo.DEFAULT, json: shared.Json = False) -> None:
    """List what recordings can be made to sound like.

    Notes outside a domain's range are moved into it by octaves.
    """
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
