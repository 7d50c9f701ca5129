"""A domain from one minute, on StarNet's public test songs: instruments that nothing here was made of.

    python benchmarks/starnet.py FOLDER

FOLDER has ``NNN.0.flac`` … ``NNN.5.flac`` of seven songs, ten seconds each (CC BY 4.0): clarinet and
vibraphone, clarinet, vibraphone, strings and piano, strings, piano, all of the same notes.  For each song a
domain is adapted to the piano (or the strings) of the six others by ``audiostyle train domain --from``, and
the song's vibraphone (or clarinet) is translated to it.  The result is compared with the song's own piano (or
strings): log-spectral distance, timbre distance, and the Jaccard distance of the pitches that the note judge
finds in both.  The shipped domain and a copy of the input stand beside, and how far in timbre the six clips
themselves are from the song: every song has a piano and strings of its own.  Prints a table and stores it in
``results/starnet.md``.
"""

import argparse
import shutil
import sys
import time
from collections import defaultdict
from pathlib import Path

import judge
import numpy as np
import report
import soxr
import torch

from audiostyle.evaluate import log_spectral_distance, timbre_distance
from audiostyle.evaluate.pitches import make_piano_roll, pitch_distance
from audiostyle.sound.reading import read_audio
from audiostyle.translation.training.clip import train_domain_from_clip
from audiostyle.translation.translator import Translator

RATE = 44_100  # Hz
TASKS = {"piano": (2, 5), "strings": (1, 4)}  # domain: numbers of the source's file and of the target's
SHIPPED, ADAPTED, COPY = "shipped domain", "adapted, one minute", "copy of the input"
CLIPS = "the clips that are learned"
PUBLISHED = {  # over all ten songs, as their authors report them
    "piano": {"Universal Music Translation": (11.9, 0.20, 0.43), "DiffTransfer": (10.2, 0.29, 0.23)},
    "strings": {"Universal Music Translation": (10.8, 0.51, 0.30), "DiffTransfer": (8.0, 0.13, 0.20)},
}

Scores = tuple[float, float, float]


def read(path: Path) -> np.ndarray:
    """Return a recording as a mono wave at 44.1 kHz."""
    wave, rate = read_audio(path)
    return soxr.resample(wave.mean(axis=0), rate, RATE).astype(np.float32)


def score(wave: np.ndarray, truth: np.ndarray) -> Scores:
    """Return LSD (dB), timbre distance and pitch distance."""
    rolls = [make_piano_roll(judge.transcribe(w, RATE)[:, :3], len(w) / RATE) for w in (wave, truth)]
    return (
        log_spectral_distance(wave, truth, RATE),
        timbre_distance(wave, truth, RATE),
        pitch_distance(*rolls),
    )


def adapt(domain: str, clips: list[Path], work: Path, model: str, steps: int) -> float:
    """Adapt a domain to clips, as a user would, and return the seconds that it took."""
    shutil.rmtree(work, ignore_errors=True)
    (work / "clips").mkdir(parents=True)
    for clip in clips:
        shutil.copy(clip, work / "clips")
    started = time.monotonic()
    train_domain_from_clip(
        "adapted",
        work / "clips",
        work / "model",
        work / "run",
        start_from=domain,
        extends=model,
        sounds_like=f"a {domain} of StarNet",
        steps=steps,
        seed=0,
        log=lambda numbers: None,
    )
    return time.monotonic() - started


def judge_song(
    folder: Path, song: str, domain: str, options: argparse.Namespace
) -> tuple[dict[str, Scores], float]:
    """Return the scores of every system on a song, and the seconds of the adaptation to the others."""
    source, target = TASKS[domain]
    others = [path for path in sorted(folder.glob(f"*.{target}.flac")) if not path.name.startswith(song)]
    work = Path(options.work) / f"{domain}-{song}"
    seconds = adapt(domain, others, work, options.model, options.steps)
    heard, truth = read(folder / f"{song}.{source}.flac"), read(folder / f"{song}.{target}.flac")
    length = min(len(heard), len(truth))
    heard, truth = heard[:length], truth[:length]
    learned = np.concatenate([read(path) for path in others])
    found = {
        COPY: score(heard, truth),
        CLIPS: (np.nan, timbre_distance(learned, truth, RATE), np.nan),
    }
    for system, model, name in ((SHIPPED, options.model, domain), (ADAPTED, work / "model", "adapted")):
        translator = Translator.from_pretrained(model, device="cpu")
        found[system] = score(translator.translate(heard, RATE, domain=name), truth)
    return found, seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="of the songs")
    parser.add_argument("--model", default="universal")
    parser.add_argument("--domains", nargs="+", choices=list(TASKS), default=list(TASKS))
    parser.add_argument("--songs", nargs="+", help="to be judged (default: all)")
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--work", default="runs/starnet", help="for the adapted domains")
    parser.add_argument("--name", default="starnet", help="of the file in results/; 'none' stores nothing")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    songs = options.songs or sorted({path.name.split(".")[0] for path in options.folder.glob("*.5.flac")})
    if not songs:
        sys.exit(f"{options.folder}: no songs such as 001.5.flac")
    rows: list[tuple[object, ...]] = []
    times = []
    for domain in options.domains:
        collected: dict[str, list[Scores]] = defaultdict(list)
        for song in songs:
            found, seconds = judge_song(options.folder, song, domain, options)
            times.append(seconds)
            for system, scores in found.items():
                collected[system].append(scores)
            print(
                domain,
                song,
                {k: np.round(v, 2).tolist() for k, v in found.items()},
                f"{seconds:.0f} s",
                file=sys.stderr,
            )
        for system, scores in collected.items():
            means = ["–" if np.isnan(mean) else float(mean) for mean in np.mean(scores, axis=0)]
            rows.append((f"{domain}: {system}", *means))
        rows += [(f"{domain}: {system} (ten songs)", *scores) for system, scores in PUBLISHED[domain].items()]
    text = "\n\n".join(
        [
            "# A domain from one minute: StarNet",
            report.describe_run(),
            f"{len(songs)} songs, each translated to a domain that was adapted to ten seconds of each of the"
            f" others: {options.steps} steps, median **{np.median(times):.0f} s**,"
            f" {options.threads} threads.",
            report.format_table(("to", "LSD (dB)", "timbre", "pitch"), rows),
        ]
    )
    print(text)
    if options.name != "none":
        report.store(options.name, text)


if __name__ == "__main__":
    main()
