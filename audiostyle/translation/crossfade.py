"""Crossfades: one domain becomes another one while the notes go on.

A crossfade is written like ``piano:strings@30``: from the piano to the strings, in four seconds around the
thirtieth; ``piano:strings@20-40`` takes from second 20 to second 40, and ``piano:strings@30:organ@60`` goes
on.  It stands wherever a domain's name can stand.  Both domains play the same notes, each as it can, and
their powers add up to one (equal-power crossfade): sounds of two instruments have no common phase.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audiostyle.errors import AudiostyleError
from audiostyle.music.performance import Performance, select_notes
from audiostyle.progress import Progress
from audiostyle.translation.segments import SegmentLength
from audiostyle.translation.streams import BlockReader
from audiostyle.translation.synthesizers import Synthesizer

LENGTH = 4.0
"""Seconds of a crossfade of which only the middle is given."""

RMS = 0.04
"""Root mean square to which every domain's recordings are brought, so that none is louder than the next."""

_FORM = "write it as FROM:TO@SECONDS, such as piano:strings@30 or piano:strings@20-40"
_STEP = re.compile(r"(?P<name>[^:@]+)@(?P<first>[0-9.]+)(?:-(?P<last>[0-9.]+))?\Z")
_RELEASE = 6.0  # seconds before a domain is heard at which a note may begin that is still heard then

Fit = Callable[[Performance], Performance]


@dataclass(frozen=True)
class Crossfade:
    """Domains, one after the other.

    Attributes:
        domains: at least two.
        spans: start and end in seconds of the way from each domain to the next.

    Example:
        >>> Crossfade.parse("piano:strings@30:organ@50-60")
        Crossfade(domains=('piano', 'strings', 'organ'), spans=((28.0, 32.0), (50.0, 60.0)))
    """

    domains: tuple[str, ...]
    spans: tuple[tuple[float, float], ...]

    @classmethod
    def parse(cls, text: str) -> "Crossfade":
        """Read a crossfade.

        Raises:
            AudiostyleError: the text has another form, or its times run backwards.
        """
        first, *steps = (part.strip() for part in text.split(":"))
        names, spans, now = [first], list[tuple[float, float]](), 0.0
        for step in steps:
            found = _STEP.match(step)
            try:
                if not found or not first:
                    raise ValueError(step)
                start = float(found["first"])
                stop = float(found["last"]) if found["last"] else start + LENGTH / 2
                span = (start if found["last"] else start - LENGTH / 2, stop)
            except ValueError:
                raise AudiostyleError(f"crossfade {text!r}: {_FORM}") from None
            if span[1] <= span[0] or span[0] < now - LENGTH / 2:
                raise AudiostyleError(f"crossfade {text!r}: its times run backwards; {_FORM}")
            names.append(found["name"].strip())
            spans.append(span)
            now = span[1]
        if not spans:
            raise AudiostyleError(f"crossfade {text!r}: {_FORM}")
        return cls(tuple(names), tuple(spans))

    def compute_gains(self, times: NDArray[np.floating]) -> NDArray[np.float32]:
        """Return the gain of every domain at times in seconds, (domains, times); squares add up to 1.

        Example:
            >>> Crossfade(("a", "b"), ((1.0, 3.0),)).compute_gains(np.array([0.0, 2.0, 4.0])).round(2)
            array([[1.  , 0.71, 0.  ],
                   [0.  , 0.71, 1.  ]], dtype=float32)
        """
        gains = np.zeros((len(self.domains), len(times)), np.float32)
        gains[0] = 1
        for number, (start, stop) in enumerate(self.spans):
            angle = np.clip((times - start) / (stop - start), 0, 1) * np.pi / 2
            gains[: number + 1] *= np.cos(angle)
            gains[number + 1] = np.sin(angle)
        return gains

    def get_span(self, number: int) -> tuple[float, float]:
        """Return from when to when a domain is heard, in seconds."""
        start = self.spans[number - 1][0] if number else -np.inf
        return start, self.spans[number][1] if number < len(self.spans) else np.inf


def list_domains(name: str) -> tuple[str, ...]:
    """Return the domains that a name stands for: those of a crossfade, or itself.

    Example:
        >>> list_domains("piano"), list_domains("piano:strings@30")
        (('piano',), ('piano', 'strings'))
    """
    return Crossfade.parse(name).domains if is_crossfade(name) else (name,)


def is_crossfade(name: object) -> bool:
    """Return whether a name is a crossfade's."""
    return isinstance(name, str) and ":" in name


@dataclass(frozen=True)
class FadingSynthesizer:
    """The :class:`~.synthesizers.Synthesizer` of a crossfade.

    Attributes:
        crossfade: of the domains.
        synthesizers: of the domains.
        fits: what fits notes to each domain.

    Raises:
        AudiostyleError: the synthesizers have different rates.
    """

    crossfade: Crossfade
    synthesizers: Sequence[Synthesizer]
    fits: Sequence[Fit]

    def __post_init__(self) -> None:
        if len({synthesizer.sample_rate for synthesizer in self.synthesizers}) > 1:
            raise AudiostyleError("a crossfade needs decoders of one sample rate; leave out --decoder")

    @property
    def rms(self) -> float:
        """The root mean square to which all domains are brought."""
        return RMS

    @property
    def sample_rate(self) -> int:
        """The rate in hertz of the domains."""
        return self.synthesizers[0].sample_rate

    @property
    def bends(self) -> bool:
        """Whether one of the domains follows pitch curves."""
        return any(synthesizer.bends for synthesizer in self.synthesizers)

    def configure(
        self, *, temperature: float | None = None, chunks: int | None = None
    ) -> "FadingSynthesizer":
        """Return a synthesizer with these settings for all domains."""
        own = [s.configure(temperature=temperature, chunks=chunks) for s in self.synthesizers]
        return FadingSynthesizer(self.crossfade, own, self.fits)

    def synthesize(
        self,
        performance: Performance,
        samples: int,
        *,
        latent: NDArray[np.float32] | None = None,
        seed: int = 0,
        segment: SegmentLength | None = None,
        progress: Progress | None = None,
    ) -> Iterator[NDArray[np.float32]]:
        """Yield ``samples`` samples; see :meth:`.synthesizers.Synthesizer.synthesize`."""
        streams = []
        for number, (synthesizer, fit) in enumerate(zip(self.synthesizers, self.fits, strict=True)):
            start, stop = self.crossfade.get_span(number)
            heard = fit(select_notes(performance, start - _RELEASE, stop))  # the others would cost time alone
            blocks = synthesizer.synthesize(
                heard,
                samples,
                latent=latent,
                seed=seed,
                segment=segment,
                progress=progress if number == len(self.fits) - 1 else None,
            )
            streams.append((np.float32(RMS / max(synthesizer.rms, 1e-6)), BlockReader(blocks)))
        done = 0
        while done < samples:
            count = min(samples - done, self.sample_rate)
            gains = self.crossfade.compute_gains((done + np.arange(count)) / self.sample_rate)
            total = np.zeros(count, np.float32)
            for gain, (level, stream) in zip(gains, streams, strict=True):
                total += level * gain * stream.read(count)
            done += count
            yield total
