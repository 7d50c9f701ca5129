"""``audiostyle translate``: recordings played on another instrument."""

from enum import StrEnum
from typing import Annotated

import typer

from audiostyle.cli import options as shared
from audiostyle.cli.batch.conventions import NAME_BY_DOMAIN, STDOUT, check_stdout
from audiostyle.cli.console import UsageError
from audiostyle.errors import AudiostyleError
from audiostyle.models.zoo import DEFAULT
from audiostyle.translation.followed import FOLLOWED, check_follow

app = typer.Typer()


class DecoderKind(StrEnum):
    """Kinds of decoders."""

    spectral = "spectral"
    wavenet = "wavenet"


class Proposal(StrEnum):
    """What ``--parts`` may say."""

    auto = "auto"


def _check_grid(value: str | None) -> str | None:
    if value is not None:
        from audiostyle.errors import AudiostyleError
        from audiostyle.music.quantization import parse_grid

        try:
            parse_grid(value)
        except AudiostyleError as error:
            raise typer.BadParameter(str(error)) from None
    return value


def _check_temperature(value: float | None) -> float | None:
    if value is not None and not 0 < value < float("inf"):
        raise typer.BadParameter(f"{value:g} is not above 0")
    return value


def _check_follow(names: list[str] | None) -> list[str] | None:
    try:
        return list(check_follow(names)) if names else None
    except AudiostyleError as error:
        raise typer.BadParameter(str(error)) from None


def _check_crossfade(text: str | None) -> str | None:
    if text is not None:
        from audiostyle.translation.crossfade import Crossfade

        try:
            Crossfade.parse(text)
        except AudiostyleError as error:
            raise typer.BadParameter(str(error)) from None
    return text


def _check_parts(texts: list[str] | None) -> list[str] | None:
    if texts:
        from audiostyle.translation.parts import parse_parts

        try:
            parse_parts(texts)
        except AudiostyleError as error:
            raise typer.BadParameter(str(error)) from None
    return texts


def _complete_domains(incomplete: str) -> list[str]:
    """Return the domains of the usual model that begin so, for the TAB key."""
    from audiostyle.models import zoo

    try:
        return [name for name in zoo.find_model(DEFAULT).domains if name.startswith(incomplete)]
    except AudiostyleError:
        return []


Domains = Annotated[
    list[str] | None,
    typer.Option(
        "--domain",
        "-d",
        metavar="NAME",
        autocompletion=_complete_domains,
        help="What it is to sound like (see 'audiostyle domains'); repeat for several.",
    ),
]
Parts = Annotated[
    list[str] | None,
    typer.Option(
        "--part",
        metavar="ROLE=NAME",
        callback=_check_parts,
        help="Instead of --domain: which domain plays melody, counter, chords or bass; repeat for several.",
    ),
]
ProposedParts = Annotated[
    Proposal | None,
    typer.Option(
        "--parts",
        help="Instead of --part: propose the parts that the recording has, and what plays each.",
    ),
]
FadedDomains = Annotated[
    str | None,
    typer.Option(
        "--crossfade",
        metavar="FROM:TO@SECONDS",
        callback=_check_crossfade,
        help="Instead of --domain: one domain becomes another, such as piano:strings@30 or @20-40.",
    ),
]
Stems = Annotated[
    str | None, typer.Option("--stems", metavar="DIR", help="Write the sound of every part alone, too.")
]
Transpose = Annotated[
    int, typer.Option("--transpose", metavar="N", min=-48, max=48, help="Semitones up, or down if negative.")
]
Strength = Annotated[
    float,
    typer.Option(
        "--strength",
        "--mix",
        metavar="0..1",
        min=0.0,
        max=1.0,
        help="From dry, the input, to wet, the result alone.",
    ),
]
KeepDrums = Annotated[bool, typer.Option("--keep-drums", help="Keep the percussion, translate the rest.")]
Decoder = Annotated[
    DecoderKind | None,
    typer.Option("--decoder", help="The kind of network that plays.", show_default="the domain's usual one"),
]
Temperature = Annotated[
    float | None,
    typer.Option(
        "--temperature",
        metavar="T",
        callback=_check_temperature,
        help="Of a WaveNet: above 1 it is livelier and noisier, below 1 duller.",
        show_default="what suits the domain",
    ),
]
ChunkCount = Annotated[
    int | None,
    typer.Option(
        "--chunks",
        metavar="N",
        min=1,
        help="Parts of the song that a WaveNet makes side by side.",
        show_default="one for every 2.5 s",
    ),
]
Expression = Annotated[
    float,
    typer.Option(
        "--expression",
        metavar="0..1",
        min=0.0,
        max=1.0,
        help="How much of the swells, vibratos and slides inside notes is taken over.",
    ),
]
Follow = Annotated[
    list[str] | None,
    typer.Option(
        "--follow",
        metavar="NAME",
        callback=_check_follow,
        help="Take over this alone: level or pitch; repeat for several.",
        show_default="both",
    ),
]
Midi = Annotated[
    str | None,
    typer.Option(
        "--midi",
        metavar="PATH",
        callback=shared.unwrap,
        help="Write the notes of the recording as a MIDI file, with bends, dynamics and a beat.",
    ),
]
MidiPlain = Annotated[
    bool, typer.Option("--midi-plain", help="Write the notes alone, without bends, dynamics and beat.")
]
Quantize = Annotated[
    str | None,
    typer.Option(
        "--quantize",
        metavar="GRID",
        callback=_check_grid,
        help="Move the written notes to a grid: 1/8, 1/16, 1/16T, …",
    ),
]


