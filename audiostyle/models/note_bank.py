"""The measured excitation of a spectral decoder: how every key sounds at every age and every dynamic.

Where single notes of an instrument are known, nothing has to be learned about its envelopes: for every key,
tables say how loud a note is and what shape its spectrum has at which age, when it was struck how hard, and
how long after its release.  A shape is a mean log spectrum plus a few components, as in a principal component
analysis of log spectra: where each partial decays at its own rate, and is stronger in loud notes by its own
number of decibels, that is exact with two of them.  Between the entries of a table, logarithms are
interpolated.

Partials of two notes that meet in a bin have no common phase, so it is the powers of notes that are added.
"""

from itertools import pairwise

import torch
from torch import Tensor, nn

from audiostyle.models.excitation import KeyStates, make_harmonic_combs
from audiostyle.models.frontend import PITCHES
from audiostyle.models.note_spectra import ShapedNotes

AGES = (
    *(-2.5, -2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0),
    *(11.0, 16.0, 22.0, 32.0, 45.0, 64.0, 90.0, 128.0, 180.0, 256.0, 360.0, 512.0),
)
"""Frames (11.6 ms each) after its onset at which a note is tabulated: densely where it begins, up to 6 s."""
RELEASES = (0.0, 1.0, 2.0, 3.0, 5.0, 8.0, 13.0, 21.0, 34.0, 55.0, 86.0)
"""Frames after its release at which a note is tabulated."""
STRIDE = 10.0
"""Tables hold log-magnitudes over this, so that the equal steps of Adam are small beside 100 dB."""

_SQUARE = 2.0  # below the softest dynamic, magnitudes go with this power of the level, as in FluidSynth
_SOFTEST = 1e-4  # level whose logarithm is still taken
_NOTHING = 1e-16  # power without which a root has no derivative in silence
_QUIETEST = -30.0  # natural logarithm of the softest peak: in single precision, its square is not 0


