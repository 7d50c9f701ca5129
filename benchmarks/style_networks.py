"""Networks of one style, measured: size, pixels a second and memory of ``image stylize --network``.

``--sheet FILE`` draws what they make of photographs that none was trained on.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import photos
import processes
import report
import torch
from PIL import Image

from audiostyle.image import apply_network
from audiostyle.models.style_network import list_style_networks, load_style_network

SIZES = {"1 Mpx": (1200, 833), "12 Mpx": (4000, 3000)}
CALLS = 5  # of the network itself, of which the fastest counts
COMMAND = [sys.executable, "-m", "audiostyle", "image", "stylize"]


def measure(name: str) -> list[list[object]]:
    """Return a row for each size: of the network alone, and of the whole command."""
    network = load_style_network(name)
    size = list_style_networks()[name].file.stat().st_size / 1e6
    rows: list[list[object]] = []
    for label, (width, height) in SIZES.items():
        picture = torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(0))
        seconds = []
        with torch.inference_mode():
            for _ in range(CALLS if height < 1000 else 2):
                started = time.perf_counter()
                network(picture)
                seconds.append(time.perf_counter() - started)
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder, "photo.png")
            values = np.linspace(0, 255, height * width * 3).reshape(height, width, 3)
            Image.fromarray(values.astype(np.uint8)).save(source)
            options = ["--network", name, "--out", folder, "--quiet", "--device", "cpu"]
            used = processes.measure([*COMMAND, str(source), *options])
        speed = width * height / 1e6 / min(seconds)
        rows.append(
            [
                name,
                f"{size:.2f} MB",
                label,
                f"{speed:.1f} Mpx/s",
                f"{used.seconds:.1f} s",
                f"{used.peak:.0f} MB",
            ]
        )
        print(rows[-1], file=sys.stderr, flush=True)
    return rows


def draw(path: Path, side: int, count: int) -> None:
    """Draw held-out photographs, each with what all networks make of it to its right."""
    pictures = list(photos.load_photographs(side).values())[:count]
    lines = []
    for picture in pictures:
        made = [apply_network(picture, name, device="cpu") for name in list_style_networks()]
        height, width = picture.shape[:2]
        cells = [np.rint(255 * cell).astype(np.uint8) for cell in (picture, *made)]
        line = np.full((side, (side + 8) * len(cells), 3), 255, np.uint8)
        for number, cell in enumerate(cells):
            line[:height, number * (side + 8) : number * (side + 8) + width] = cell
        lines.append(line[: height + 8])
    Image.fromarray(np.concatenate(lines)).save(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sheet", type=Path, help="draw them instead")
    parser.add_argument("--side", type=int, default=512, help="of the sheet's pictures, in pixels")
    parser.add_argument("--count", type=int, default=6, help="of the sheet's photographs")
    parser.add_argument("--store", action="store_true", help="store the table in results/")
    options = parser.parse_args()
    if options.sheet:
        draw(options.sheet, options.side, options.count)
        return
    header = ["network", "file", "picture", "network alone", "whole command", "peak memory"]
    rows = [row for name in list_style_networks() for row in measure(name)]
    text = "\n\n".join(["# Networks of one style", report.describe_run(), report.format_table(header, rows)])
    print(text)
    if options.store:
        print(f"stored in {report.store('style_networks', text)}", file=sys.stderr)


if __name__ == "__main__":
    main()
