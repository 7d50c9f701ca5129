"""Musaicing: of the content's own frames the content, and of a heavy style more."""

import torch

from audiostyle.sound.stft import Stft
from audiostyle.spectrogram.equalizer import equalize
from audiostyle.spectrogram.long_term_spectrum import LongTermSpectrum
from audiostyle.spectrogram.musaicing import musaicing


def test_without_match_it_is_the_equalized_content(inputs, content):
    expected = equalize(content, inputs.equalizer, inputs.content_spectrum.transform)
    torch.testing.assert_close(musaicing(inputs, match=0)(content), expected)


def test_a_mosaic_of_the_content_s_own_frames_is_the_content(make_inputs, content):
    made = musaicing(make_inputs(content, content), match=1.0)(content)
    correlation = torch.corrcoef(torch.stack([made, content]))[0, 1]
    assert correlation > 0.95


def test_a_heavy_style_is_heard_more(make_inputs, content, tune):
    dark, bright = tune([110, 131, 147], partials=1), tune([880, 988, 1175], partials=2)

    def height(weights: list[float]) -> float:
        made = musaicing(make_inputs(content, dark, bright, weights=weights), match=0.0)(content)
        power = LongTermSpectrum.from_blocks([made], Stft.for_rate(4000)).power
        return float((power * torch.arange(len(power))).sum() / power.sum())

    assert height([9, 1]) < height([1, 1]) < height([1, 9])


def test_the_seed_decides_between_frames_that_fit_alike(inputs, content):
    one, same, other = (musaicing(inputs, match=1.0, seed=seed)(content) for seed in (0, 0, 1))
    assert torch.equal(one, same) and not torch.equal(one, other)
