"""The spectral decoder of a domain: from the states of the keys to a log-magnitude spectrum at 44.1 kHz.

The excitation bank gives a first spectrum; a WaveNet-style gated dilated stack over frames, conditioned on
it and on the notes, corrects what is not additive: attacks, beating neighbors, the body of the instrument.
A bank that was measured on single notes leaves little to correct, and can do without a stack.
Phases come from :mod:`audiostyle.models.phase_table`.
"""

import torch
from torch import Tensor, nn

from audiostyle.models.excitation import Excitation, KeyStates
from audiostyle.models.frontend import ENCODER_RATE, HOP, PITCHES
from audiostyle.models.gated_layers import GatedStack
from audiostyle.models.note_bank import NoteBank

DECODER_RATE = 44100
"""Sample rate in hertz of what spectral decoders synthesize."""
N_FFT = 2048
"""Samples of a frame's window: 46 ms."""
DECODER_HOP = HOP * DECODER_RATE // ENCODER_RATE
"""Samples from one frame to the next: 512 at 44.1 kHz, as long as the 256 of a note grid at 22,050 Hz."""
BINS = N_FFT // 2 + 1
"""Bins of a spectrum: 1025, of 21.5 Hz each."""
_DILATIONS = (1, 2, 4, 8, 16, 1, 2, 4, 8, 16)


class SpectralDecoder(nn.Module):
    """Turn key states (B, T, 88) into a log-magnitude spectrum (B, T, 1025).

    Magnitudes are scaled so that a full-scale sine has 1 (0 in the natural logarithm).

    Args:
        channels: of the stack; without any, the excitation is all there is.
        templates: spectra a key of the excitation.
        dynamics: levels at which a measured excitation (:class:`~.note_bank.NoteBank`) is tabulated; 0 is an
            excitation whose envelopes are a network's (:class:`~.excitation.Excitation`).
        layers: of the stack, 1 to 10.

    Attributes:
        context: frames on either side that a frame's correction depends on.

    Example:
        >>> rest = torch.zeros(1, 7, 88)
        >>> SpectralDecoder(channels=8)(KeyStates(rest, rest, rest)).shape
        torch.Size([1, 7, 1025])
    """

    def __init__(self, channels: int = 160, templates: int = 4, dynamics: int = 0, layers: int = 10) -> None:
        super().__init__()
        self.excitation = _make_excitation(templates, dynamics)
        self.context = 0
        if not channels:
            return
        self.entry = nn.Linear(2 * PITCHES, channels)
        self.spectrum = nn.Linear(BINS, channels)
        self.stack = GatedStack(channels, _DILATIONS[:layers])
        self.exit = nn.Linear(channels, BINS)
        nn.init.zeros_(self.exit.weight)
        nn.init.zeros_(self.exit.bias)
        self.context = self.stack.context

    def forward(self, states: KeyStates) -> Tensor:
        """Return the log-magnitude spectrum (B, T, 1025)."""
        source = self.excitation(states)
        return source + self.correct(states, source)

    def correct(self, states: KeyStates, source: Tensor) -> Tensor:
        """Return what is to be added to the excitation's log-magnitude spectrum, both (B, T, 1025)."""
        if not self.context:
            return torch.zeros_like(source)
        held = states.level * (states.released == 0)
        struck = states.level * (states.age.round() == 0)
        notes = torch.cat([held, struck], dim=2)
        hidden = self.entry(notes) + self.spectrum(source / 5 + 1.5)
        hidden = self.stack(hidden.transpose(1, 2)).transpose(1, 2)
        return self.exit(torch.relu(hidden))


def _make_excitation(templates: int, dynamics: int) -> Excitation | NoteBank:
    if dynamics:
        return NoteBank(BINS, DECODER_RATE / N_FFT, templates, dynamics)
    return Excitation(BINS, DECODER_RATE / N_FFT, templates)
