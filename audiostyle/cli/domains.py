"""``audiostyle domains``: what a model can make a recording sound like, in what range, and how well."""

from typing import Any

import typer

from audiostyle.cli import options as shared
from audiostyle.cli.console import columns, emit
from audiostyle.models import zoo

app = typer.Typer()

_NOTES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")


@app.command()
def domains(
    model: shared.Model = zoo.DEFAULT, offline: shared.Offline = False, json: shared.Json = False
) -> None:
    """List what recordings can be made to sound like.

    Notes outside a domain's range are moved into it by octaves.
    """
    manifest = zoo.find_model(model, offline=offline)
    if json:
        for domain in manifest.domains.values():
            emit(_record(domain, manifest.kinds(domain.name)))
        return
    rows = [("DOMAIN", "RANGE", "SOUNDS LIKE", "DECODERS", "MEASURED")]
    for d in manifest.domains.values():
        kinds = ", ".join(manifest.kinds(d.name))
        rows.append((d.name, _range(d), d.sounds_like, kinds, _measured(d)))
    print(columns(rows))


def note_name(midi: int) -> str:
    """The scientific name of a MIDI number.

    >>> note_name(21), note_name(60), note_name(108)
    ('A0', 'C4', 'C8')
    """
    return f"{_NOTES[midi % 12]}{midi // 12 - 1}"


def _record(domain: zoo.DomainEntry, kinds: list[str]) -> dict[str, Any]:
    return {
        "domain": domain.name,
        "sounds_like": domain.sounds_like,
        "lowest": domain.lowest,
        "highest": domain.highest,
        "decoders": kinds,
        "measured": dict(domain.measured),
        "sha256": domain.sha256,
    }


def _range(domain: zoo.DomainEntry) -> str:
    return f"{note_name(domain.lowest)}-{note_name(domain.highest)}"


def _measured(domain: zoo.DomainEntry) -> str:
    """The card's numbers under their own names, because cards may hold any."""
    return ", ".join(f"{key} {value:g}" for key, value in domain.measured.items())
