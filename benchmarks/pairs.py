"""Pairs of content and style: different music on different instruments, and the truth of the transfer.

The truth is the content's notes on the style's instrument.

The pieces are of the ``test`` split, the instruments come from soundfonts that nothing was trained on, the
same one for content, style and truth.  The first pairs of many are those of few.

``python benchmarks/pairs.py FOLDER --count 30`` writes the recordings of pairs for machines that have neither
scores nor soundfonts; there ``AUDIOSTYLE_PAIRS`` is that folder.
"""

import argparse
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import count as takes
from itertools import islice
from pathlib import Path

import material
import numpy as np
import soundfile
from material import RATE, RESERVED

SECONDS = 8.0  # as in the evaluation of ss-vq-vae
PIECES = 12  # by as many composers as there are
STORED = os.environ.get("AUDIOSTYLE_PAIRS")
"""A folder that this script wrote, from which pairs are read instead of rendered."""

INSTRUMENTS = {  # General MIDI programs, no two of one family
    "piano": 0,
    "vibraphone": 11,
    "church organ": 19,
    "accordion": 21,
    "nylon guitar": 24,
    "violin": 40,
    "strings": 48,
    "choir": 52,
    "brass": 61,
    "oboe": 68,
    "clarinet": 71,
    "flute": 73,
}


@dataclass(frozen=True)
class Excerpt:
    """Some seconds of a piece."""

    piece: str
    take: int

    def render(self, instrument: str, soundfont: Path) -> np.ndarray:
        """Render it on an instrument, (samples,)."""
        performance = material.make_performance(self.piece, SECONDS, self.take)
        return material.render(performance, soundfont, INSTRUMENTS[instrument], SECONDS)


@dataclass(frozen=True)
class Pair:
    """Two excerpts, the names of the instruments that they are played on, and the soundfont of both."""

    content: Excerpt
    style: Excerpt
    content_instrument: str
    style_instrument: str
    soundfont: Path

    @property
    def name(self) -> str:
        """What logs call it."""
        return f"{self.content.piece} on {self.content_instrument} → {self.style_instrument}"

    @property
    def key(self) -> str:
        """What its files are called."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]


def choose_pairs(count: int) -> list[Pair]:
    """Choose ``count`` pairs, always the same ones."""
    if STORED:
        return [_parse_pair(line) for line in Path(STORED, "pairs.jsonl").read_text().splitlines()[:count]]
    rng = np.random.default_rng(4)
    contents, styles = choose_excerpts(count), choose_excerpts(2 * PIECES)
    return [_make_pair(content, styles, rng) for content in contents]


def choose_excerpts(count: int) -> list[Excerpt]:
    """Choose ``count`` excerpts of as many pieces as possible, always the same ones."""
    return list(islice(_iterate_excerpts(), count))


def _iterate_excerpts() -> Iterator[Excerpt]:
    """Yield an excerpt of each piece, then further takes of each."""
    pieces = material.choose_pieces(PIECES, SECONDS)
    for take in takes():
        for piece in pieces:
            if material.is_suitable(material.make_performance(piece, SECONDS, take).notes, SECONDS):
                yield Excerpt(piece, take)


def _make_pair(content: Excerpt, styles: list[Excerpt], rng: np.random.Generator) -> Pair:
    collection = content.piece.split("/")[0]
    elsewhere = [excerpt for excerpt in styles if excerpt.piece.split("/")[0] != collection]
    source, target = rng.choice(list(INSTRUMENTS), size=2, replace=False)
    style = elsewhere[rng.integers(len(elsewhere))]
    return Pair(content, style, str(source), str(target), RESERVED[int(rng.integers(len(RESERVED)))])


def render_content(pair: Pair) -> np.ndarray:
    """Render the recording that the style is transferred to, (samples,)."""
    return _render(pair, "content", pair.content, pair.content_instrument)


def render_style(pair: Pair) -> np.ndarray:
    """Render the recording whose style is transferred, (samples,)."""
    return _render(pair, "style", pair.style, pair.style_instrument)


def render_truth(pair: Pair) -> np.ndarray:
    """Render what a perfect transfer would sound like, (samples,)."""
    return _render(pair, "truth", pair.content, pair.style_instrument)


def _render(pair: Pair, what: str, excerpt: Excerpt, instrument: str) -> np.ndarray:
    if STORED:
        return soundfile.read(Path(STORED, f"{pair.key}-{what}.flac"), dtype="float32")[0]
    return excerpt.render(instrument, pair.soundfont)


def get_notes(pair: Pair) -> np.ndarray:
    """Return the content's notes, (notes, 3): onset, pitch and end."""
    if STORED:
        return np.load(Path(STORED, f"{pair.key}.npy"))
    notes = material.make_performance(pair.content.piece, SECONDS, pair.content.take).notes
    return np.stack([notes["onset"], notes["pitch"], notes["offset"]], axis=1).astype(float)


def write_pairs(folder: Path, count: int) -> None:
    """Write the recordings of ``count`` pairs, in 16 bits, and what plays there."""
    folder.mkdir(parents=True, exist_ok=True)
    pairs = choose_pairs(count)
    for pair in pairs:
        for what, render in (("content", render_content), ("style", render_style), ("truth", render_truth)):
            soundfile.write(folder / f"{pair.key}-{what}.flac", render(pair), RATE, "PCM_16")
        np.save(folder / f"{pair.key}.npy", get_notes(pair))
    lines = [json.dumps(asdict(pair), default=str) for pair in pairs]
    (folder / "pairs.jsonl").write_text("\n".join(lines) + "\n")


def _parse_pair(line: str) -> Pair:
    table = json.loads(line)
    excerpts = {name: Excerpt(**table.pop(name)) for name in ("content", "style")}
    return Pair(**table | excerpts | {"soundfont": Path(table["soundfont"])})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=30)
    options = parser.parse_args()
    write_pairs(options.folder, options.count)
