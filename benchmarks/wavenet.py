"""Speed of the WaveNet sampler against the published way, what each trick contributes, and memory.

Every row runs in a process of its own, on all cores where it can.  The networks are untrained, since the time
does not depend on what they have learned.  Prints two tables and stores them in ``results/wavenet.md``.
"""

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Iterable

import numpy as np
import report
import torch
import wavenet_steps

from audiostyle.models.wavenet.network import COMPACT_WAVENET, PAPER_WAVENET, WAVENET_RATE, WaveNet
from audiostyle.models.wavenet.sampling.sampler import Sampler

CONFIGS = {"4×10, 128 channels": PAPER_WAVENET, "2×10, 64 channels": COMPACT_WAVENET}
SLOW_SAMPLES = 400  # of the published way: 25 ms of audio
SONG, LONG = 60.0, 300.0  # seconds
HEADER = ["network", "way", "real time", "against the published way", "peak memory"]


def sample_song(name: str, seconds: float, chunked: bool) -> float:
    """Sample a song from random conditioning; return seconds of audio a second, compilation not counted."""
    config, samples = CONFIGS[name], round(seconds * WAVENET_RATE)
    sampler = Sampler(WaveNet(config).eval().requires_grad_(False))
    rng = np.random.default_rng(0)

    def condition(first: int, count: int) -> np.ndarray:
        return rng.standard_normal((count, config.condition), dtype=np.float32)

    make = sampler.sample if chunked else sampler.stream
    _drain(make(condition, config.hop))  # compiles the kernels, or loads them from the cache
    started = time.perf_counter()
    made = _drain(make(condition, samples))
    assert made == samples
    return seconds / (time.perf_counter() - started)


def _drain(blocks: Iterable[np.ndarray]) -> int:
    return sum(len(block) for block in blocks)


def run_job(way: str, name: str, seconds: float) -> float:
    """Return the speed of one row, in seconds of audio a second."""
    torch.manual_seed(0)
    if way == "published":
        network = WaveNet(CONFIGS[name]).eval().requires_grad_(False)
        return wavenet_steps.measure_speed(wavenet_steps.make_naive(network), round(seconds * WAVENET_RATE))
    return sample_song(name, seconds, chunked=way == "chunks")


def measure(way: str, name: str, seconds: float) -> tuple[float, float]:
    """Run a job in a process of its own; return seconds of audio a second and the peak of memory in MB."""
    command = [sys.executable, __file__, "--job", way, name, str(seconds)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    speed, memory = map(float, done.stdout.split())
    return speed, memory


def format_row(name: str, label: str, measurement: tuple[float, float], yardstick: float) -> list[str]:
    """Return a row of the first table, and print it; ``yardstick`` is the published way's speed."""
    speed, memory = measurement
    line = [name, label, f"{speed:.3g}×", f"{speed / yardstick:.0f}×", f"{memory:.0f} MB"]
    print(" | ".join(line), file=sys.stderr, flush=True)
    return line


def measure_speeds(scale: float) -> list[list[str]]:
    """Return the rows of the first table; ``scale`` shortens the songs."""
    rows = []
    for name in CONFIGS:
        slow = measure("published", name, SLOW_SAMPLES / WAVENET_RATE)
        rows.append(format_row(name, "published way", slow, slow[0]))
        alone = measure("stream", name, scale * SONG / 10)
        rows.append(format_row(name, "one stream", alone, slow[0]))
        for seconds in (SONG, LONG) if name == "2×10, 64 channels" else (SONG,):
            label = f"chunks, {scale * seconds:g} s song"
            rows.append(format_row(name, label, measure("chunks", name, scale * seconds), slow[0]))
    return rows


def measure_steps(samples: int) -> str:
    """Return the second table: one trick after the other."""
    torch.set_num_threads(1)
    columns = [list(wavenet_steps.iterate_steps(config, samples)) for config in CONFIGS.values()]
    lines = [[one, f"{a:.3g}×", f"{b:.3g}×"] for (one, a), (_, b) in zip(columns[0], columns[1], strict=True)]
    return report.format_table(["and in addition", *CONFIGS], lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="songs of a tenth; nothing is stored")
    parser.add_argument("--job", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.job:
        way, name, seconds = options.job
        speed = run_job(way, name, float(seconds))
        unit = 1 if sys.platform == "darwin" else 1024
        print(speed, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6)
        return
    rows = measure_speeds(0.1 if options.quick else 1.0)
    text = "\n\n".join(
        [
            "# Sampling from a WaveNet",
            report.describe_run(),
            f"16 kHz, float32, {torch.get_num_threads()} core(s), without compilation, which the first use of"
            f" an installation waits for. The published way was measured on {SLOW_SAMPLES} samples, one"
            " stream on a tenth of the song; every sample costs the same.",
            report.format_table(HEADER, rows),
            "One trick after the other, one core, each row with what the rows above it have:",
            measure_steps(SLOW_SAMPLES // (4 if options.quick else 1)),
        ]
    )
    print(text)
    if not options.quick:
        print(f"stored in {report.store('wavenet', text)}", file=sys.stderr)


if __name__ == "__main__":
    main()
