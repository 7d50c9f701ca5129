"""Image stylisation: structure kept, colours reached, decoders, and the whole command's time and memory.

Stylises pairs of photographs by every method and prints the means of the measures in
``audiostyle.evaluate``, and what the backbone's decoders lose (``results/stylisation.md``); then the same for
radii and ε of the guided filter (``guided.md``); then the speed of ``audiostyle image stylize``
(``stylisation_speed.md``).
"""

import argparse
import functools
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import photos
import processes
import report
import torch

from audiostyle.evaluate.colour import gaussian_wasserstein, sliced_wasserstein
from audiostyle.evaluate.structure import edge_ssim, ssim
from audiostyle.evaluate.texture import gram_distance
from audiostyle.image import files, stylize
from audiostyle.image.files import PictureFile
from audiostyle.image.guided import guided_filter
from audiostyle.image.networks import DEFAULT, Networks
from audiostyle.image.photowct import photowct
from audiostyle.models.autoencoders import UNPOOL
from audiostyle.models.vgg import LEVELS

SIDE = 448  # short side in pixels of the pictures that methods are compared on
COMMANDS = {"1 Mpx": (1152, 864), "12 Mpx": (4000, 3000)}
FILTERS = [(radius, epsilon) for radius in (30, 60, 120) for epsilon in (1e-8, 1e-4, 1e-3, 1e-2)]
COLUMNS = ["structure: edge SSIM", "colour: sliced W₂", "Gaussian W₂", "texture: Gram", "s"]

Method = Callable[[np.ndarray, np.ndarray], np.ndarray]


def methods(networks: Networks) -> dict[str, Method]:
    """What is compared, by the name it has in the table."""
    deep = functools.partial(stylize, backbone=networks)
    return {
        "PhotoWCT + guided smoothing": functools.partial(deep, smooth="guided"),
        "PhotoWCT + exact smoothing": functools.partial(deep, smooth="exact"),
        "PhotoWCT": functools.partial(deep, smooth="none"),
        "WCT": functools.partial(deep, method="wct"),
        "WCT + guided smoothing": functools.partial(deep, method="wct", smooth="guided"),
        "AdaIN": functools.partial(deep, method="adain"),
        "Reinhard": functools.partial(stylize, method="reinhard"),
        "MKL": functools.partial(stylize, method="mkl"),
        "IDT": functools.partial(stylize, method="idt"),
    }


def measures(content: np.ndarray, style: np.ndarray, result: np.ndarray, judge: Networks) -> list[float]:
    """The table's numbers for one pair, but for the time."""
    with torch.inference_mode():
        maps = [judge.encoder.trace(_tensor(picture))[0] for picture in (result, style)]
    return [
        edge_ssim(result, content),
        sliced_wasserstein(result, style),
        gaussian_wasserstein(result, style),
        gram_distance(*maps),
    ]


