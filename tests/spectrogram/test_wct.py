"""WCT of all kinds: without alpha the content, with its own style itself, whenever a style plays."""

from itertools import pairwise

import pytest
import torch

from audiostyle.errors import AudiostyleError
from audiostyle.evaluate import log_spectral_distance
from audiostyle.sound.stft import Stft
from audiostyle.spectrogram.autoencoder import SpectrogramAutoencoder
from audiostyle.spectrogram.cascade import cascade
from audiostyle.spectrogram.complex_wct import complex_wct
from audiostyle.spectrogram.inputs import TransferInputs
from audiostyle.spectrogram.log_spectrogram import LogSpectrogram
from audiostyle.spectrogram.long_term_spectrum import LongTermSpectrum
from audiostyle.spectrogram.methods import prepare_method
from audiostyle.spectrogram.wct import wct

METHODS = {"wct": wct, "complex-wct": complex_wct, "cascade": cascade}
RATE = 4000

each = pytest.mark.parametrize("name", METHODS)


def lsd(one: torch.Tensor, other: torch.Tensor) -> float:
    return log_spectral_distance(one.numpy(), other.numpy(), RATE)


@each
def test_without_alpha_it_is_the_content(inputs, content, name):
    made = METHODS[name](inputs, alpha=0.0)(content)
    torch.testing.assert_close(made, content, atol=0.02, rtol=0)


@each
def test_its_own_style_changes_almost_nothing(make_inputs, content, style, name):
    own = METHODS[name](make_inputs(content, content))(content)
    other = METHODS[name](make_inputs(content, style))(content)
    assert lsd(own, content) < 0.5 < lsd(other, content)


@each
def test_a_style_sounds_the_same_whenever_it_begins(make_inputs, content, style, name):
    run, pause = METHODS[name], torch.zeros(8 * LogSpectrogram.for_rate(RATE).transform.hop)
    early, late = (make_inputs(content, torch.cat(parts)) for parts in ([style, pause], [pause, style]))
    made, other = run(early)(content), run(late)(content)
    assert lsd(made, other) < 1.2 < lsd(made, content)


@pytest.mark.slow
@each
def test_more_levels_and_more_alpha_do_more(inputs, content, name):
    run = METHODS[name]
    done = [lsd(run(inputs, alpha=alpha)(content), content) for alpha in (0.25, 0.5, 1.0)]
    assert done[0] < done[1] < 1.02 * done[2]  # the last steps of the way lead partly along the style
    one, two = (run(inputs, levels=levels)(content) for levels in ((1,), (2, 1)))
    assert not torch.allclose(one, two, atol=1e-3)


@each
@pytest.mark.parametrize("levels", [(), (0,), (5,), (1, 9)])
def test_levels_that_are_not_there_are_refused(inputs, name, levels):
    with pytest.raises(AudiostyleError, match="levels must be among"):
        METHODS[name](inputs, levels=levels)


@each
def test_a_segment_with_its_context_is_a_part_of_the_whole(make_inputs, tune, style, name):
    content = tune([220.0, 330, 262, 392, 294] * 12, partials=3)
    stylizer = METHODS[name](make_inputs(content, style))
    whole = stylizer(content)
    start = 2 * stylizer.context // stylizer.hop * stylizer.hop
    stop = start + 4 * stylizer.hop
    piece = stylizer(content[start - stylizer.context : stop + stylizer.context])
    inside = piece[stylizer.context : stylizer.context + stop - start]
    # The guided filter carries a little from farther away; the complex method has none.
    error = float((inside - whole[start:stop]).square().mean() / whole[start:stop].square().mean())
    assert error < (1e-8 if name == "complex-wct" else 1e-2)


@each
def test_silent_frames_stay_silent_and_do_not_count(make_inputs, content, style, name):
    gap = torch.zeros(8 * RATE)
    longer = torch.cat([content, gap])
    made = METHODS[name](make_inputs(longer, style))(longer)
    alone = METHODS[name](make_inputs(content, style))(content)
    assert float(made[len(content) + RATE :].abs().max()) < 1e-4
    assert lsd(made[: len(content) - RATE // 4], alone[: len(content) - RATE // 4]) < 2.5


@each
def test_excerpts_without_sound_leave_the_rest_as_it_is(content, style, name):
    spectrum = LongTermSpectrum.from_blocks([content], Stft.for_rate(RATE))
    inputs = TransferInputs.check(RATE, spectrum, [torch.zeros(3 * RATE)], [style])
    torch.testing.assert_close(METHODS[name](inputs)(content), content, atol=0.02, rtol=0)


@pytest.mark.slow
@each
def test_two_styles_are_a_style_between_them(make_inputs, content, tune, name):
    one, other = tune([392.0, 262, 220], partials=8), tune([220.0, 330, 294], partials=2)
    found = [
        METHODS[name](make_inputs(content, one, other, weights=[1 - w, w]))(content)
        for w in (0.01, 0.5, 0.99)
    ]
    away = [lsd(found[0], made) for made in found]
    assert all(before < after for before, after in pairwise(away))


@each
def test_progress_rises_towards_one(inputs, content, name):
    told: list[tuple[float, float | None]] = []
    METHODS[name](inputs)(content, lambda *values: told.append(values))
    shares = [share for share, _ in told]
    assert shares == sorted(shares) and shares[0] > 0 and shares[-1] < 1
    assert {total for _, total in told} == {1.0}


def test_options_of_pictures_are_no_options_here():
    with pytest.raises(AudiostyleError, match="'wct' has no option 'smooth'; it has alpha, backbone, levels"):
        prepare_method("wct", {"smooth": "exact"})


def test_a_backbone_can_be_loaded_already_or_named(inputs, content):
    loaded = SpectrogramAutoencoder.from_pretrained(device="cpu")
    one, other, shipped = (wct(inputs, backbone=b)(content) for b in (loaded, "spectrogram", None))
    assert torch.equal(one, shipped) and torch.equal(other, shipped)
