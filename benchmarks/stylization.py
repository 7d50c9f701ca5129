"""Stylization of pictures: structure kept, colors reached, decoders, and the command's time and memory.

Pairs of photographs are stylized by every method.  Printed are the means of the measures in
``audiostyle.evaluate`` and what the backbone's decoders lose (``results/stylization.md``); the same for radii
and ε of the guided filter (``guided.md``); and the speed of ``audiostyle image stylize``, with networks and
without (``stylization_speed.md``, ``grading_speed.md``).
"""

import argparse
import functools
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import photos
import processes
import report
import torch
from torch.nn import functional as F

from audiostyle.evaluate.color import gaussian_wasserstein, sliced_wasserstein
from audiostyle.evaluate.structure import edge_ssim, ssim
from audiostyle.evaluate.texture import gram_distance
from audiostyle.image import smooth, stylize
from audiostyle.image.backbone import DEFAULT, PictureAutoencoder
from audiostyle.image.io import files
from audiostyle.image.io.files import PictureFile
from audiostyle.image.photowct import photowct
from audiostyle.image.smoothing.guided import guided_filter
from audiostyle.models.autoencoder import UNPOOL
from audiostyle.models.vgg import LEVELS
from audiostyle.style.gram import compute_gram

SIDE = 320  # short side in pixels of the pictures that methods are compared on
COMMANDS = {"1 Mpx": (1152, 864), "12 Mpx": (4000, 3000)}
FILTERS = [(radius, epsilon) for radius in (30, 60, 120) for epsilon in (1e-8, 1e-4, 1e-3, 1e-2)]
COLUMNS = ["structure: edge SSIM", "color: sliced W₂", "Gaussian W₂", "texture: Gram", "s"]

Method = Callable[[np.ndarray, np.ndarray], np.ndarray]
SMOOTHED = {
    "PhotoWCT": {"PhotoWCT + guided smoothing": "guided", "PhotoWCT + exact smoothing": "exact"},
    "WCT": {"WCT + guided smoothing": "guided"},
}
"""The smoothings of a method's result, by the name that each has in the table."""


def list_methods(networks: PictureAutoencoder) -> dict[str, Method]:
    """Return the methods to compare, without smoothing, by the name that each has in the table."""
    deep = functools.partial(stylize, backbone=networks, smooth="none")
    return {
        "PhotoWCT": functools.partial(deep, method="photowct"),
        "WCT": functools.partial(deep, method="wct"),
        "AdaIN": functools.partial(deep, method="adain"),
        "Reinhard": functools.partial(stylize, method="reinhard"),
        "MKL": functools.partial(stylize, method="mkl"),
        "IDT": functools.partial(stylize, method="idt"),
    }


@dataclass(frozen=True)
class Judge:
    """The measures of a result.

    Attributes:
        networks: the backbone whose features textures are compared in.
        styles: textures of styles that were seen already, by name.
    """

    networks: PictureAutoencoder
    styles: dict[str, list[torch.Tensor]] = field(default_factory=dict)

    def __call__(self, result: np.ndarray, content: np.ndarray, style: np.ndarray, name: str) -> list[float]:
        """Return the table's numbers, but for the time; the style is called ``name``."""
        if name not in self.styles:
            self.styles[name] = self.compute_textures(style)
        return [
            edge_ssim(result, content),
            sliced_wasserstein(
                result[::2, ::2], style[::2, ::2]
            ),  # a fourth of the pixels is enough for a mean
            gaussian_wasserstein(result, style),
            gram_distance(self.compute_textures(result), self.styles[name]),
        ]

    @torch.inference_mode()
    def compute_textures(self, picture: np.ndarray) -> list[torch.Tensor]:
        """Return maps (1, C, C) whose Gram matrices are those of the features at half the picture's size."""
        halved = F.avg_pool2d(torch.from_numpy(picture).permute(2, 0, 1)[None], 2)
        maps = [
            features.cpu() for features in self.networks.encoder.trace(halved.to(self.networks.device))[0]
        ]
        roots = []
        for one in maps:
            values, vectors = torch.linalg.eigh(compute_gram(one).double())
            roots.append((vectors * (len(values) * values.clamp(min=0)).sqrt() @ vectors.mT)[None])
        return roots


def compare_methods(chosen: dict[str, Method], judge: Judge, limit: int | None) -> list[list[object]]:
    """Return a row for each method: its means over the pairs."""
    pictures = photos.load_photographs(SIDE)
    numbers: dict[str, list[list[float]]] = {}
    for one, other in photos.choose_pairs(list(pictures))[:limit]:
        content, style = pictures[one], pictures[other]
        for name, method in chosen.items():
            for row, result, seconds in apply_method(name, method, content, style):
                numbers.setdefault(row, []).append([*judge(result, content, style, other), seconds])
        copied = [*judge(content, content, style, other), np.nan]  # the floor: nothing done
        numbers.setdefault("copy of the content", []).append(copied)
        print(one, "→", other, file=sys.stderr)
    return [_make_row(name, np.array(found)) for name, found in numbers.items()]


def apply_method(
    name: str, method: Method, content: np.ndarray, style: np.ndarray
) -> Iterator[tuple[str, np.ndarray, float]]:
    """Yield a method's result and the smoothed ones, by name, each with the seconds of all its work."""
    started = time.perf_counter()
    plain = method(content, style)
    seconds = time.perf_counter() - started
    yield name, plain, seconds
    for row, kind in SMOOTHED.get(name, {}).items():
        started = time.perf_counter()
        smoothed = np.clip(smooth(content, plain, method=kind), 0, 1)
        yield row, smoothed, seconds + time.perf_counter() - started


