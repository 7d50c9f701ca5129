"""A domain's decoder: what the keys do to a log-magnitude spectrum at 44.1 kHz.

The excitation bank gives a first spectrum; a WaveNet-style gated dilated stack over frames, conditioned on
it and on the code, corrects what is not additive: attacks, beating neighbours, the body of the instrument.
Phases come from :mod:`audiostyle.models.phase_table`.
"""

import torch
from torch import Tensor, nn

from audiostyle.models.excitation import Excitation, KeyStates
from audiostyle.models.frontend import ENCODER_RATE, HOP, PITCHES
from audiostyle.models.gated_layers import GatedStack

DECODER_RATE = 44100
N_FFT = 2048
DECODER_HOP = HOP * DECODER_RATE // ENCODER_RATE
"""512 samples at 44.1 kHz: the frames of the code."""
BINS = N_FFT // 2 + 1
_DILATIONS = (1, 2, 4, 8, 16, 1, 2, 4, 8, 16)


class SpectralDecoder(nn.Module):
    """Key states (B, T, 88) → log-magnitude (B, T, 1025).

    Magnitudes are such that a full-scale sine has 1 (0 in the log).
    """

    def __init__(self, channels: int = 160, templates: int = 4) -> None:
        super().__init__()
        self.excitation = Excitation(BINS, DECODER_RATE / N_FFT, templates)
        self.entry = nn.Linear(2 * PITCHES, channels)
        self.spectrum = nn.Linear(BINS, channels)
        self.stack = GatedStack(channels, _DILATIONS)
        self.exit = nn.Linear(channels, BINS)
        nn.init.zeros_(self.exit.weight)
        nn.init.zeros_(self.exit.bias)
        self.context = self.stack.context

    def forward(self, states: KeyStates) -> Tensor:
        source = self.excitation(states)
        held = states.level * (states.released == 0)
        struck = states.level * (states.age.round() == 0)
        code = torch.cat([held, struck], dim=2)
        hidden = self.entry(code) + self.spectrum(source / 5 + 1.5)
        hidden = self.stack(hidden.transpose(1, 2)).transpose(1, 2)
        return source + self.exit(torch.relu(hidden))