class NoteBank(nn.Module):
    """Turn :class:`~.excitation.KeyStates` into a log-magnitude spectrum (B, T, bins).

    Args:
        bins: of the spectrum.
        bin_hertz: their spacing in hertz, for the harmonic spectra that shapes start from.
        templates: components K of a key's shapes.
        dynamics: levels V at which a note is tabulated, 1 / V, 2 / V, …, 1.

    Attributes:
        templates: (88, 1 + K, bins), mean shape and components.
        held: (88, V, A, 1 + K), log-magnitude of the peak, and how much there is of each component.
        released: (88, R, 1 + K), what a release adds to these.
        floor: magnitude that is always there, 160 dB below a full-scale sine: the softest notes are far below
            the loudest, and stay clean.

    Example:
        >>> rest = torch.zeros(1, 7, 88)
        >>> NoteBank(bins=20, bin_hertz=100.0)(KeyStates(rest, rest, rest)).shape
        torch.Size([1, 7, 20])
    """

    floor = 1e-8
    levels: Tensor
    ages: Tensor
    releases: Tensor

    def __init__(self, bins: int, bin_hertz: float, templates: int = 5, dynamics: int = 4) -> None:
        super().__init__()
        shapes = torch.zeros(PITCHES, 1 + templates, bins)
        shapes[:, 0] = make_harmonic_combs(bins, bin_hertz)
        self.templates = nn.Parameter(shapes / STRIDE)
        self.held = nn.Parameter(torch.zeros(PITCHES, dynamics, len(AGES), 1 + templates))
        self.released = nn.Parameter(torch.zeros(PITCHES, len(RELEASES), 1 + templates))
        self.register_buffer("levels", torch.arange(1, dynamics + 1) / dynamics, persistent=False)
        self.register_buffer("ages", torch.tensor(AGES), persistent=False)
        self.register_buffer("releases", torch.tensor(RELEASES), persistent=False)

    def forward(self, states: KeyStates) -> Tensor:
        """Return the log-magnitude spectrum (B, T, bins)."""
        return torch.log(self.mix(self.activations(states)) + self.floor)

    def spectra(self) -> ShapedNotes:
        """Return what turns activations into the spectra of single notes."""
        return ShapedNotes(STRIDE * self.templates)

    def mix(self, activations: Tensor) -> Tensor:
        """Return the root of the sum of the notes' powers, (B, T, 88, 1 + K) → (B, T, bins).

        In single precision always: there is little to gain in products this small, and for half precision
        the library keeps code and memory for every number of rows that it has met.
        """
        batch, frames, _, _ = activations.shape
        spectra, flat = self.spectra(), activations.flatten(0, 1)
        power = activations.new_full((batch * frames, self.templates.shape[2]), _NOTHING)
        with torch.autocast(activations.device.type, enabled=False):
            for key in torch.nonzero(flat[:, :, 0].amax(dim=0))[:, 0].tolist():
                rows = torch.nonzero(flat[:, key, 0])[:, 0]
                power.index_add_(0, rows, spectra.mix_power(flat[rows, key], key))
        return power.sqrt().view(batch, frames, -1)

    def activations(self, states: KeyStates) -> Tensor:
        """Return each note's peak (0 at rest) and components, (B, T, 88, 1 + K); computed for keys in use."""
        batch, frame, key = torch.nonzero(states.level, as_tuple=True)
        level, age, released = (part[batch, frame, key] for part in states)
        values = self.interpolate_held(key, level, age) + self.interpolate_released(key, released)
        values = STRIDE * values.float()
        values = torch.cat([values[:, :1].clamp(min=_QUIETEST).exp(), values[:, 1:]], dim=1)
        result = values.new_zeros(*states.level.shape, values.shape[1])
        return result.index_put((batch, frame, key), values)

    def interpolate_held(self, key: Tensor, level: Tensor, age: Tensor) -> Tensor:
        """Return the entries (cells, 1 + K) of held notes at their levels and ages, each (cells,)."""
        level = level.clamp(min=_SOFTEST, max=1)
        # Between dynamics, too, decibels go with decibels: that is exact where a level is a power of another.
        softer, above = _find_place(self.levels.log(), level.log())
        earlier, later = _find_place(self.ages, age, beyond=True)
        louder = (softer + 1).clamp(max=len(self.levels) - 1)
        soft, loud = (self._interpolate_ages(key, row, earlier, later) for row in (softer, louder))
        values = torch.lerp(soft, loud, above[:, None])
        below = _SQUARE / STRIDE * (level / self.levels[0]).clamp(max=1).log()
        return torch.cat([values[:, :1] + below[:, None], values[:, 1:]], dim=1)

    def interpolate_released(self, key: Tensor, released: Tensor) -> Tensor:
        """Return what is added to the entries (cells, 1 + K) of notes whose keys are released."""
        row, share = _find_place(self.releases, released)
        value = torch.lerp(self.released[key, row], self.released[key, row + 1], share[:, None])
        return value * (released > 0)[:, None]

    def _interpolate_ages(self, key: Tensor, dynamic: Tensor, earlier: Tensor, share: Tensor) -> Tensor:
        """Return the entries of one dynamic; after the last age a note falls as it did before, or stays."""
        before, after = (self.held[key, dynamic, earlier + n] for n in (0, 1))
        value = torch.lerp(before, after, share.clamp(max=1)[:, None])
        over = (share - 1).clamp(min=0) * (after - before)[:, 0].clamp(max=0)
        return torch.cat([value[:, :1] + over[:, None], value[:, 1:]], dim=1)


def _find_place(knots: Tensor, values: Tensor, *, beyond: bool = False) -> tuple[Tensor, Tensor]:
    """Return for each value the knot before it, and how far it is on the way to the next one, 0 to 1.

    Args:
        knots: rising, at least one.
        values: of any shape.
        beyond: values after the last knot get shares above 1.
    """
    if len(knots) == 1:
        return torch.zeros_like(values, dtype=torch.long), torch.zeros_like(values)
    index = (torch.searchsorted(knots, values.contiguous(), right=True) - 1).clamp(0, len(knots) - 2)
    share = (values - knots[index]) / (knots[index + 1] - knots[index])
    return index, share.clamp(min=0) if beyond else share.clamp(0, 1)


def list_age_ranges() -> list[tuple[float, float]]:
    """Return the ages that each entry of :data:`AGES` stands for: half the way to its neighbors.

    Example:
        >>> list_age_ranges()[5]
        (-0.25, 0.25)
    """
    middles = [(a + b) / 2 for a, b in pairwise(AGES)]
    return list(zip([AGES[0] - 0.25, *middles], [*middles, AGES[-1] * 1.2], strict=True))
