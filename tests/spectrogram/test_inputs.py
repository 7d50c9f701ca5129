"""Inputs of a transfer are checked once, for all methods."""

import pytest
import torch

from audiostyle.errors import AudiostyleError, ShapeError
from audiostyle.sound.stft import Stft
from audiostyle.spectrogram.inputs import TransferInputs
from audiostyle.spectrogram.long_term_spectrum import LongTermSpectrum
from audiostyle.spectrogram.profile import StyleProfile


def test_styles_must_sound_and_weights_fit(content, style):
    spectrum = LongTermSpectrum.from_blocks([content], Stft.for_rate(4000))
    with pytest.raises(AudiostyleError, match=r"^rain\.wav: is silent"):
        TransferInputs.check(4000, spectrum, [content], [style, 0 * style], names=["a.wav", "rain.wav"])
    with pytest.raises(AudiostyleError, match="style 1: is silent"):
        TransferInputs.check(4000, spectrum, [content], [0 * style])
    with pytest.raises(ShapeError, match="no style"):
        TransferInputs.check(4000, spectrum, [content], [])
    for weights in ([1], [1, 0], [1, float("inf")]):
        with pytest.raises(ShapeError, match="positive weights"):
            TransferInputs.check(4000, spectrum, [content], [style, style], weights)


def test_the_style_s_spectrum_is_that_of_all_by_their_weights(make_inputs, content, style):
    one, other = (make_inputs(content, wave).style_spectrum.power for wave in (style, style.flip(0)))
    both = make_inputs(content, style, style.flip(0), weights=[1, 3]).style_spectrum.power
    torch.testing.assert_close(both, 0.25 * one + 0.75 * other)


def test_a_profile_holds_no_waves(make_inputs, content, style):
    inputs = make_inputs(content, style, StyleProfile("rain.style", "", [], {}))
    with pytest.raises(AudiostyleError, match=r"^rain\.style: a profile holds statistics and no sound"):
        _ = inputs.style_waves
    (wave,) = make_inputs(content, style).style_waves
    assert torch.equal(wave, style)
