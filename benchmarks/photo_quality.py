"""Photographs that people would keep: every method judged as a photographer would, and by what can be
measured.

Reports:  ``photographs`` (the table: edges, colors, textures, contrast, halos, skies), ``photograph_curves``
(methods at equal strength of effect), ``photograph_masks`` (what segments keep of the gain of painted masks),
``luts`` (tables against the methods that they stand for).  ``--sheets DIR`` writes a sheet of every pair.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import photos
import report
import torch
from PIL import Image
from torch.nn import functional as F

from audiostyle.evaluate.color import sliced_wasserstein
from audiostyle.evaluate.contrast import SCALES, compare_contrasts
from audiostyle.evaluate.halos import LUMINANCE, find_smooth, gradient_reversals, halo_ratio
from audiostyle.evaluate.structure import edge_ssim
from audiostyle.evaluate.texture import gram_distance
from audiostyle.image import apply_lut, make_lut, stylize
from audiostyle.image.backbone import PictureAutoencoder
from audiostyle.image.grading.fit import fit_table
from audiostyle.image.grading.samples import Colors
from audiostyle.image.lut import GLOBAL
from audiostyle.image.sheet import make_sheet
from audiostyle.models.vgg import VGGEncoder, normalize_activations
from audiostyle.models.vgg_files import read_vgg
from audiostyle.style.gram import compute_gram

SIDE = 320  # short side in pixels
STRENGTHS = (0.25, 0.5, 0.75, 1.0)
EACH_ONCE = 12  # the first pairs, in which every photograph is a content once
LEAST_SKY = 0.02  # share of a content that has to be smooth for its skies to be judged

Method = Callable[[np.ndarray, np.ndarray], np.ndarray]
METHODS: dict[str, dict[str, object]] = {
    "develop (default)": {"method": "develop"},
    "grade": {"method": "grade"},
    "grade, no segments": {"method": "grade", "segments": "none"},
    "photowct, as published": {"method": "photowct"},
    "transport": {"method": "transport"},
    "transport, all levels": {"method": "transport", "levels": (4, 3, 2, 1)},
    "mkl": {"method": "mkl"},
    "mkl, segments": {"method": "mkl", "segments": "auto"},
    "reinhard": {"method": "reinhard"},
    "idt": {"method": "idt"},
}
IN_CURVES = ("develop (default)", "grade", "photowct, as published", "transport", "mkl", "reinhard", "idt")
IN_SHEETS = ("develop (default)", "grade", "mkl", "photowct, as published", "transport")


@dataclass(frozen=True)
class Judge:
    """The measures of a result.

    Attributes:
        encoder: the network in whose features textures are compared.
        styles: textures of styles that were seen already, by name.
    """

    encoder: VGGEncoder
    styles: dict[str, list[torch.Tensor]] = field(default_factory=dict)

    def __call__(self, result: np.ndarray, content: np.ndarray, style: np.ndarray, name: str) -> list[float]:
        """Return edges, colors, textures, contrast at three scales, halos and skies; NaN without a sky."""
        if name not in self.styles:
            self.styles[name] = self.compute_textures(style)
        has_sky = find_smooth(content.astype(np.float64) @ LUMINANCE).mean() >= LEAST_SKY
        return [
            edge_ssim(result, content),
            sliced_wasserstein(result[::2, ::2], style[::2, ::2]),
            gram_distance(self.compute_textures(result), self.styles[name]),
            *compare_contrasts(result, content, style),
            halo_ratio(result, content),
            gradient_reversals(result, content) if has_sky else np.nan,
        ]

    @torch.inference_mode()
    def compute_textures(self, picture: np.ndarray) -> list[torch.Tensor]:
        """Return maps (1, C, C) whose Gram matrices are those of the features at half the picture's size."""
        halved = F.avg_pool2d(_to_tensor(picture), 2)
        roots = []
        for one in self.encoder.trace(halved)[0]:
            values, vectors = torch.linalg.eigh(compute_gram(one).double())
            roots.append((vectors * (len(values) * values.clamp(min=0)).sqrt() @ vectors.mT)[None])
        return roots


