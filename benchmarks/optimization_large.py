"""Optimization of large pictures, measured: memory and time of ``audiostyle image optimize`` at full size.

Two iterations.  Of a picture of twelve megapixels L-BFGS remembers three steps at most, each of which takes
two more pictures of floats.  Seconds are those of all cores together.  With ``--store``, rows that were not
measured again are kept.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

import photos
import processes
import report
from PIL import Image

SIZES = {"1 Mpx": (1200, 833), "3 Mpx": (2000, 1500), "12 Mpx": (4000, 3000)}
ITERATIONS = 2
HEADER = ["preset", "picture", "peak memory", "time of all cores"]
COMMAND = [sys.executable, "-m", "audiostyle", "image", "optimize"]


def measure(preset: str, size: str) -> list[str]:
    """Return the row of a preset at a size."""
    content, style = photos.find_photographs()[:2]
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "photo.png")
        with Image.open(content) as picture:
            picture.convert("RGB").resize(SIZES[size], Image.Resampling.LANCZOS).save(source)
        options = [
            "--preset",
            preset,
            "--size-schedule",
            "0",
            "--iterations",
            str(ITERATIONS),
            "--device",
            "cpu",
        ]
        out = ["--out", str(Path(folder, "out.png")), "--quiet"]
        used = processes.measure([*COMMAND, str(source), str(style), *options, *out])
    return [preset, size, f"{used.peak / 1000:.1f} GB", f"{used.cores:.0f} s"]


def merge(rows: list[list[str]]) -> list[list[str]]:
    """Return the stored rows with new ones in the place of those of the same preset and size."""
    kept = report.RESULTS / "optimization_large.json"
    known = {tuple(row[:2]): row for row in (json.loads(kept.read_text()) if kept.exists() else [])}
    known |= {tuple(row[:2]): row for row in rows}
    merged = sorted(known.values(), key=lambda row: (row[0], list(SIZES).index(row[1])))
    kept.write_text(json.dumps(merged, indent=1) + "\n")
    return merged


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--presets", nargs="+", default=["gatys"])
    parser.add_argument("--sizes", nargs="+", default=list(SIZES), choices=SIZES)
    parser.add_argument("--store", action="store_true", help="store the table in results/")
    options = parser.parse_args()
    rows = []
    for preset in options.presets:
        for size in options.sizes:
            rows.append(measure(preset, size))
            print(rows[-1], file=sys.stderr, flush=True)
    if options.store:
        rows = merge(rows)
    title = "# Optimization of large pictures"
    text = "\n\n".join(
        [title, report.describe_run(), f"{ITERATIONS} iterations.", report.format_table(HEADER, rows)]
    )
    print(text)
    if options.store:
        print(f"stored in {report.store('optimization_large', text)}", file=sys.stderr)


if __name__ == "__main__":
    main()
