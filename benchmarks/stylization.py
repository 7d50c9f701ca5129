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
from collections.abc import Callable, Iterator
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
COLUMNS = ["structure: edge SSIM", "colour: sliced W₂", "Gaussian W₂", "texture: Gram", "s"]

Method = Callable[[np.ndarray, np.ndarray], np.ndarray]
SMOOTHED = {
    "PhotoWCT": {"PhotoWCT + guided smoothing": "guided", "PhotoWCT + exact smoothing": "exact"},
    "WCT": {"WCT + guided smoothing": "guided"},
}
"""What is made of a method's result, by the name it has in the table."""


def methods(networks: PictureAutoencoder) -> dict[str, Method]:
    """What is compared, before smoothing, by the name it has in the table."""
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
    """The measures of a result; textures are those of a backbone's features."""

    networks: PictureAutoencoder
    styles: dict[str, list[torch.Tensor]] = field(default_factory=dict)

    def __call__(self, result: np.ndarray, content: np.ndarray, style: np.ndarray, name: str) -> list[float]:
        """The table's numbers, but for the time; the style is called ``name``."""
        if name not in self.styles:
            self.styles[name] = self.textures(style)
        return [
            edge_ssim(result, content),
            sliced_wasserstein(
                result[::2, ::2], style[::2, ::2]
            ),  # a fourth of the pixels is enough for a mean
            gaussian_wasserstein(result, style),
            gram_distance(self.textures(result), self.styles[name]),
        ]

    @torch.inference_mode()
    def textures(self, picture: np.ndarray) -> list[torch.Tensor]:
        """Maps (1, C, C) with the Gram matrices of the backbone's, at half the picture's size."""
        halved = F.avg_pool2d(torch.from_numpy(picture).permute(2, 0, 1)[None], 2)
        maps = self.networks.encoder.trace(halved)[0]
        roots = []
        for one in maps:
            values, vectors = torch.linalg.eigh(compute_gram(one).double())
            roots.append((vectors * (len(values) * values.clamp(min=0)).sqrt() @ vectors.mT)[None])
        return roots


def compared(chosen: dict[str, Method], judge: Judge, limit: int | None) -> list[list[object]]:
    """One row a method: its means over the pairs."""
    pictures = photos.photographs(SIDE)
    numbers: dict[str, list[list[float]]] = {}
    for one, other in photos.pairs(list(pictures))[:limit]:
        content, style = pictures[one], pictures[other]
        for name, method in chosen.items():
            for row, result, seconds in results(name, method, content, style):
                numbers.setdefault(row, []).append([*judge(result, content, style, other), seconds])
        copied = [*judge(content, content, style, other), np.nan]  # the floor: nothing done
        numbers.setdefault("copy of the content", []).append(copied)
        print(one, "→", other, file=sys.stderr)
    return [_row(name, np.array(found)) for name, found in numbers.items()]


def results(
    name: str, method: Method, content: np.ndarray, style: np.ndarray
) -> Iterator[tuple[str, np.ndarray, float]]:
    """What a method makes, and what smoothing makes of that, each with the seconds of all its work."""
    started = time.perf_counter()
    plain = method(content, style)
    seconds = time.perf_counter() - started
    yield name, plain, seconds
    for row, kind in SMOOTHED.get(name, {}).items():
        started = time.perf_counter()
        smoothed = np.clip(smooth(content, plain, method=kind), 0, 1)
        yield row, smoothed, seconds + time.perf_counter() - started


def _row(name: str, found: np.ndarray) -> list[object]:
    seconds = "" if np.isnan(found[:, -1]).all() else f"{np.median(found[:, -1]):.2f}"
    return [name, *(f"{value:.3f}" for value in found[:, :-1].mean(axis=0)), seconds]


def filtered(networks: PictureAutoencoder, limit: int | None) -> list[list[object]]:
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


def reconstructed(networks: PictureAutoencoder) -> list[list[object]]:
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
                runs = [processes.measure(command) for _ in range(3 if width < 2000 else 1)]
                best, peak = min(run.seconds for run in runs), max(run.peak for run in runs)
                rows.append([size, smoothing, f"{best:.1f} s", f"{peak:.0f} MB"])
                print(*rows[-1], file=sys.stderr)
    return rows


def _resized(path: Path, width: int, height: int, out: Path) -> None:
    from PIL import Image

    with Image.open(path) as picture:
        pixels = np.asarray(picture.convert("RGB").resize((width, height)), dtype=np.float32) / 255
    files.write_picture(str(out), PictureFile(pixels))


def compared_report(options: argparse.Namespace, limit: int | None) -> str:
    """Methods, the teacher's, and what decoders give back."""
    networks = PictureAutoencoder.from_pretrained(options.backbone)
    teacher = PictureAutoencoder.from_pretrained(options.teacher or options.backbone)
    judge = Judge(teacher)
    count = limit or len(photos.pairs(list(photos.photographs(64))))
    parts = [
        "# Image stylisation",
        report.describe_run(),
        f"{count} pairs of photographs of {SIDE} pixels and more; backbone {options.backbone}, textures"
        f" judged in {teacher.manifest.name}. Means; time is the median.",
        report.format_table(["method", *COLUMNS], compared(methods(networks), judge, limit)),
    ]
    if options.teacher:
        own = {name: method for name, method in methods(teacher).items() if name == "PhotoWCT"}
        parts += ["## The teacher", report.format_table(["method", *COLUMNS], compared(own, judge, limit))]
    for name, backbone in [("", networks), *([("teacher, ", teacher)] if options.teacher else [])]:
        parts += [
            f"## What decoders give back ({name}α = 0, held-out photographs, SSIM)",
            report.format_table(["level", "max-unpooling", "nearest"], reconstructed(backbone)),
        ]
    return "\n\n".join(parts)


def filters_report(options: argparse.Namespace, limit: int | None) -> str:
    """Which guided filter."""
    rows = filtered(PictureAutoencoder.from_pretrained(options.backbone), limit)
    told = f"PhotoWCT of pictures of {SIDE} pixels and more, smoothed by the guided filter; means over pairs."
    table = report.format_table(["radius", "ε", *COLUMNS[:2]], rows)
    return "\n\n".join(["# Radius and ε of the guided filter", report.describe_run(), told, table])


def commands_report(options: argparse.Namespace, limit: int | None) -> str:
    """The whole command's time and memory."""
    header = ["size of content and style", "smoothing", "whole command", "peak memory"]
    title = "# Image stylisation: the command"
    return "\n\n".join([title, report.describe_run(), report.format_table(header, commands())])


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
