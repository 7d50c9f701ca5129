"""Optimization of pictures, measured: time to equal style loss, memory of matching, structure kept, distance.

``speed``: Gatys with the shipped backbone against the same with a full VGG in plain PyTorch, until the style
loss that this VGG measures is equal; the full one optimizes that very loss.  ``memory``: peak memory of
matching in blocks and by a table of all pairs.  ``structure``: edge SSIM of Luan and of Gatys.  ``distance``:
style distance of Heitz and NNST against Gram, in a VGG that none of them optimized.  ``time``: a preset's
seconds.  ``speed`` and ``distance`` take ``--vgg``, a VGG's own file.
"""

import argparse
import contextlib
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import paintings
import photos
import report
import torch
from kept import Kept
from scipy.ndimage import gaussian_filter
from style_distance import HEADER, KEPT, StyleJudge, compare_presets, compute_gram, to_tensor
from torch import Tensor

from audiostyle.evaluate.structure import edge_ssim
from audiostyle.image import optimize, photowct, smooth
from audiostyle.image.optimization.optimize import Step
from audiostyle.image.optimization.presets import ALL
from audiostyle.style.losses import MRF, NearestNeighbors

LONGEST = 60  # iterations of the full network that are made; the time of more is known from these
SIDES = {"MRF": 128, "NNST": 256}  # positions a side of the largest maps at 512 pixels: relu3_1, relu2_1
CHANNELS = {"MRF": 96, "NNST": 48}


def measure_speed(vgg: str, side: int, pairs: int, iterations: int) -> list[list[object]]:
    """Return a row for each pair: seconds and style loss of ours, and when plain Gatys is as near."""
    pictures = photos.load_photographs(side)
    rows: list[list[object]] = []
    for number, (one, content) in enumerate(list(pictures.items())[:pairs]):
        other, paint = list(paintings.PAINTINGS.items())[number % len(paintings.PAINTINGS)]
        style = paint(side=side)
        judge = StyleJudge(vgg, style)
        with torch.no_grad():
            untouched = float(judge(to_tensor(content)))
            started = time.perf_counter()
            made = optimize(content, style, device="cpu")
            ours = time.perf_counter() - started
            goal = float(judge(to_tensor(made)))
        course = descend_plainly(judge, to_tensor(content), iterations, goal)
        reached = next((second for second, value in course if value <= goal), None)
        seconds, value = course[-1]
        whole = seconds / len(course) * iterations
        rows.append(
            [
                f"{one} → {other}",
                f"{untouched:.3g}",
                f"{ours:.0f} s",
                f"{goal:.3g}",
                f"{value:.3g} after {len(course)}",
                f"{whole:.0f} s ({whole / ours:.1f}×)",
                "not reached" if reached is None else f"{reached:.0f} s ({reached / ours:.1f}×)",
            ]
        )
        print(rows[-1], file=sys.stderr, flush=True)
    return rows


def descend_plainly(
    judge: StyleJudge, content: Tensor, iterations: int, goal: float
) -> list[tuple[float, float]]:
    """Optimize as published, with the judge's network; return seconds and its style loss, step by step.

    Gram at four layers and content at relu4_1, of features scaled to a mean of 1, with the weights of the
    preset ``gatys``.  What it stops at is the goal or the last iteration.
    """
    features = judge.features
    with torch.no_grad():
        maps = features(content)
        means = {name: maps[name].mean() for name in ALL}
        targets = {name: judge.losses[name].target / means[name] ** 2 for name in ALL}
        objects = maps["relu4_1"] / means["relu4_1"]
    point = content.clone(memory_format=torch.contiguous_format).requires_grad_(True)
    optimizer = torch.optim.LBFGS([point], max_iter=iterations, line_search_fn="strong_wolfe")
    course: list[tuple[float, float]] = []
    started = time.perf_counter()

    def evaluate() -> Tensor:
        optimizer.zero_grad()
        maps = features(point)
        grams = {name: compute_gram(maps[name]) for name in ALL}
        parts = [(grams[name] / means[name] ** 2 - targets[name]).square().mean() for name in ALL]
        loss = 100 * torch.stack(parts).mean()
        loss = loss + (maps["relu4_1"] / means["relu4_1"] - objects).square().mean()
        (1000 * loss).backward()  # pixels move by visible steps from the first iteration on
        judged = float(torch.stack([judge.compare(name, grams[name]) for name in ALL]).mean())
        course.append((time.perf_counter() - started, judged))
        if judged <= goal or len(course) >= LONGEST:
            raise StopIteration
        return 1000 * loss.detach()

    with contextlib.suppress(StopIteration):
        optimizer.step(evaluate)
    return course


def measure_memory() -> list[list[object]]:
    """Return rows: the peak memory of a process that matches, less that of one that only makes the maps."""
    rows: list[list[object]] = []
    for name in SIDES:
        base, blocks, table = (_run_child(name, how) for how in ("maps", "blocks", "table"))
        share = (blocks - base) / max(1.0, table - base)
        rows.append([name, f"{blocks - base:.0f} MB", f"{table - base:.0f} MB", f"{share:.3f}"])
    return rows


def _run_child(name: str, how: str) -> float:
    command = [sys.executable, __file__, "child", "--name", name, "--how", how]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()[-1])


