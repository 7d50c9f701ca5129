"""The performance, judged: do swells, vibrato, glides and crescendos survive a translation?

Lines that are played with known curves by instruments of the reserved soundfonts (``lines.py``) are
translated, and what the notes do in the result is set beside the same performance by the instrument that the
domain was trained on.  The notes and curves of the transcription are judged alone, too.  Prints tables and
stores them in ``results/expression.md``; ``--quick`` takes three soloists, half as long, and stores nothing.
"""

import argparse
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache, partial
from multiprocessing import get_context

import known_pitch
import material
import numpy as np
import report
import torch
from findings import Findings, Results, find, merge
from lines import KINDS, QUICK, RATE, SOLOISTS, Line, make_line

from audiostyle.evaluate import log_spectral_distance
from audiostyle.evaluate.notes import note_f1
from audiostyle.models import zoo
from audiostyle.music.curves import STEP
from audiostyle.translation.transcription import Transcription
from audiostyle.translation.translator import Translator

OURS, COPY, TRUTH, HEARD = "translation", "copy of the input", "true instrument", "transcription"
SKIP, LEAVE = 0.06, 0.03  # seconds of a note's beginning and end that the instrument decides
WINDOW = 0.25  # seconds over which levels of crescendos and intros are compared
NEAR = 150  # cents around what should sound, in which pitches are sought
FAR_DOWN = -60.0  # dB below the loudest window: what is softer is not compared

_NOTE = (
    "A glide has no one onset: where notes begin at another pitch (scoops, portamento), F1 by onsets within"
    " 50 ms says little, and the number of notes heard for one is what counts."
)
PITCH_KINDS = ("vibrato", "modulation", "scoops", "portamento")
LEVEL_KINDS = ("swells", "trio")
SLOW_KINDS = ("crescendo", "intro")


@lru_cache(maxsize=1)
def _load_translator(model: str) -> Translator:
    torch.set_num_threads(1)
    return Translator.from_pretrained(model, device="cpu")


def list_kinds(model: str, domain: str) -> list[str]:
    """Return the kinds of playing that a domain can follow, by what its manifest says."""
    entry = zoo.find_model(model).domain(domain)
    kinds = ["plain", "intro"]
    kinds += [*LEVEL_KINDS, "crescendo"] if entry.level else []
    kinds += ["vibrato", "modulation"] if entry.bend >= 1 else []
    kinds += ["scoops", "portamento"] if entry.bend >= 2 else []
    return [kind for kind in KINDS if kind in kinds]


def judge_line(
    model: str, domains: Sequence[str], quick: bool, options: dict[str, float], case: tuple[str, str]
) -> Results:
    """Translate one line to all domains that can follow it, and measure everything."""
    line, translator = make_line(*case, quick), _load_translator(model)
    results: Results = {}
    source = line.render_source()
    transcription = translator.transcribe(source, RATE)
    played = _get_played(line, source)
    judge_transcription(results, line, played, transcription)
    for domain in domains:
        if line.kind not in list_kinds(model, domain):
            continue
        truth = line.render_truth(material.TRAINING, material.DOMAINS[domain])
        ours = translator.translate(source, RATE, domain=domain, **options)
        for system, wave in ((OURS, ours), (COPY, source), (TRUTH, truth)):
            judge_wave(results, line, played, f"{system}, {domain}", (wave, source, truth))
    return results


def _get_played(line: Line, source: np.ndarray) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Return times, cents and level of every note; the soundfont's own vibrato is measured in the source."""
    curves, rows = line.performance.curves, []
    assert curves is not None
    for index, (onset, offset, pitch, *_) in enumerate(line.performance.notes.tolist()):
        times = known_pitch.list_times(onset, offset, SKIP, LEAVE)
        grid = onset + STEP * np.arange(len(curves.get_cents(index)))
        cents, level = (np.interp(times, grid, get(index)) for get in (curves.get_cents, curves.get_level))
        if line.modulation:
            cents = known_pitch.measure_cents(source, RATE, times, pitch, -NEAR, NEAR)
        rows.append((times, cents, level))
    return rows