@app.command()
def translate(
    inputs: shared.Inputs,
    domain: Domains = None,
    part: Parts = None,
    proposed: ProposedParts = None,
    crossfade: FadedDomains = None,
    stems: Stems = None,
    out: shared.Out = None,
    filename: shared.Filename = NAME_BY_DOMAIN,
    overwrite: shared.Overwrite = False,
    skip_existing: shared.SkipExisting = False,
    transpose: Transpose = 0,
    strength: Strength = 1.0,
    keep_drums: KeepDrums = False,
    decoder: Decoder = None,
    temperature: Temperature = None,
    chunks: ChunkCount = None,
    expression: Expression = 1.0,
    follow: Follow = None,
    midi: Midi = None,
    midi_plain: MidiPlain = False,
    quantize: Quantize = None,
    format: shared.Format = None,
    subtype: shared.Subtype = None,
    clip: shared.ClipPolicy = shared.Clip.limit,
    model: shared.Model = DEFAULT,
    device: shared.Device = "auto",
    segment: shared.Segment = 12.0,
    jobs: shared.Jobs = 1,
    engine: shared.EngineChoice = shared.EngineName.processes,
    address: shared.Address = None,
    ledger: shared.LedgerFile = None,
    seed: shared.Seed = 0,
    json: shared.Json = False,
    dry_run: shared.DryRun = False,
    quiet: shared.Quiet = False,
) -> None:
    """Play recordings on another instrument.

    Any polyphonic music goes in; the result has the recording's sample rate, channels and length.
    """
    from audiostyle.cli.batch.ledger import open_ledger
    from audiostyle.cli.batch.plan import plan_batch
    from audiostyle.cli.batch.run import run_batch
    from audiostyle.cli.batch.translations import TranslationNaming, TranslationReporter
    from audiostyle.cli.jobs.translate import TranslateJob
    from audiostyle.models import zoo

    manifest = zoo.find_model(model)
    kind = decoder.value if decoder else None
    named = dict(text.split("=", 1) for text in part or [])
    if sum(map(bool, (domain, named, proposed, crossfade))) != 1:
        raise UsageError(
            "say what it is to sound like: --domain NAME, or --part ROLE=NAME for each part, or --parts "
            "auto, or --crossfade FROM:TO@SECONDS (see 'audiostyle translate --help')"
        )
    parts = proposed.value if proposed else named
    if stems and (not parts or len(inputs) > 1):
        raise UsageError("--stems writes the parts of one recording; add --part ROLE=NAME")
    shared.refuse_addresses(stems=stems, model=model)
    played = domain or list(named.values())
    if crossfade:
        from audiostyle.translation.crossfade import list_domains

        played = list(list_domains(crossfade))
    kinds = {manifest.decoder(name, kind).config.get("kind") for name in played}
    if (temperature or chunks) and kinds != {"wavenet"}:
        raise UsageError("--temperature and --chunks are a WaveNet's; add --decoder wavenet")
    if midi is None and (midi_plain or quantize):
        raise UsageError("--midi-plain and --quantize say how notes are written; add --midi PATH")
    check_stdout(out, json)
    options = {
        "transpose": transpose,
        "strength": strength,
        "keep_drums": keep_drums,
        "seed": seed,
        "segment": segment,
        "decoder": kind,
        "temperature": temperature,
        "midi_plain": midi_plain,
        "quantize": quantize,
        "chunks": chunks,
        "expression": expression,
        "follow": tuple(follow or FOLLOWED),
        "crossfade": crossfade,
        **({"parts": parts, "stems": stems} if parts else {}),
        "format": format,
        "subtype": subtype,
        "clip": clip.value,
    }
    identity = {"command": "translate", "model": manifest.fingerprint(*played, kind=kind), **options}
    book = open_ledger(ledger, out, identity, wanted=engine == shared.EngineName.ray and not dry_run)
    naming = TranslationNaming(out, filename, format, subtype, midi)
    labels = domain or ["crossfade" if crossfade else "band"]
    plan = plan_batch(inputs, labels, naming, overwrite=overwrite, skip_existing=skip_existing, ledger=book)
    job = TranslateJob(model, device, options)
    reporter = TranslationReporter(json=json, quiet=quiet, text_to_stderr=out == STDOUT)
    chosen = shared.choose_engine(engine, address, jobs, device, book)
    raise typer.Exit(run_batch(plan, job, reporter, engine=chosen, dry_run=dry_run))
