"""Exact smoothing beside the published way, at 512², 3 and 12 Mpx; guided smoothing beside exact smoothing.

Each measurement has a process of its own; memory is its largest resident set.  The guide is a photograph of a
Debian package, and the stylized picture is the guide with other colors, blotches and noise.  The table is
printed and stored in ``results/smoothing.md``.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import report
from PIL import Image

FOLDERS = (Path("/usr/share/wallpapers"), Path("/usr/share/backgrounds"))
PACKAGES = "plasma-workspace-wallpapers, mate-backgrounds or ubuntustudio-wallpapers"
SIZES = {"512²": (512, 512), "3 Mpx": (1500, 2000), "12 Mpx": (3000, 4000)}  # height, width
ALPHA = 0.9999


def load_photograph(height: int, width: int) -> np.ndarray:
    """Return (height, width, 3) from the first picture that is large enough, scaled and cropped."""
    for path in sorted(
        path for folder in FOLDERS for path in folder.rglob("*") if path.suffix in (".jpg", ".png")
    ):
        with Image.open(path) as picture:
            if picture.width < 3840 or picture.height < 2160 or "dark" in str(path):
                continue
            scale = max(height / picture.height, width / picture.width)
            size = round(picture.width * scale), round(picture.height * scale)
            scaled = picture.convert("RGB").resize(size, Image.Resampling.LANCZOS).crop((0, 0, width, height))
        return np.asarray(scaled, dtype=np.float64) / 255
    sys.exit(f"no photograph of 3840 × 2160 pixels or more; install {PACKAGES}")


def imitate_stylization(guide: np.ndarray) -> np.ndarray:
    """Change the colors of a picture and add noise of four pixels and of one, as stylization does."""
    height, width, _ = guide.shape
    rng = np.random.default_rng(0)
    blotches = 0.15 * rng.standard_normal((height // 4 + 1, width // 4 + 1, 3))
    blotches = blotches.repeat(4, axis=0).repeat(4, axis=1)[:height, :width]
    colors = guide @ [[0.2, 0.3, 0.6], [0.7, 0.2, 0.1], [0.3, 0.6, 0.2]]
    return np.clip(colors + blotches + 0.05 * rng.standard_normal(guide.shape), 0, 1)


def solve_directly(guide: np.ndarray, image: np.ndarray) -> np.ndarray:
    """Smooth in the published way: SciPy's sparse LU with its defaults."""
    import scipy.sparse
    import scipy.sparse.linalg

    from audiostyle.image.smoothing.affinity import matting_affinity

    weights = matting_affinity(guide)
    root = scipy.sparse.diags(np.asarray(weights.sum(axis=1)).ravel() ** -0.5)
    system = scipy.sparse.eye(weights.shape[0]) - ALPHA * (root @ weights @ root)
    factors = scipy.sparse.linalg.splu(system.tocsc())
    return factors.solve((1 - ALPHA) * image.reshape(-1, 3)).reshape(image.shape)


def run_job(job: str, folder: Path) -> None:
    """Smooth in a child process, save the result, and print seconds and the solver's report as JSON."""
    guide, image = (np.load(folder / f"{name}.npy") for name in ("guide", "image"))
    method, _, affinity = job.partition(" ")
    facts: dict[str, float] = {}
    started = time.monotonic()
    if method == "direct":
        result = solve_directly(guide, image)
    else:
        from audiostyle.image.smoothing import smooth, smooth_exactly

        if method == "guided":
            result = smooth(guide, image, method="guided")
        else:  # symmetric as published, or it could not be compared
            found = smooth_exactly(guide, image, affinity=affinity, normalization="symmetric")
            result = found.image
            facts = {"iterations": found.iterations, "residual": found.residual}
    facts["seconds"] = time.monotonic() - started
    np.save(folder / f"{method}.npy", result)
    print(json.dumps(facts))


def measure_job(job: str, folder: Path) -> dict[str, float]:
    """Run ``run_job`` in a process of its own and return its report with the memory, in MB."""
    command = [sys.executable, __file__, "--job", job, "--folder", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    answer = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{job}: exit code {process.returncode}")
    unit = 1 if sys.platform == "darwin" else 1024
    return json.loads(answer) | {"memory": used.ru_maxrss * unit / 1e6}


def measure_size(name: str, jobs: list[str]) -> list[list[str]]:
    """Return the table's rows for one size."""
    with tempfile.TemporaryDirectory(prefix="audiostyle-smoothing-") as scratch:
        folder = Path(scratch)
        guide = load_photograph(*SIZES[name])
        np.save(folder / "guide.npy", guide)
        np.save(folder / "image.npy", imitate_stylization(guide))
        del guide
        lines, best = [], None
        for job in jobs:
            facts = measure_job(job, folder)
            result = np.load(folder / f"{job.partition(' ')[0]}.npy", mmap_mode="r")
            best = result if best is None else best
            lines.append([name, job, *_format_measures(facts, result, best)])
            print(" | ".join(lines[-1]), file=sys.stderr, flush=True)
    return lines


def _format_measures(facts: dict[str, float], result: np.ndarray, best: np.ndarray) -> list[str]:
    cells = [f"{facts['seconds']:.1f} s", f"{facts['memory']:.0f} MB"]
    cells += [f"{facts['iterations']:.0f}", f"{facts['residual']:.1e}"] if "residual" in facts else ["–", "–"]
    if result is best:
        return [*cells, "–", "–"]
    worst = max(float(abs(a - b).max()) for a, b in zip(result, best, strict=True))
    square = float(np.mean([np.mean((a - b) ** 2) for a, b in zip(result, best, strict=True)]))
    return [*cells, f"{255 * worst:.2f}", f"{-10 * np.log10(square):.1f} dB"]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", nargs="+", choices=SIZES, default=list(SIZES))
    parser.add_argument(
        "--quick", action="store_true", help="512² without the direct solve; nothing is stored"
    )
    parser.add_argument("--job", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.job:
        run_job(options.job, options.folder)
        return
    ours = ["exact matting", "guided"]
    rows = []
    for name in ["512²"] if options.quick else options.sizes:
        first = ["direct"] if name == "512²" and not options.quick else []
        rows += measure_size(name, first + ours)
    header = ["size", "method", "time", "memory", "iterations", "residual", "largest error × 255", "PSNR"]
    text = "\n\n".join(
        [
            "# Closed-form smoothing",
            report.describe_run(),
            "Matting affinity, α = 0.9999, three channels; errors are to the first line of each size."
            " `direct` is SciPy's sparse LU with its default ordering, as published. Time without start-up,"
            " memory with it.",
            report.format_table(header, rows),
        ]
    )
    print(text)
    if not options.quick and options.sizes == list(SIZES):
        print(f"stored in {report.store('smoothing', text)}", file=sys.stderr)


if __name__ == "__main__":
    main()