def judge_wave(
    results: Results,
    line: Line,
    played: list[tuple[np.ndarray, np.ndarray, np.ndarray]],
    system: str,
    waves: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    """Measure what one recording does: its waves are what is judged, the source and the truth."""
    wave, source, truth = waves
    kind = line.kind
    find(results, kind, "spectrum", system).note("lsd", log_spectral_distance(wave, truth, RATE))
    for pitch, (times, cents, _) in zip(line.performance.notes["pitch"].tolist(), played, strict=True):
        if kind in ("plain", *PITCH_KINDS) and len(times) and np.isfinite(cents).all():
            low, high = min(0.0, cents.min()) - NEAR, max(0.0, cents.max()) + NEAR
            found = known_pitch.measure_cents(wave, RATE, times, pitch, low, high)
            find(results, kind, "pitch", system).add(found, cents)
        if kind == "swells" and len(times):
            levels = [known_pitch.measure_level(w, RATE, times) for w in (wave, truth)]
            find(results, kind, "level", system).add(*levels)
    if kind == "trio":
        times = np.arange(0.3, line.seconds - 1.0, 0.1)
        levels = [known_pitch.measure_level(w, RATE, times, 0.1) for w in (wave, source)]
        find(results, kind, "level", system).add(*levels)
    if kind in SLOW_KINDS:
        last = line.performance.notes["offset"].max() if kind == "crescendo" else line.seconds / 2 - 0.6
        times = np.arange(0.3 + WINDOW / 2, last - WINDOW / 2, WINDOW / 2)
        levels = [known_pitch.measure_level(w, RATE, times, WINDOW) for w in (wave, source)]
        heard = levels[1] > known_pitch.measure_level(source, RATE, np.arange(line.seconds)).max() + FAR_DOWN
        found = find(results, kind, "level", system)
        found.add(*(level[heard] for level in levels))
        found.note("line", float(np.median(found.errors[-1])))


def judge_transcription(
    results: Results,
    line: Line,
    played: list[tuple[np.ndarray, np.ndarray, np.ndarray]],
    transcription: Transcription,
) -> None:
    """Measure the notes and their curves."""
    notes, kind = line.performance.get_pitched_notes(), line.kind
    counts = find(results, kind, "notes", HEARD)
    heard = transcription.notes
    counts.note("heard", len(heard) / len(notes))
    pairs = [np.stack([rows["onset"], rows["pitch"]], axis=1).astype(float) for rows in (heard, notes)]
    counts.note("f1", note_f1(*pairs) if len(heard) else 0.0)
    counts.note("short", float(np.mean(heard["offset"] - heard["onset"] < 0.06)) if len(heard) else 0.0)
    if kind == "intro":
        return
    for pitch, (times, cents, level) in zip(notes["pitch"].tolist(), played, strict=True):
        if not len(times) or not np.isfinite(cents).all():
            continue
        found = [
            read_curves(transcription, time, pitch + c / 100) for time, c in zip(times, cents, strict=True)
        ]
        pitches, levels = np.array(found).T
        if kind in (*PITCH_KINDS, "trio", "plain"):
            find(results, kind, "pitch", HEARD).add(100 * (pitches - pitch), cents)
        if kind in (*LEVEL_KINDS, "crescendo"):
            find(results, kind, "level", HEARD).add(levels, level)


def read_curves(transcription: Transcription, time: float, pitch: float) -> tuple[float, float]:
    """Return pitch and level (dB) of the sounding note that is nearest to a pitch; NaN if none is near."""
    notes, curves = transcription.notes, transcription.curves
    sounding = np.flatnonzero((notes["onset"] <= time) & (notes["offset"] > time))
    best = (np.nan, np.nan)
    for index in sounding:
        cents = level = 0.0
        if curves is not None and len(curves.get_cents(index)):
            point = (time - float(notes["onset"][index])) / STEP
            grid = np.arange(len(curves.get_cents(index)))
            cents = float(np.interp(point, grid, curves.get_cents(index)))
            level = float(np.interp(point, grid, curves.get_level(index)))
        found = float(notes["pitch"][index]) + cents / 100
        if abs(found - pitch) <= NEAR / 100 and not abs(found - pitch) >= abs(best[0] - pitch):
            best = (found, 40 * np.log10(max(1, int(notes["velocity"][index])) / 127) + level)
    return best


def format_report(results: Results, kinds: dict[str, list[str]]) -> str:
    """Return all tables; ``kinds`` says what each domain was asked to follow."""
    parts = []
    for domain, followed in kinds.items():
        rows = [row for kind in followed for row in _describe_kind(results, kind, domain)]
        parts += [f"## To {domain}", report.format_table(("", OURS, COPY, TRUTH), rows)]
    header = ("playing", "notes heard for one", "onset F1", "under 60 ms", "pitch: corr.", "error (cents)",
              "covered", "level: corr.")  # fmt: skip
    rows = [_describe_transcription(results, kind) for kind in KINDS if (kind, "notes", HEARD) in results]
    return "\n\n".join([*parts, "## The transcription alone", _NOTE, report.format_table(header, rows)])


def _describe_kind(results: Results, kind: str, domain: str) -> list[tuple[object, ...]]:
    """Return the rows of one kind of playing, with a column for each system."""

    def collect(what: str) -> list[Findings]:
        return [results.get((kind, what, f"{s}, {domain}"), Findings()) for s in (OURS, COPY, TRUTH)]

    rows: list[tuple[object, ...]] = []
    if kind in LEVEL_KINDS:
        rows.append((f"{kind}: level, correlation", *(f.correlation for f in collect("level"))))
    if kind in PITCH_KINDS:
        rows.append((f"{kind}: pitch, correlation", *(f.correlation for f in collect("pitch"))))
    if kind in ("plain", *PITCH_KINDS):
        rows.append((f"{kind}: pitch, median error (cents)", *(f.error for f in collect("pitch"))))
    if kind in SLOW_KINDS:
        rows.append((f"{kind}: level, median error (dB)", *(f.error for f in collect("level"))))
        worst = [max(f.values.get("line", [np.nan])) for f in collect("level")]
        rows.append((f"{kind}: level, median error of the worst line (dB)", *worst))
    rows.append((f"{kind}: LSD to the true instrument (dB)", *(f.mean("lsd") for f in collect("spectrum"))))
    return rows


def _describe_transcription(results: Results, kind: str) -> tuple[object, ...]:
    counts = results[kind, "notes", HEARD]
    pitch, level = (results.get((kind, what, HEARD)) for what in ("pitch", "level"))
    moving = pitch is not None and kind != "plain"
    return (
        kind,
        *(counts.mean(name) for name in ("heard", "f1", "short")),
        pitch.correlation if moving and pitch else "",
        pitch.error if pitch else "",
        pitch.mean("covered") if pitch else "",
        level.correlation if level else "",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--model", default="universal", help="name or path (default: the shipped model)")
    parser.add_argument("--domains", nargs="+", choices=list(material.DOMAINS), help="(default: all)")
    parser.add_argument("--expression", type=float, help="of the translations; not stored")
    parser.add_argument("--kinds", nargs="+", default=list(KINDS), choices=list(KINDS), help="not stored")
    parser.add_argument("--quick", action="store_true", help="three soloists, 5 s each; nothing is stored")
    parser.add_argument("--jobs", type=int, default=1, help="lines at once (default: 1)")
    options = parser.parse_args()
    cases = [(kind, soloist) for kind in options.kinds for soloist in (QUICK if options.quick else SOLOISTS)]
    domains = options.domains or list(material.DOMAINS)
    settings = {} if options.expression is None else {"expression": options.expression}
    judge = partial(judge_line, options.model, domains, options.quick, settings)
    with ProcessPoolExecutor(options.jobs, mp_context=get_context("spawn")) as pool:
        results = merge(pool.map(judge, cases))
    kinds = {name: [k for k in list_kinds(options.model, name) if k in options.kinds] for name in domains}
    text = "\n\n".join(["# Expression", report.describe_run(), format_report(results, kinds)])
    print(text)
    if not (options.quick or settings) and list(KINDS) == options.kinds:
        report.store("expression", text)


if __name__ == "__main__":
    main()