def _to_tensor(picture: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(picture).permute(2, 0, 1)[None]


def make_judge(vgg: str | None) -> Judge:
    """Return the judge whose network is a VGG's file, or the shipped backbone, its mean activations at 1."""
    encoder = read_vgg(vgg) if vgg else PictureAutoencoder.from_pretrained(device="cpu").encoder
    encoder = encoder.eval().requires_grad_(False)
    normalize_activations(
        encoder, [_to_tensor(picture)[0] for picture in photos.load_photographs(SIDE).values()]
    )
    return Judge(encoder)


def list_pairs(limit: int | None) -> Iterator[tuple[str, str, np.ndarray, np.ndarray]]:
    """Yield the names of content and style, and the pictures."""
    pictures = photos.load_photographs(SIDE)
    for one, other in photos.choose_pairs(list(pictures))[:limit]:
        print(one, "→", other, file=sys.stderr)
        yield one, other, pictures[one], pictures[other]


def compare_methods(options: argparse.Namespace) -> str:
    """Report all methods at full strength."""
    judge = make_judge(options.vgg)
    found: dict[str, list[list[float]]] = {}
    for one, other, content, style in list_pairs(options.limit):
        panels = [("content", content), ("style", style)]
        for name in options.methods.split(";"):
            started = time.perf_counter()
            result = stylize(content, style, **METHODS[name])
            seconds = time.perf_counter() - started
            found.setdefault(name, []).append([*judge(result, content, style, other), seconds])
            if name in IN_SHEETS:
                panels.append((name, result))
        print(_format_methods(found), file=sys.stderr, flush=True)  # so far
        if options.sheets:
            _write_sheet(Path(options.sheets, f"{one}-{other}.jpg"), panels)
    return _format_methods(found)


def _format_methods(found: dict[str, list[list[float]]]) -> str:
    """Return the table of results of all methods, by name."""
    header = [
        "method", "edges kept", "colors", "textures", *(f"contrast {s * SIDE:g}/{SIDE}" for s in SCALES),
        "halos", "worst", "skies", "worst", "s",
    ]  # fmt: skip
    return report.format_table(header, [[name, *_summarize(rows)] for name, rows in found.items()])


def _summarize(rows: list[list[float]]) -> list[str]:
    """Return the cells of a method: means, but for medians of contrasts and of times."""
    table = np.array(rows)
    contrast = np.median(table[:, 3:6], axis=0)
    worst = np.nanmax(table[:, 6:8], axis=0)
    cells = [f"{value:.3f}" for value in table[:, :3].mean(axis=0)] + [f"{value:.2f}" for value in contrast]
    cells += [f"{table[:, 6].mean():.2f}", f"{worst[0]:.2f}"]
    return [*cells, f"{np.nanmean(table[:, 7]):.1%}", f"{worst[1]:.1%}", f"{np.median(table[:, 8]):.2f}"]


def compare_curves(options: argparse.Namespace) -> str:
    """Report methods at several strengths, and between them at equal colors and at equal edges."""
    found: dict[str, list[list[tuple[float, float]]]] = {name: [] for name in IN_CURVES}
    for _, _, content, style in list_pairs(options.limit or EACH_ONCE):
        for name in IN_CURVES:
            whole = stylize(content, style, **METHODS[name])
            mixed = [content + np.float32(share) * (whole - content) for share in STRENGTHS]
            found[name].append(
                [
                    (edge_ssim(one, content), sliced_wasserstein(one[::2, ::2], style[::2, ::2]))
                    for one in mixed
                ]
            )
    means = {name: np.mean(rows, axis=0) for name, rows in found.items()}
    header = ["method", *(f"strength {share:g}" for share in STRENGTHS)]
    rows = [[name, *(f"{e:.3f} / {c:.3f}" for e, c in curve)] for name, curve in means.items()]
    colors, edges = (0.15, 0.1, 0.066, 0.05), (0.98, 0.95, 0.925, 0.9)
    equal_colors = [[name, *_look_up(curve[:, ::-1], colors)] for name, curve in means.items()]
    equal_edges = [[name, *_look_up(curve, edges)] for name, curve in means.items()]
    return "\n\n".join(
        [
            f"Edges kept / distance of colors, means over {len(next(iter(found.values())))} pairs:",
            report.format_table(header, rows),
            "Edges kept at an equal distance of colors (– where the method does not come so near):",
            report.format_table(["method", *map(str, colors)], equal_colors),
            "Distance of colors at equal edges (– where the method keeps more even at full strength):",
            report.format_table(["method", *map(str, edges)], equal_edges),
        ]
    )


def _look_up(curve: np.ndarray, places: tuple[float, ...]) -> list[str]:
    """Return what a curve (strengths, 2), which falls in its first column, has in its second at places."""
    order = np.argsort(curve[:, 0])
    values = np.interp(places, curve[order, 0], curve[order, 1], left=np.nan, right=np.nan)
    return ["–" if np.isnan(value) else f"{value:.3f}" for value in values]


def compare_masks(options: argparse.Namespace) -> str:
    """Report the distance of colors by painted parts: without segments, with them, and with the masks."""
    pictures = photos.load_photographs(SIDE)
    masks = {name: photos.paint_mask(name, pictures[name].shape[:2]) for name in photos.GROUND}
    ways = ("none", "auto", "masks")
    found: dict[str, list[list[float]]] = {name: [] for name in ("grade", "mkl")}
    for one in photos.GROUND:
        for other in [name for name in photos.GROUND if name != one]:
            for method, rows in found.items():
                given: list[dict[str, object]] = [{"segments": "none"}, {"segments": "auto"}]
                given.append({"content_mask": masks[one], "style_mask": masks[other]})
                results = [stylize(pictures[one], pictures[other], method=method, **more) for more in given]
                rows.append([_compare_parts(r, masks[one], pictures[other], masks[other]) for r in results])
    rows = []
    for method, values in found.items():
        none, auto, painted = np.mean(values, axis=0)
        kept = (none - auto) / (none - painted)
        rows.append([method, *(f"{value:.3f}" for value in (none, auto, painted)), f"{kept:.0%}"])
    return report.format_table(["method", *ways, "gain that segments keep"], rows)


def _compare_parts(result: np.ndarray, mask: np.ndarray, style: np.ndarray, other: np.ndarray) -> float:
    """Return the mean distance of colors of equal parts."""
    return float(
        np.mean(
            [sliced_wasserstein(result[mask == part][None], style[other == part][None]) for part in (0, 1)]
        )
    )


def compare_luts(options: argparse.Namespace) -> str:
    """Report how far pictures through a table are from those of the method itself, in steps of 8 bits."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in GLOBAL}
    for _, _, content, style in list_pairs(options.limit or EACH_ONCE):
        for name in GLOBAL:
            if name == "grade":  # what a finer table of the same map makes
                direct = _apply_finely(content, style)
            else:
                direct = stylize(content, style, method=name)
            error = 255 * np.abs(apply_lut(content, make_lut(content, style, method=name)) - direct)
            found[name].append((float(error.mean()), float(np.quantile(error, 0.999))))
    rows = [
        [name, f"{np.mean(v, axis=0)[0]:.3f}", f"{np.max(v, axis=0)[0]:.3f}", f"{np.mean(v, axis=0)[1]:.2f}"]
        for name, v in found.items()
    ]
    return report.format_table(["method", "mean, of 255", "worst pair", "99.9 % of values below"], rows)


def _apply_finely(content: np.ndarray, style: np.ndarray) -> np.ndarray:
    """Return grading's map by a table with twice the points along each channel."""
    colors = [Colors.of(picture.reshape(-1, 3)) for picture in (content, style)]
    return fit_table(*colors, size=65)(content)


def _write_sheet(path: Path, panels: list[tuple[str, np.ndarray]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet = make_sheet([panels[:3], panels[3:]], side=SIDE * 2)
    Image.fromarray(np.rint(sheet * 255).astype(np.uint8)).save(path, quality=90)


REPORTS = {
    "photographs": ("Photographs that people would keep", compare_methods),
    "photograph_curves": ("Methods at equal strength of effect", compare_curves),
    "photograph_masks": ("What segments keep of the gain of painted masks", compare_masks),
    "luts": ("Tables against the methods that they stand for", compare_luts),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--vgg", help="a VGG's .pth or .h5 to judge textures in (default: the shipped backbone)"
    )
    parser.add_argument("--only", choices=REPORTS, help="one of the reports")
    parser.add_argument("--sheets", metavar="DIR", help="write a sheet of every pair there")
    parser.add_argument(
        "--methods", default=";".join(METHODS), help="rows of the first report, with ; between them"
    )
    parser.add_argument("--limit", type=int, help="so many pairs; nothing is stored")
    options = parser.parse_args()
    told = f"Photographs of {SIDE} pixels and more that no network was trained on; textures judged in "
    told += f"{'a VGG' if options.vgg else 'the shipped backbone'}."
    for name in [options.only] if options.only else REPORTS:
        title, compare = REPORTS[name]
        text = "\n\n".join([f"# {title}", report.describe_run(), told, compare(options)])
        print(text)
        if options.limit is None:
            print(f"stored in {report.store(name, text)}", file=sys.stderr)


if __name__ == "__main__":
    main()