def _tensor(picture: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(picture).permute(2, 0, 1)[None]


def compared(chosen: dict[str, Method], judge: Networks, limit: int | None) -> list[list[object]]:
    """One row a method: its means over the pairs."""
    pictures = photos.photographs(SIDE)
    pairs = photos.pairs(list(pictures))[:limit]
    rows: list[list[object]] = []
    for name, method in chosen.items():
        numbers = []
        for one, other in pairs:
            content, style = pictures[one], pictures[other]
            started = time.perf_counter()
            result = method(content, style)
            elapsed = time.perf_counter() - started
            numbers.append([*measures(content, style, result, judge), elapsed])
        means = np.mean(numbers, axis=0)
        rows.append(
            [name, *(f"{value:.3f}" for value in means[:-1]), f"{np.median(numbers, axis=0)[-1]:.2f}"]
        )
        print(*rows[-1], file=sys.stderr)
    copies = [
        [*measures(pictures[a], pictures[b], pictures[a], judge)] for a, b in pairs
    ]  # the floor: nothing done
    rows.append(["copy of the content", *(f"{value:.3f}" for value in np.mean(copies, axis=0)), ""])
    return rows


def filtered(networks: Networks, limit: int | None) -> list[list[object]]:
    """One row a radius and ε of the guided filter: structure and colour of PhotoWCT, means over the pairs."""
    pictures = photos.photographs(SIDE)
    numbers: dict[tuple[int, float], list[tuple[float, float]]] = {}
    for one, other in photos.pairs(list(pictures))[:limit]:
        content, style = pictures[one], pictures[other]
        plain = stylize(content, style, smooth="none", backbone=networks)
        for radius, epsilon in FILTERS:
            result = np.clip(guided_filter(content, plain, radius, epsilon), 0, 1)
            judged = edge_ssim(result, content), sliced_wasserstein(result, style)
            numbers.setdefault((radius, epsilon), []).append(judged)
    return [
        [radius, f"{epsilon:.0e}", *(f"{value:.3f}" for value in np.mean(found, axis=0))]
        for (radius, epsilon), found in numbers.items()
    ]


def reconstructed(networks: Networks) -> list[list[object]]:
    """One row a level: SSIM of held-out photographs through encoder and decoder, α = 0."""
    rows: list[list[object]] = []
    for level in LEVELS:
        row: list[object] = [f"relu{level}_1"]
        for unpool, part in UNPOOL.items():
            if part not in networks.manifest.parts:
                row.append("–")
                continue
            scores = [
                ssim(photowct(p, p, strength=0.0, levels=(level,), unpool=unpool, backbone=networks), p)
                for p in photos.photographs(SIDE).values()
            ]
            row.append(f"{np.mean(scores):.3f}")
        rows.append(row)
    return rows


def commands() -> list[list[object]]:
    """One row a size: the whole command's time and memory."""
    names = list(photos.photographs(64))
    rows: list[list[object]] = []
    with tempfile.TemporaryDirectory(prefix="audiostyle-stylisation-") as folder:
        for size, (width, height) in COMMANDS.items():
            paths = [Path(folder, f"{name}-{size.replace(' ', '')}.jpg") for name in names[:2]]
            for path, photograph in zip(paths, photos.paths(), strict=False):
                _resized(photograph, width, height, path)
            for smoothing in ("guided", "none"):
                command = [
                    sys.executable,
                    "-m",
                    "audiostyle",
                    "image",
                    "stylize",
                    *map(str, paths),
                    "--quiet",
                ]
                command += ["--smooth", smoothing, "--out", str(Path(folder, "out.jpg")), "--overwrite"]
                runs = [processes.measured(command) for _ in range(3 if width < 2000 else 1)]
                best, peak = min(run.seconds for run in runs), max(run.peak for run in runs)
                rows.append([size, smoothing, f"{best:.1f} s", f"{peak:.0f} MB"])
                print(*rows[-1], file=sys.stderr)
    return rows


def _resized(path: Path, width: int, height: int, out: Path) -> None:
    from PIL import Image

    with Image.open(path) as picture:
        pixels = np.asarray(picture.convert("RGB").resize((width, height)), dtype=np.float32) / 255
    files.write(str(out), PictureFile(pixels))


def compared_report(options: argparse.Namespace, limit: int | None) -> str:
    """Methods, the teacher's, and what decoders give back."""
    networks = Networks.from_pretrained(options.backbone)
    judge = Networks.from_pretrained(options.teacher or options.backbone)
    count = limit or len(photos.pairs(list(photos.photographs(64))))
    parts = [
        "# Image stylisation",
        report.provenance(),
        f"{count} pairs of photographs of {SIDE} pixels and more; backbone {options.backbone}, textures"
        f" judged in {judge.manifest.name}. Means; time is the median.",
        report.table(["method", *COLUMNS], compared(methods(networks), judge, limit)),
    ]
    if options.teacher:
        both = set(UNPOOL.values()) <= judge.manifest.parts.keys()
        deep = {name: m for name, m in methods(judge).items() if name.startswith("PhotoWCT") or both}
        deep = {name: m for name, m in deep.items() if "exact" not in name and "WCT" in name}
        parts += ["## The teacher", report.table(["method", *COLUMNS], compared(deep, judge, limit))]
    for name, backbone in [("", networks), *([("teacher, ", judge)] if options.teacher else [])]:
        parts += [
            f"## What decoders give back ({name}α = 0, held-out photographs, SSIM)",
            report.table(["level", "max-unpooling", "nearest"], reconstructed(backbone)),
        ]
    return "\n\n".join(parts)


def filters_report(options: argparse.Namespace, limit: int | None) -> str:
    """Which guided filter."""
    rows = filtered(Networks.from_pretrained(options.backbone), limit)
    told = f"PhotoWCT of pictures of {SIDE} pixels and more, smoothed by the guided filter; means over pairs."
    table = report.table(["radius", "ε", *COLUMNS[:2]], rows)
    return "\n\n".join(["# Radius and ε of the guided filter", report.provenance(), told, table])


def commands_report(options: argparse.Namespace, limit: int | None) -> str:
    """The whole command's time and memory."""
    header = ["size of content and style", "smoothing", "whole command", "peak memory"]
    title = "# Image stylisation: the command"
    return "\n\n".join([title, report.provenance(), report.table(header, commands())])


REPORTS = {"stylisation": compared_report, "guided": filters_report, "stylisation_speed": commands_report}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--backbone", default=DEFAULT, help="name or folder (default: the shipped one)")
    parser.add_argument("--teacher", help="a second backbone to set beside the first, such as the full VGG")
    parser.add_argument("--only", choices=REPORTS, help="one of the reports")
    parser.add_argument("--quick", action="store_true", help="three pairs; nothing is stored")
    options = parser.parse_args()
    for name in [options.only] if options.only else REPORTS:
        text = REPORTS[name](options, 3 if options.quick else None)
        print(text)
        if not options.quick:
            print(f"stored in {report.store(name, text)}", file=sys.stderr)


if __name__ == "__main__":
    main()
