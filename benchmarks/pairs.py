"""Pairs of content and style: different music on different instruments, and the truth of the transfer.

The truth is the content's notes on the style's instrument.

The pieces are of the ``test`` split, the instruments come from soundfonts that nothing was trained on, the
same one for content, style and truth.  The first pairs of many are those of few.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count as takes
from itertools import islice
from pathlib import Path

import material
import numpy as np
from material import RESERVED

SECONDS = 8.0  # as in the evaluation of ss-vq-vae
PIECES = 12  # by as many composers as there are

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


def choose_pairs(count: int) -> list[Pair]:
    """Choose ``count`` pairs, always the same ones."""
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
    return pair.content.render(pair.content_instrument, pair.soundfont)


def render_style(pair: Pair) -> np.ndarray:
    """Render the recording whose style is transferred, (samples,)."""
    return pair.style.render(pair.style_instrument, pair.soundfont)


def render_truth(pair: Pair) -> np.ndarray:
    """Render what a perfect transfer would sound like, (samples,)."""
    return pair.content.render(pair.style_instrument, pair.soundfont)


def get_notes(pair: Pair) -> np.ndarray:
    """Return the content's notes, (notes, 3): onset, pitch and end."""
    notes = material.make_performance(pair.content.piece, SECONDS, pair.content.take).notes
    return np.stack([notes["onset"], notes["pitch"], notes["offset"]], axis=1).astype(float)
