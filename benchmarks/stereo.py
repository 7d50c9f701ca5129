"""Two views of a scene: how alike both eyes see it stylized, against views that are stylized each by itself.

Left–right warping error along exact disparities, on rendered pairs (an object before a background, a plane
that recedes, hills), on others that nothing was tuned on (a wall that turns away, waves, a scene of which one
camera is noisy and darker) and on a real one (scikit-image's motorcycle, Middlebury 2014, where both
photographs agree).
``--sheet FILE`` draws what both eyes see.  Stored in ``results/stereo.md``; twenty minutes.  ``--descent``:
what the warped start and the disparity loss are worth to views by optimization, on the first rendered pairs
and the real one, stored in ``results/stereo_descent.md``; ten minutes.
"""

import argparse
import sys
import time

import numpy as np
import paintings
import photos
import report
from views import SIZE, Picture, Scene, load_real, look_up, make_other_scenes, make_scenes

from audiostyle.image import apply_network, stylize
from audiostyle.image.io import PictureFile, write_picture
from audiostyle.image.sheet import make_sheet
from audiostyle.stereo import estimate_match, match_by_disparity, stylize_views
from audiostyle.stereo.descent import WEIGHT, optimize_views

METHODS = ("grade", "mkl", "reinhard", "idt", "adain", "wct", "photowct", "transport", "network")
NETWORK = "mosaic"


def stylize_one(view: Picture, style: Picture, method: str) -> Picture:
    if method == "network":
        return apply_network(view, NETWORK)
    return stylize(view, style, method=method)


def stylize_both(
    scene: Scene, style: Picture, method: str, disparity: np.ndarray | None
) -> tuple[Picture, Picture]:
    if method == "network":
        return stylize_views(scene.left, scene.right, None, network=NETWORK, disparity=disparity)
    return stylize_views(scene.left, scene.right, style, method=method, disparity=disparity)


def measure(
    methods: list[str], scenes: dict[str, Scene], styles: list[Picture]
) -> dict[str, list[list[float]]]:
    """Return for each method a row for each scene: errors of content, apart, together, with the exact map."""
    found: dict[str, list[list[float]]] = {}
    for method in methods:
        for number, (name, scene) in enumerate(scenes.items()):
            style = styles[number % len(styles)]
            apart = [stylize_one(view, style, method) for view in (scene.left, scene.right)]
            both = [stylize_both(scene, style, method, map_) for map_ in (None, scene.disparity)]
            errors = [scene.compare(*pair) for pair in ((scene.left, scene.right), apart, *both)]
            found.setdefault(method, []).append(errors)
            print(method, name, *(f"{error:.4f}" for error in errors), file=sys.stderr, flush=True)
    return found


def summarize(found: dict[str, list[list[float]]], chosen: slice) -> str:
    rows = []
    for method, errors in found.items():
        own, apart, together, exact = np.mean(errors[chosen], axis=0)
        cells = [f"{value:.4f}" for value in (own, apart, together, exact)]
        rows.append([method, *cells, f"{together / apart:.2f}", f"{exact / apart:.2f}"])
    header = [
        "method",
        "content",
        "each by itself",
        "together",
        "with the exact map",
        "ratio",
        "with the map",
    ]
    return report.format_table(header, rows)


def measure_time(style: Picture) -> str:
    """Return what matching costs at a camera's size."""
    wide = next(iter(photos.load_photographs(1500).values())).astype(float)
    wide = np.tile(wide, (1, 2, 1))[:1500, :2020]
    left, right = wide[:, :2000], wide[:, 20:]
    started = time.perf_counter()
    stylize_views(left, right, style, method="mkl")
    return f"Two views of 2000 × 1500 pixels, mkl: {time.perf_counter() - started:.1f} s."