def _make_row(name: str, found: np.ndarray) -> list[object]:
    seconds = "" if np.isnan(found[:, -1]).all() else f"{np.median(found[:, -1]):.2f}"
    return [name, *(f"{value:.3f}" for value in found[:, :-1].mean(axis=0)), seconds]


def compare_filters(networks: PictureAutoencoder, limit: int | None) -> list[list[object]]:
    """Return a row for each guided filter: structure and color of smoothed PhotoWCT, means over the pairs."""
    pictures = photos.load_photographs(SIDE)
    numbers: dict[tuple[int, float], list[tuple[float, float]]] = {}
    for one, other in photos.choose_pairs(list(pictures))[:limit]:
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


def measure_decoders(networks: PictureAutoencoder) -> list[list[object]]:
    """Return a row for each level: SSIM of held-out photographs through encoder and decoder, strength 0."""
    rows: list[list[object]] = []
    for level in LEVELS:
        row: list[object] = [f"relu{level}_1"]
        for unpool, part in UNPOOL.items():
            if part not in networks.manifest.parts:
                row.append("–")
                continue
            scores = [
                ssim(photowct(p, p, strength=0.0, levels=(level,), unpool=unpool, backbone=networks), p)
                for p in photos.load_photographs(SIDE).values()
            ]
            row.append(f"{np.mean(scores):.3f}")
        rows.append(row)
    return rows


def measure_commands(methods: Sequence[str]) -> list[list[object]]:
    """Return a row for each size and method: the whole command's time and memory."""
    names = list(photos.load_photographs(64))
    rows: list[list[object]] = []
    with tempfile.TemporaryDirectory(prefix="audiostyle-stylization-") as folder:
        for size, (width, height) in COMMANDS.items():
            paths = [Path(folder, f"{name}-{size.replace(' ', '')}.jpg") for name in names[:2]]
            for path, photograph in zip(paths, photos.find_photographs(), strict=False):
                _write_resized(photograph, width, height, path)
            for method in methods:
                command = [
                    sys.executable,
                    "-m",
                    "audiostyle",
                    "image",
                    "stylize",
                    *map(str, paths),
                    "--quiet",
                ]
                command += ["--method", method, "--out", str(Path(folder, "out.jpg")), "--overwrite"]
                runs = [processes.measure(command) for _ in range(3 if width < 2000 else 1)]
                best, peak = min(run.seconds for run in runs), max(run.peak for run in runs)
                cores = min(run.cores for run in runs)
                rows.append([size, method, f"{best:.1f} s", f"{cores:.1f} s", f"{peak:.0f} MB"])
                print(*rows[-1], file=sys.stderr)
    return rows


def _write_resized(path: Path, width: int, height: int, out: Path) -> None:
    from PIL import Image

    with Image.open(path) as picture:
        pixels = np.asarray(picture.convert("RGB").resize((width, height)), dtype=np.float32) / 255
    files.write_picture(str(out), PictureFile(pixels))


def report_methods(options: argparse.Namespace, limit: int | None) -> str:
    """Report the methods, those with the teacher's features, and what decoders give back."""
    networks = PictureAutoencoder.from_pretrained(options.backbone)
    teacher = PictureAutoencoder.from_pretrained(options.teacher or options.backbone)
    judge = Judge(teacher)
    count = limit or len(photos.choose_pairs(list(photos.load_photographs(64))))
    parts = [
        "# Stylization of pictures",
        report.describe_run(),
        f"{count} pairs of photographs of {SIDE} pixels and more; backbone {options.backbone}, textures"
        f" judged in {teacher.manifest.name}. Means; time is the median.",
        report.format_table(["method", *COLUMNS], compare_methods(list_methods(networks), judge, limit)),
    ]
    if options.teacher:
        own = {name: method for name, method in list_methods(teacher).items() if name == "PhotoWCT"}
        parts += [
            "## The teacher",
            report.format_table(["method", *COLUMNS], compare_methods(own, judge, limit)),
        ]
    for name, backbone in [("", networks), *([("teacher, ", teacher)] if options.teacher else [])]:
        parts += [
            f"## What decoders give back ({name}strength 0, held-out photographs, SSIM)",
            report.format_table(["level", "max-unpooling", "nearest"], measure_decoders(backbone)),
        ]
    return "\n\n".join(parts)


def report_filters(options: argparse.Namespace, limit: int | None) -> str:
    """Report the guided filters."""
    rows = compare_filters(PictureAutoencoder.from_pretrained(options.backbone), limit)
    told = f"PhotoWCT of pictures of {SIDE} pixels and more, smoothed by the guided filter; means over pairs."
    table = report.format_table(["radius", "ε", *COLUMNS[:2]], rows)
    return "\n\n".join(["# Radius and ε of the guided filter", report.describe_run(), told, table])


def report_commands(methods: Sequence[str], options: argparse.Namespace, limit: int | None) -> str:
    """Report the whole command's time and memory."""
    header = ["size of content and style", "method", "whole command", "time of all cores", "peak memory"]
    title = "# Stylization of pictures: the command"
    table = report.format_table(header, measure_commands(methods))
    return "\n\n".join([title, report.describe_run(), table])


REPORTS = {
    "stylization": report_methods,
    "guided": report_filters,
    "stylization_speed": functools.partial(report_commands, ("photowct", "transport")),
    "grading_speed": functools.partial(report_commands, ("develop", "grade", "mkl")),
}


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
