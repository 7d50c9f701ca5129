"""What the phases of notes are weighted by: the magnitude spectrum of one key's note in some frames.

An excitation's activations say in its own way how a note sounds; these objects turn them into magnitudes.
"""

from typing import NamedTuple, Protocol

import torch
from torch import Tensor

from audiostyle.models.bending import insert_midpoints


class NoteSpectra(Protocol):
    """The spectra of single notes, from an excitation's activations (…, K)."""

    def find_peaks(self, activations: Tensor) -> Tensor:
        """Return about how large the largest magnitude of every key's note is, (T, 88, K) → (T, 88)."""

    def mix(self, activations: Tensor, key: int) -> Tensor:
        """Return the magnitudes of a key's note, (frames, K) → (frames, bins)."""

    def mix_finely(self, activations: Tensor, key: int) -> Tensor:
        """Return the same with a magnitude between every two bins, (frames, 2 · bins − 1)."""


class AddedTemplates(NamedTuple):
    """Notes that are sums of templates, as those of an :class:`~audiostyle.models.excitation.Excitation`.

    Attributes:
        magnitudes: (88, K, bins), of the templates.

    Example:
        >>> AddedTemplates(torch.ones(88, 2, 5)).mix(torch.tensor([[0.5, 0.25]]), key=0)
        tensor([[0.7500, 0.7500, 0.7500, 0.7500, 0.7500]])
    """

    magnitudes: Tensor

    def find_peaks(self, activations: Tensor) -> Tensor:
        """Return the sum of the templates' peaks."""
        return (activations * self.magnitudes.amax(dim=2)).sum(dim=2)

    def mix(self, activations: Tensor, key: int) -> Tensor:
        """Return the sum of the templates, so much of each."""
        return activations @ self.magnitudes[key]

    def mix_finely(self, activations: Tensor, key: int) -> Tensor:
        """Return the same, with midpoints."""
        return activations @ insert_midpoints(self.magnitudes[key])


class ShapedNotes(NamedTuple):
    """Notes that have a peak and a shape, as those of a :class:`~audiostyle.models.note_bank.NoteBank`.

    Attributes:
        shapes: (88, 1 + K, bins), log-magnitudes: a mean shape, and what is added to it.

    Example:
        >>> ShapedNotes(torch.zeros(88, 3, 5)).mix(torch.tensor([[0.5, 2.0, 1.0]]), key=0)
        tensor([[0.5000, 0.5000, 0.5000, 0.5000, 0.5000]])
    """

    shapes: Tensor

    def find_peaks(self, activations: Tensor) -> Tensor:
        """Return the peaks, which come first among the activations."""
        return activations[..., 0]

    def mix(self, activations: Tensor, key: int) -> Tensor:
        """Return the peak times the shape."""
        shape = torch.addmm(self.shapes[key, :1], activations[:, 1:], self.shapes[key, 1:])
        return shape.exp() * activations[:, :1]

    def mix_power(self, activations: Tensor, key: int) -> Tensor:
        """Return the squares of what :meth:`mix` returns, by one exponential; peaks must be above 0."""
        loudness = 2 * activations[:, :1].log()
        shape = torch.addmm(self.shapes[key, :1], activations[:, 1:], self.shapes[key, 1:], beta=2, alpha=2)
        return shape.add_(loudness).exp_()

    def mix_finely(self, activations: Tensor, key: int) -> Tensor:
        """Return the same, with midpoints."""
        return insert_midpoints(self.mix(activations, key))
