"""Small sounds with events: tones that come and go, of one timbre or another."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from audiostyle.spectrogram.inputs import TransferInputs

RATE = 4000


@pytest.fixture(scope="session")
def tune() -> Callable[..., Tensor]:
    """``tune(frequencies, partials=3, beat=0.25)``: tones one after the other, mono at 4 kHz, float32."""

    def make(frequencies: list[float], partials: int = 3, beat: float = 0.25) -> Tensor:
        time = torch.arange(round(beat * RATE)) / RATE
        fade = torch.exp(-6 * time / beat) * torch.clamp(time * 100, max=1)
        notes = [
            fade * sum(torch.sin(2 * torch.pi * f * n * time) / n for n in range(1, partials + 1))
            for f in frequencies
        ]
        return 0.2 * torch.cat(notes)

    return make


@pytest.fixture(scope="session")
def content(tune) -> Tensor:
    return tune([220, 330, 262, 392], partials=2)


@pytest.fixture(scope="session")
def style(tune) -> Tensor:
    return tune([392, 262, 220, 330, 294], partials=8, beat=0.2)


@pytest.fixture(scope="session")
def make_inputs() -> Callable[..., TransferInputs]:
    """``make_inputs(content, *styles, weights=None)``: inputs at 4 kHz."""

    def make(content: Tensor, *styles: Tensor, weights: list[float] | None = None) -> TransferInputs:
        return TransferInputs.from_waves(content, *styles, sample_rate=RATE, weights=weights)

    return make


@pytest.fixture(scope="session")
def inputs(make_inputs, content, style) -> TransferInputs:
    return make_inputs(content, style)
