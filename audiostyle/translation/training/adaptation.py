"""A measured excitation adapted to another instrument of its kind, of which little is known.

A minute of music has few notes of few keys at few dynamics.  So what is learned of it is shared: a change of
the spectrum's shape (the body, the microphone, the room), of the envelope, and of what follows a release, for
all keys alike, and with a smaller stride one that is interpolated between a few places on the keyboard; and
by how much more or less loudness follows the dynamics.  Shapes change smoothly along frequency, as an
equalizer does: what is between the partials of notes that were heard is often notes that were not, of which
nothing is to be learned.  The rest of the decoder stays as it is.
"""

from typing import cast

import torch
from torch import Tensor, nn
from torch.func import functional_call

from audiostyle.models.excitation import KeyStates
from audiostyle.models.frontend import PITCHES
from audiostyle.models.note_bank import NoteBank
from audiostyle.models.spectral_decoder import DECODER_RATE, SpectralDecoder

_PLACES = 6  # on the keyboard, between which changes are interpolated
_BANDS = 32  # of the change of shape, equally wide for the ear
_MEL = 700.0  # hertz from which on pitch is heard by ratios
_PLACE = 0.25  # stride of what is learned in a place, beside that of what all keys share


class AdaptedDecoder(nn.Module):
    """A spectral decoder whose excitation differs from another's by a few smooth changes.

    Args:
        decoder: with a measured excitation; its own weights are frozen.

    Example:
        >>> rest = KeyStates(*torch.zeros(3, 1, 5, PITCHES))
        >>> adapted = AdaptedDecoder(SpectralDecoder(0, templates=1, dynamics=2))
        >>> bool(torch.equal(adapted(rest), adapted.decoder(rest)))
        True
    """

    weights: Tensor
    bands: Tensor

    def __init__(self, decoder: SpectralDecoder) -> None:
        super().__init__()
        self.decoder = decoder.requires_grad_(False)
        bank = cast(NoteBank, decoder.excitation)
        self.shape = nn.Parameter(torch.zeros(_PLACES + 1, _BANDS))
        self.held = nn.Parameter(torch.zeros(_PLACES + 1, bank.held.shape[2]))
        self.dynamics = nn.Parameter(torch.zeros(1))
        self.released = nn.Parameter(torch.zeros(_PLACES + 1, bank.released.shape[1]))
        self.register_buffer("weights", _interpolate_places(), persistent=False)
        self.register_buffer("bands", _interpolate_bands(bank.templates.shape[2]), persistent=False)

    def forward(self, states: KeyStates) -> Tensor:
        """Return the log-magnitude spectrum (B, T, bins)."""
        return cast(Tensor, functional_call(self.decoder, self.compute_tables(), (states,)))

    def compute_tables(self) -> dict[str, Tensor]:
        """Return the tables of the adapted excitation, by their names in the decoder."""
        bank = cast(NoteBank, self.decoder.excitation)
        shape = self.weights @ self.shape @ self.bands
        held = (self.weights @ self.held)[:, None] + self.dynamics * bank.levels[:, None].log()
        released = self.weights @ self.released
        released = released - released[:, :1]  # a release begins where the note is
        return {
            "excitation.templates": torch.cat(
                [bank.templates[:, :1] + shape[:, None], bank.templates[:, 1:]], 1
            ),
            "excitation.held": torch.cat([bank.held[..., :1] + held[..., None], bank.held[..., 1:]], 3),
            "excitation.released": torch.cat(
                [bank.released[..., :1] + released[..., None], bank.released[..., 1:]], 2
            ),
        }

    def bake(self) -> SpectralDecoder:
        """Return the decoder with the changes put into its tables, in place."""
        with torch.no_grad():
            self.decoder.load_state_dict(self.compute_tables(), strict=False)
        return self.decoder


def _interpolate_places() -> Tensor:
    """Return how much of each place's change every key has, (88, places + 1); the first is all keys'."""
    position = torch.linspace(0, _PLACES - 1, PITCHES)
    hats = (1 - (position[:, None] - torch.arange(_PLACES)).abs()).clamp(min=0)
    return torch.cat([torch.ones(PITCHES, 1), _PLACE * hats], dim=1)


def _interpolate_bands(bins: int) -> Tensor:
    """Return how much of each band's change every bin has, (bands, bins): hats along a scale of mels."""
    mels = torch.log1p(torch.arange(bins) * (DECODER_RATE / 2 / (bins - 1)) / _MEL)
    position = mels / mels[-1] * (_BANDS - 1)
    return (1 - (position - torch.arange(_BANDS)[:, None]).abs()).clamp(min=0)