def run_child(name: str, how: str) -> None:
    """Match once, and print the peak memory in MB."""
    generator = torch.Generator().manual_seed(0)
    maps = torch.rand(2, 1, CHANNELS[name], SIDES[name], SIDES[name], generator=generator)
    features, style = maps[0], maps[1]
    if how == "blocks":
        loss = MRF(style) if name == "MRF" else NearestNeighbors(style)
        loss.advance(features)
    elif how == "table":
        size = 3 if name == "MRF" else 1
        rows = [torch.nn.functional.unfold(part, size)[0].mT for part in (features, style)]
        unit = [part / part.norm(dim=1, keepdim=True) for part in rows]
        (unit[0] @ unit[1].mT).argmax(dim=1)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def segment(picture: np.ndarray) -> np.ndarray:
    """Return labels (H, W): 1 where a picture is light, by Otsu's threshold of its blurred luminance."""
    light = gaussian_filter(picture @ np.array([0.299, 0.587, 0.114]), min(picture.shape[:2]) / 64)
    counts, edges = np.histogram(light, 256)
    below, middle = np.cumsum(counts), (edges[:-1] + edges[1:]) / 2
    sums = np.cumsum(counts * middle)
    above = np.maximum(below[-1] - below, 1)
    between = below * above * (sums / np.maximum(below, 1) - (sums[-1] - sums) / above) ** 2
    return (light > edges[1:][between.argmax()]).astype(np.uint8)


def compare_structure(side: int, count: int) -> list[list[object]]:
    """Return a row for each method: edge SSIM, mean and lowest, with masks of light and dark regions."""
    pictures = photos.load_photographs(side)
    found: dict[str, list[float]] = {}
    for one, other in photos.choose_pairs(list(pictures))[:count]:
        content, style = pictures[one], pictures[other]
        light, own = segment(content), segment(style)
        results = {
            name: optimize(content, style, preset=name, content_mask=light, style_mask=own, device="cpu")
            for name in ("gatys", "luan")
        }
        plain = photowct(content, style, content_mask=light, style_mask=own, device="cpu")
        smoothed = smooth(content, plain, method="guided")
        results["PhotoWCT, guided smoothing"] = np.clip(smoothed, 0, 1)
        for name, made in results.items():
            found.setdefault(name, []).append(edge_ssim(made, content))
        print(one, "→", other, *(f"{v[-1]:.2f}" for v in found.values()), file=sys.stderr, flush=True)
    return [[name, f"{np.mean(v):.3f}", f"{np.min(v):.3f}"] for name, v in found.items()]


def time_preset(name: str, side: int) -> list[list[object]]:
    """Return a row: seconds of a preset on a picture of a longer side."""
    pictures = photos.load_photographs(side)
    (one, other), *_ = photos.choose_pairs(list(pictures))
    steps: list[Step] = []
    started = time.perf_counter()
    optimize(pictures[one], pictures[other], preset=name, sizes=(128, 256, side), on_step=steps.append)
    return [[name, f"{time.perf_counter() - started:.0f}", f"{steps[-1].loss:.4g}"]]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("what", choices=["speed", "memory", "structure", "distance", "time", "child"])
    parser.add_argument("--vgg", help="a VGG's .pth or .h5, or a backbone's folder")
    parser.add_argument("--side", type=int, default=512)
    parser.add_argument("--pairs", type=int, default=12)
    parser.add_argument("--minutes", type=float, default=1e9, help="of distance, after which no pair begins")
    parser.add_argument("--device", default="cpu", help="of distance, where pictures are optimized")
    parser.add_argument("--keep", type=Path, default=KEPT, help="of distance, where what is measured is kept")
    parser.add_argument("--iterations", type=int, default=300)
    parser.add_argument("--name", default="nnst")
    parser.add_argument("--how", default="blocks")
    parser.add_argument("--store", action="store_true", help="store the table in results/")
    options = parser.parse_args()
    if options.what == "child":
        run_child(options.name, options.how)
        return
    if options.what == "speed":
        header = [
            "content → style",
            "style loss of the content",
            "ours",
            "style loss",
            "plain Gatys: style loss",
        ]
        header += [f"its {options.iterations} evaluations", "until it is as near as ours"]
        rows = measure_speed(options.vgg, options.side, options.pairs, options.iterations)
    elif options.what == "memory":
        header, rows = ["matching", "in blocks", "by a table", "share"], measure_memory()
    elif options.what == "time":
        header, rows = ["preset", "s", "loss"], time_preset(options.name, options.side)
    elif options.what == "structure":
        header = ["method", "edge SSIM", "lowest"]
        rows = compare_structure(options.side, options.pairs)
    else:
        kept, names = Kept(options.keep), ("gatys", "heitz", "nnst")
        header, rows = (
            HEADER,
            compare_presets(
                names, options.vgg, options.side, options.pairs, options.minutes, options.device, kept
            ),
        )
    text = "\n\n".join(
        [
            f"# Optimization: {options.what}",
            report.describe_run(),
            f"Pictures of {options.side} pixels.",
            report.format_table(header, rows),
        ]
    )
    print(text)
    if options.store:
        print(f"stored in {report.store(f'optimization_{options.what}', text)}", file=sys.stderr)


if __name__ == "__main__":
    main()