def measure_descent(scenes: dict[str, Scene], styles: list[Picture], iterations: int) -> str:
    """Return a table of what holds the right view of views that are optimized, a row for each scene."""
    weights = {"each by itself": 0.0, "warped start": 1e-9, "and the disparity loss": WEIGHT}
    rows, errors = [], []
    for number, (name, scene) in enumerate(scenes.items()):
        left, right = (view.astype(np.float32) for view in (scene.left, scene.right))
        seen = (np.rint(255 * view).astype(np.uint8) for view in (left, right))
        matches = estimate_match(*seen), match_by_disparity(scene.disparity)
        ways = [(matches[0], weight) for weight in weights.values()] + [(matches[1], WEIGHT)]
        found = [scene.compare(scene.left, scene.right)]
        for match, weight in ways:
            pair = optimize_views(
                left,
                right,
                styles[number % len(styles)],
                match,
                weight=weight,
                sizes=(0,),
                iterations=iterations,
                device="cpu",
            )
            found.append(scene.compare(*pair))
        print(name, *(f"{error:.4f}" for error in found), file=sys.stderr, flush=True)
        errors.append(found)
        rows.append([name, *(f"{error:.4f}" for error in found), f"{found[3] / found[1]:.2f}"])
    mean = np.mean(errors, axis=0)
    rows.append(["mean", *(f"{error:.4f}" for error in mean), f"{mean[3] / mean[1]:.2f}"])
    return report.format_table(["scene", "content", *weights, "with the exact map", "ratio"], rows)


def draw(path: str, scenes: dict[str, Scene], styles: list[Picture], methods: list[str]) -> None:
    rows = []
    for method in methods:
        for name in ("object 1", "real"):
            scene = scenes[name]
            both = stylize_both(scene, styles[0], method, None)
            gap = np.abs(both[1] - look_up(both[0], scene.places)) * scene.visible[..., None]
            alone = [stylize_one(view, styles[0], method) for view in (scene.left, scene.right)]
            before = np.abs(alone[1] - look_up(alone[0], scene.places)) * scene.visible[..., None]
            rows.append(
                [
                    (f"{method}, left", both[0]),
                    ("right", both[1]),
                    ("difference, 4 times", (4 * gap).clip(0, 1)),
                    ("the same, each by itself", (4 * before).clip(0, 1)),
                ]
            )
    pictures = [[(title, picture.astype(np.float32)) for title, picture in row] for row in rows]
    write_picture(path, PictureFile(make_sheet(pictures)))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--methods", nargs="*", default=list(METHODS))
    parser.add_argument("--scenes", type=int, default=2, help="of each rendered kind")
    parser.add_argument("--sheet", metavar="FILE", help="draw what both eyes see, and measure nothing")
    parser.add_argument("--descent", action="store_true", help="measure views by optimization instead")
    parser.add_argument("--iterations", type=int, default=60, help="of --descent")
    parser.add_argument("--store", action="store_true")
    options = parser.parse_args()
    styles = [paint(side=256) for paint in paintings.PAINTINGS.values()]
    scenes, real = make_scenes(options.scenes), {"real": load_real()}
    if options.sheet:
        draw(options.sheet, scenes | real, styles, options.methods)
        return
    if options.descent:
        parts = [
            "# Two views by optimization",
            report.describe_run(),
            f"Left–right warping error (root mean square) along exact disparities; preset gatys, "
            f"{options.iterations} iterations at {SIZE[1]} × {SIZE[0]} pixels. The ratio is of the disparity "
            "loss to views that are optimized each by itself; it must be 0.5 or less.",
            measure_descent(scenes | real, styles, options.iterations),
        ]
        write("stereo_descent", parts, options.store)
        return
    everything = scenes | make_other_scenes(options.scenes) | real
    found, count = measure(options.methods, everything, styles), len(scenes)
    parts = [
        "# Two views",
        report.describe_run(),
        f"Left–right warping error (root mean square) along exact disparities, means over "
        f"{count} rendered pairs. The ratio is to views that are stylized each by itself; "
        "it must be 0.5 or less.",
        summarize(found, slice(0, count)),
        f"{count} other rendered pairs, a third of them with noise, which is in every column:",
        summarize(found, slice(count, -1)),
        "One real pair, where its photographs agree:",
        summarize(found, slice(-1, None)),
        measure_time(styles[0]),
    ]
    write("stereo", parts, options.store)


def write(name: str, parts: list[str], store: bool) -> None:
    """Print the parts of a report, and store it if asked to."""
    text = "\n\n".join(parts)
    print(text)
    if store:
        print(f"stored in {report.store(name, text)}", file=sys.stderr)


if __name__ == "__main__":
    main()
