"""Translation, judged: which notes are kept, how near the truth is, which instrument it sounds like.

Held-out pieces are rendered with reserved soundfonts as six instruments, translated to every domain, and
compared with the same performance on the instrument that the domain was trained on, beside three
floors.  Prints Markdown tables and stores them in ``results/translation.md``.  README.md says what it needs
and how long it takes.
"""

import argparse
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from multiprocessing import get_context

import material
import measures
import numpy as np
import report
import torch
from instruments import REQUIRED
from material import DOMAINS, RATE, SOURCES
from noise import NoiseTranslator
from tables import ANOTHER, COPY, NOISE, OURS, SAMPLER, TRUTH, WAVENET, Row, Table

from audiostyle.translation.translator import Translator


@dataclass(frozen=True)
class Settings:
    """What one run does.

    Attributes:
        model: name or path; None measures the floors alone.
        decoders: name of a system → kind of its decoder.
        domains: to which is translated.
        seconds: length of an excerpt.
        threads: of torch, in each process.
    """

    model: str | None
    decoders: dict[str, str]
    domains: tuple[str, ...]
    seconds: float
    threads: int


@lru_cache(maxsize=2)
def _load_translator(kind: type[Translator], model: str, threads: int) -> Translator:
    torch.set_num_threads(threads)
    return kind.from_pretrained(model, device="cpu")


def judge_piece(settings: Settings, numbered: tuple[int, str]) -> list[Row]:
    """Translate one piece from every source to every domain, and judge it all."""
    number, piece = numbered
    rows: list[Row] = []
    seconds = settings.seconds
    notes = material.get_notes(piece, seconds)
    for domain in settings.domains:
        truth = material.render_truth(piece, domain, seconds)
        another = measures.render_another(piece, domain, seconds)
        for instrument in SOURCES:
            source = material.render_source(piece, number, instrument, seconds)
            waves = {TRUTH: truth, ANOTHER: another, COPY: source}
            waves[SAMPLER] = measures.transcribe_and_render(source, domain, seconds)
            elapsed: dict[str, float] = {}
            for system, decoder in settings.decoders.items():
                kind = NoiseTranslator if system == NOISE else Translator
                translator = _load_translator(kind, settings.model, settings.threads)
                waves[system], elapsed[system] = _translate(translator, source, domain, decoder)
            for system, wave in waves.items():
                found = measures.score(wave, truth, notes, domain)
                rows.append(Row(instrument, domain, system, found, elapsed.get(system, 0.0)))
    return rows


def _translate(
    translator: Translator, source: np.ndarray, domain: str, decoder: str
) -> tuple[np.ndarray, float]:
    started = time.perf_counter()
    wave = translator.translate(source, RATE, domain=domain, decoder=decoder)
    return wave, time.perf_counter() - started


def format_report(table: Table, settings: Settings, pieces: list[str], rows: list[Row]) -> str:
    """Return the whole report."""
    accuracy = table.mean("named", TRUTH)
    speeds = "".join(_format_speed(name, rows, settings) for name in settings.decoders)
    parts = [
        "# Translation",
        report.describe_run(),
        f"{len(pieces)} held-out pieces, {settings.seconds:g} s each; model: {settings.model or 'none'}."
        f" The instrument judge names {accuracy:.1%} of the true recordings' windows rightly.{speeds}",
        table.format_summary(),
        "## Note F1 by the judge, the true recording's beside it",
        table.format_detail("f1", [TRUTH, *table.systems]),
        "## LSD to the truth (dB)",
        table.format_detail("lsd", table.systems),
        "## Share of windows named as the domain",
        table.format_detail("named", [TRUTH, *table.systems]),
        "## Pieces",
        "\n".join(f"- {piece}" for piece in pieces),
    ]
    return "\n\n".join(parts)


def _format_speed(system: str, rows: list[Row], settings: Settings) -> str:
    speed = np.median([settings.seconds / row.elapsed for row in rows if row.system == system])
    threads = f"{settings.threads} thread{'s' * (settings.threads > 1)}"
    return f" `translate` ({system}) ran at {speed:.2g}× real time, {threads}."


def parse_arguments() -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--model", default="universal", help="name or path (default: the shipped model)")
    parser.add_argument("--decoder", choices=["spectral", "wavenet"], default="spectral",
                        help="wavenet: both, for the domains that have one (default: spectral)")  # fmt: skip
    parser.add_argument(
        "--domains", nargs="*", choices=list(DOMAINS), default=list(DOMAINS), help="(default: all)"
    )
    parser.add_argument("--floors", action="store_true", help="measure the floors alone, no model")
    parser.add_argument("--pieces", type=int, default=12, help="held-out pieces (default: 12)")
    parser.add_argument("--seconds", type=float, default=30.0, help="length of an excerpt (default: 30)")
    parser.add_argument("--quick", action="store_true", help="3 pieces of 10 s; nothing is stored")
    parser.add_argument("--jobs", type=int, default=1, help="pieces at once (default: 1)")
    parser.add_argument("--name", help="of the file in results/ (default: translation, or wavenet-quality)")
    return parser.parse_args()


def _settings(options: argparse.Namespace) -> Settings:
    threads = max(1, (os.cpu_count() or 1) // options.jobs)
    if options.floors:
        return Settings(None, {}, tuple(DOMAINS), options.seconds, threads)
    from audiostyle.models import zoo

    decoders = {OURS: "spectral"}
    if options.decoder == "wavenet":
        decoders |= {WAVENET: "wavenet", NOISE: "wavenet"}
    manifest = zoo.find_model(options.model)
    domains = tuple(d for d in options.domains if set(decoders.values()) <= set(manifest.kinds(d)))
    return Settings(options.model, decoders, domains, options.seconds, threads)


def main() -> None:
    options = parse_arguments()
    if options.quick:
        options.pieces, options.seconds = 3, 10.0
    if missing := material.find_missing_soundfonts():
        sys.exit(f"soundfonts are missing: {', '.join(missing)}; README.md names the packages")
    settings = _settings(options)
    pieces = material.choose_pieces(options.pieces, options.seconds)
    rows: list[Row] = []
    with ProcessPoolExecutor(options.jobs, mp_context=get_context("spawn")) as pool:
        judged = pool.map(partial(judge_piece, settings), enumerate(pieces))
        for piece, found in zip(pieces, judged, strict=True):
            rows += found
            print(f"judged {piece}", file=sys.stderr)
    table = Table(rows)
    text = format_report(table, settings, pieces, rows)
    print(text)
    if (accuracy := table.mean("named", TRUTH)) < REQUIRED:
        doubt = f"The instrument judge names only {accuracy:.1%} of the truth: its verdicts do not count."
        text = text.replace("\n\n| measure", f"\n\n{doubt}\n\n| measure", 1)
        print(doubt, file=sys.stderr)
    if not options.quick and not options.floors:
        name = options.name or ("translation" if options.decoder == "spectral" else "wavenet-quality")
        print(f"stored in {report.store(name, text)}", file=sys.stderr)


if __name__ == "__main__":
    main()
