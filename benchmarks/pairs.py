"""Content and style: different music on different instruments.  Truth: the content on the style's one.

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

    def on(self, instrument: str, soundfont: Path) -> np.ndarray:
        """(samples,): played on an instrument."""
        performance = material.make_performance(self.piece, SECONDS, self.take)
        return material.render(performance, soundfont, INSTRUMENTS[instrument], SECONDS)


@dataclass(frozen=True)
class Pair:
    """Who plays what: excerpts, names of instruments, and the soundfont of all."""

    content: Excerpt
    style: Excerpt
    content_instrument: str
    style_instrument: str
    soundfont: Path

    @property
    def name(self) -> str:
        """For a log."""
        return f"{self.content.piece} on {self.content_instrument} → {self.style_instrument}"


def pairs(count: int) -> list[Pair]:
    """``count`` pairs, always the same ones."""
    rng = np.random.default_rng(4)
    contents, styles = excerpts(count), excerpts(2 * PIECES)
    return [_pair(content, styles, rng) for content in contents]


def excerpts(count: int) -> list[Excerpt]:
    """``count`` excerpts of as many pieces as there are, always the same ones."""
    return list(islice(_excerpts(), count))


def _excerpts() -> Iterator[Excerpt]:
    """Piece by piece, then over again with further takes."""
    pieces = material.choose_pieces(PIECES, SECONDS)
    for take in takes():
        for piece in pieces:
            if material.is_suitable(material.make_performance(piece, SECONDS, take).notes, SECONDS):
                yield Excerpt(piece, take)


def _pair(content: Excerpt, styles: list[Excerpt], rng: np.random.Generator) -> Pair:
    collection = content.piece.split("/")[0]
    elsewhere = [excerpt for excerpt in styles if excerpt.piece.split("/")[0] != collection]
    source, target = rng.choice(list(INSTRUMENTS), size=2, replace=False)
    style = elsewhere[rng.integers(len(elsewhere))]
    return Pair(content, style, str(source), str(target), RESERVED[int(rng.integers(len(RESERVED)))])


def content(pair: Pair) -> np.ndarray:
    """(samples,): what is to be transferred."""
    return pair.content.on(pair.content_instrument, pair.soundfont)


def style(pair: Pair) -> np.ndarray:
    """(samples,): what it is to sound like."""
    return pair.style.on(pair.style_instrument, pair.soundfont)


def truth(pair: Pair) -> np.ndarray:
    """(samples,): what a perfect transfer would sound like."""
    return pair.content.on(pair.style_instrument, pair.soundfont)


def score(pair: Pair) -> np.ndarray:
    """(notes, 3): onset, pitch and end, as they were played."""
    notes = material.make_performance(pair.content.piece, SECONDS, pair.content.take).notes
    return np.stack([notes["onset"], notes["pitch"], notes["offset"]], axis=1).astype(float)
