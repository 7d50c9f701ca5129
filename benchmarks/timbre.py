"""The timbre network, judged: are triplets of instruments that it never met in the right order?

An anchor, a positive (the same instrument with other music) and a negative (another instrument) are in the
right order if the anchor's embedding has the greater cosine with the positive.  The instruments are those of
the reserved soundfonts; the music is that of ``pairs.py``, the same for all of them.  Prints a table and
stores it in ``results/timbre.md``.
"""

import argparse
import sys
import tomllib
from pathlib import Path

import material
import numpy as np
import pairs
import report
import torch
from material import RATE, RESERVED
from pairs import SECONDS, Excerpt

from audiostyle.evaluate.timbre import DEFAULT, compute_cepstra, load_network
from audiostyle.music.corpus import ENSEMBLE_PROGRAMS

REQUIRED = 0.9  # share of triplets in the right order
RECIPE = Path(__file__).resolve().parent.parent / "recipes" / "timbre.toml"
SAME = 0.5  # mean difference of cepstra under which two programs are taken for one instrument


def render_all(excerpts: list[Excerpt], soundfont: Path) -> np.ndarray:
    """Return the cepstra of every excerpt on every program, (programs, excerpts, coefficients, frames)."""
    return np.stack(
        [
            [_render_cepstra(excerpt, soundfont, program) for excerpt in excerpts]
            for program in ENSEMBLE_PROGRAMS
        ]
    )


@material.memory.cache
def _render_cepstra(excerpt: Excerpt, soundfont: Path, program: int) -> np.ndarray:
    performance = material.make_performance(excerpt.piece, SECONDS, excerpt.take)
    return compute_cepstra(material.render.func(performance, soundfont, program, SECONDS).astype(float), RATE)


def find_doubles(cepstra_of: np.ndarray) -> np.ndarray:
    """Return which programs play the same samples, as in small soundfonts: (programs, programs) bool."""
    flat = cepstra_of.reshape(len(cepstra_of), -1)
    return np.array([np.abs(flat - one).mean(axis=1) < SAME for one in flat])


def count_in_order(points: np.ndarray, negatives: np.ndarray, other_music: bool) -> np.ndarray:
    """Return the share of each anchor instrument's triplets that are in the right order, (instruments,).

    Args:
        points: (instruments, excerpts, channels).
        negatives: (instruments, instruments) bool, which instrument may be a negative of which anchor.
        other_music: negatives play another excerpt than the anchor; else any, also the anchor's own.
    """
    unit = points / np.linalg.norm(points, axis=2, keepdims=True)
    count, excerpts, _ = unit.shape
    cosines = np.einsum("iac,jbc->iajb", unit, unit)
    different = ~np.eye(excerpts, dtype=bool)
    shares = np.full(count, np.nan)
    for i in np.flatnonzero(negatives.any(axis=1)):
        gaps = [
            cosines[i, a, i, different[a]][:, None]
            - cosines[i, a][negatives[i]][:, different[a] if other_music else slice(None)].reshape(1, -1)
            for a in range(excerpts)
        ]
        shares[i] = np.mean(np.array(gaps) > 0)
    return shares


def make_rows(cepstra_of: dict[str, np.ndarray], model: str) -> list[list[object]]:
    """Return a row for each group of anchors: how many, and the shares in order for each kind of negative."""
    network = load_network(model)
    who = np.array(ENSEMBLE_PROGRAMS)
    known = tomllib.loads(RECIPE.read_text("utf-8"))["material"]["programs"]
    unknown = ~np.isin(who, known)
    shares: dict[str, list[np.ndarray]] = {"any": [], "family": [], "music": []}
    for found in cepstra_of.values():
        with torch.inference_mode():
            points = np.stack([network(torch.from_numpy(excerpts)).numpy() for excerpts in found])
        others = ~find_doubles(found)
        families = others & (who[:, None] // 8 != who // 8)
        for name, negatives, music in (
            ("any", others, False),
            ("family", families, False),
            ("music", others, True),
        ):
            shares[name].append(count_in_order(points, negatives, music))
    columns = [np.array(found) for found in shares.values()]  # (soundfonts, programs)
    groups = {
        "all": np.ones(len(who), bool),
        "programs never trained on": unknown,
        "other programs": ~unknown,
    }
    return [
        [name, int(chosen.sum()) * len(cepstra_of), *(float(np.nanmean(c[:, chosen])) for c in columns)]
        for name, chosen in groups.items()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--model", default=DEFAULT, help="name or path (default: the shipped network)")
    parser.add_argument("--excerpts", type=int, default=3, help="that every instrument plays (default: 3)")
    parser.add_argument("--name", default="timbre", help="of the file in results/")
    options = parser.parse_args()
    music = pairs.choose_excerpts(options.excerpts)
    lines = make_rows({soundfont.stem: render_all(music, soundfont) for soundfont in RESERVED}, options.model)
    text = "\n\n".join(
        [
            "# Timbre network",
            report.describe_run(),
            f"Share of triplets in the right order; model {options.model}; {options.excerpts} excerpts of"
            f" {SECONDS:g} s from held-out pieces, the same for every instrument, played by soundfonts that"
            " nothing was trained on. Negatives are other programs of the anchor's soundfont: any with any"
            " excerpt, so also with the anchor's own notes; those of other General MIDI families; any with"
            " other excerpts than the anchor's. Programs that play the same samples count as one.",
            report.format_table(
                ["anchors", "instruments", "any negative", "another family", "other music"], lines
            ),
        ]
    )
    print(text)
    if lines[0][2] < REQUIRED:
        sys.exit(f"only {lines[0][2]:.1%} of the triplets are in the right order: {REQUIRED:.0%} are asked")
    print(f"stored in {report.store(options.name, text)}", file=sys.stderr)


if __name__ == "__main__":
    main()
