"""Translation, judged: notes kept, distance to the truth, instrument heard, beside three floors.

Held-out pieces are rendered with reserved soundfonts as six instruments, translated to every domain, and
compared with the same performance on the instrument that the domain was trained on.  Prints Markdown tables
and stores them in ``results/translation.md``.  README.md says what it needs and how long it takes.
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
from instruments import REQUIRED
from material import DOMAINS, RATE, SOURCES
from tables import ANOTHER, COPY, OURS, SAMPLER, TRUTH, Row, Table


@dataclass(frozen=True)
class Settings:
    """What one run does; ``model`` None measures the floors alone."""

    model: str | None
    domains: tuple[str, ...]
    seconds: float
    threads: int


@lru_cache(maxsize=1)
def _translator(model: str, threads: int):
    import torch

    from audiostyle.translation.translator import Translator

    torch.set_num_threads(threads)
    return Translator.from_pretrained(model, device="cpu")


def judged_piece(settings: Settings, numbered: tuple[int, str]) -> list[Row]:
    """Translate one piece from every source to every domain, and judge it all."""
    number, piece = numbered
    rows: list[Row] = []
    seconds = settings.seconds
    notes = material.true_notes(piece, seconds)
    for domain in settings.domains:
        truth = material.truth(piece, domain, seconds)
        another = measures.another_player(piece, domain, seconds)
        for instrument in SOURCES:
            source = material.source(piece, number, instrument, seconds)
            waves = {TRUTH: truth, ANOTHER: another, COPY: source}
            waves[SAMPLER] = measures.transcribed_and_played(source, domain, seconds)
            elapsed = 0.0
            if settings.model is not None:
                waves[OURS], elapsed = _translated(source, domain, settings)
            for system, wave in waves.items():
                found = measures.scores(wave, truth, notes, domain)
                rows.append(Row(instrument, domain, system, found, elapsed if system == OURS else 0.0))
    return rows


def _translated(source: np.ndarray, domain: str, settings: Settings) -> tuple[np.ndarray, float]:
    translator = _translator(settings.model, settings.threads)
    started = time.perf_counter()
    wave = translator.translate(source, RATE, domain=domain).numpy()
    return wave, time.perf_counter() - started


def written(table: Table, settings: Settings, pieces: list[str], rows: list[Row]) -> str:
    """The whole report."""
    accuracy = table.mean("named", TRUTH)
    speeds = [settings.seconds / row.elapsed for row in rows if row.system == OURS]
    threads = f"{settings.threads} thread{'s' * (settings.threads > 1)}"
    told = f" `translate` ran at {np.median(speeds):.0f}× real time, {threads}." if speeds else ""
    parts = [
        "# Translation",
        report.provenance(),
        f"{len(pieces)} held-out pieces, {settings.seconds:g} s each; model: {settings.model or 'none'}."
        f" The instrument judge names {accuracy:.1%} of the true recordings' windows rightly.{told}",
        table.summary(),
        "## Note F1 by the judge, the true recording's beside it",
        table.detail("f1", [TRUTH, *table.systems]),
        "## LSD to the truth (dB)",
        table.detail("lsd", table.systems),
        "## Share of windows named as the domain",
        table.detail("named", [TRUTH, *table.systems]),
        "## Pieces",
        "\n".join(f"- {piece}" for piece in pieces),
    ]
    return "\n\n".join(parts)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--model", default="universal", help="name or path (default: the shipped model)")
    parser.add_argument("--floors", action="store_true", help="measure the floors alone, no model")
    parser.add_argument("--pieces", type=int, default=12, help="held-out pieces (default: 12)")
    parser.add_argument("--seconds", type=float, default=30.0, help="length of an excerpt (default: 30)")
    parser.add_argument("--quick", action="store_true", help="3 pieces of 10 s; nothing is stored")
    parser.add_argument("--jobs", type=int, default=1, help="pieces at once (default: 1)")
    parser.add_argument("--name", default="translation", help="of the file in results/")
    return parser.parse_args()


def _settings(options: argparse.Namespace) -> Settings:
    threads = max(1, (os.cpu_count() or 1) // options.jobs)
    if options.floors:
        return Settings(None, tuple(DOMAINS), options.seconds, threads)
    from audiostyle.models import zoo

    has = zoo.find(options.model).domains
    domains = tuple(domain for domain in DOMAINS if domain in has)
    return Settings(options.model, domains, options.seconds, threads)


def main() -> None:
    options = arguments()
    if options.quick:
        options.pieces, options.seconds = 3, 10.0
    if missing := material.missing_soundfonts():
        sys.exit(f"soundfonts are missing: {', '.join(missing)}; README.md names the packages")
    settings = _settings(options)
    pieces = material.held_out(options.pieces, options.seconds)
    rows: list[Row] = []
    with ProcessPoolExecutor(options.jobs, mp_context=get_context("spawn")) as pool:
        judged = pool.map(partial(judged_piece, settings), enumerate(pieces))
        for piece, found in zip(pieces, judged, strict=True):
            rows += found
            print(f"judged {piece}", file=sys.stderr)
    table = Table(rows)
    text = written(table, settings, pieces, rows)
    print(text)
    if (accuracy := table.mean("named", TRUTH)) < REQUIRED:
        sys.exit(f"the instrument judge names only {accuracy:.1%} of the truth: its verdicts do not count")
    if not options.quick and not options.floors:
        print(f"stored in {report.store(options.name, text)}", file=sys.stderr)


if __name__ == "__main__":
    main()
