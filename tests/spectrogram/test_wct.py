"""WCT, real and complex: without alpha the content, with its own style itself, whenever a style plays."""

from itertools import pairwise

import pytest
import torch

from audiostyle.errors import AudiostyleError
from audiostyle.evaluate import log_spectral_distance
from audiostyle.sound.stft import Stft
from audiostyle.spectrogram.autoencoder import SpectrogramAutoencoder
from audiostyle.spectrogram.band_statistics import (
    BandStatistics,
    compute_frames,
    compute_level_bands,
    count_level_rows,
    find_sounding,
)
from audiostyle.spectrogram.cascade import cascade
from audiostyle.spectrogram.complex_wct import complex_wct
from audiostyle.spectrogram.inputs import TransferInputs, make_survey_transform
from audiostyle.spectrogram.log_spectrogram import LogSpectrogram
from audiostyle.spectrogram.long_term_spectrum import LongTermSpectrum
from audiostyle.spectrogram.methods import prepare_method
from audiostyle.spectrogram.wct import wct

METHODS = {"wct": wct, "complex-wct": complex_wct, "cascade": cascade}
RATE = 4000

each = pytest.mark.parametrize("name", METHODS)


def still(share: float) -> None:
    """Hears of progress and does nothing."""


def lsd(one: torch.Tensor, other: torch.Tensor) -> float:
    return log_spectral_distance(one.numpy(), other.numpy(), RATE)


@each
def test_without_alpha_it_is_the_content(scene, content, name):
    made = METHODS[name](scene, alpha=0.0)(content, still)
    torch.testing.assert_close(made, content, atol=0.02, rtol=0)


@each
def test_its_own_style_changes_almost_nothing(make_scene, content, style, name):
    own = METHODS[name](make_scene(content, content))(content, still)
    other = METHODS[name](make_scene(content, style))(content, still)
    assert lsd(own, content) < 0.5 < lsd(other, content)


@each
def test_a_style_sounds_the_same_whenever_it_begins(make_scene, content, style, name):
    run, pause = METHODS[name], torch.zeros(8 * LogSpectrogram.at(RATE).transform.hop)
    early, late = (make_scene(content, torch.cat(parts)) for parts in ([style, pause], [pause, style]))
    made, other = run(early)(content, still), run(late)(content, still)
    assert lsd(made, other) < 1.2 < lsd(made, content)


@each
def test_more_levels_and_more_alpha_do_more(scene, content, name):
    run = METHODS[name]
    done = [lsd(run(scene, alpha=alpha)(content, still), content) for alpha in (0.25, 0.5, 1.0)]
    assert done == sorted(done)
    one, two = (run(scene, levels=levels)(content, still) for levels in ((1,), (2, 1)))
    assert not torch.allclose(one, two, atol=1e-3)


@each
@pytest.mark.parametrize("levels", [(), (0,), (5,), (1, 9)])
def test_levels_that_are_not_there_are_refused(scene, name, levels):
    with pytest.raises(AudiostyleError, match="levels must be among"):
        METHODS[name](scene, levels=levels)


@each
def test_a_stretch_with_its_context_is_a_part_of_the_whole(make_scene, tune, style, name):
    content = tune([220.0, 330, 262, 392, 294] * 12, partials=3)
    stylist = METHODS[name](make_scene(content, style))
    whole = stylist(content, still)
    start = 2 * stylist.context // stylist.hop * stylist.hop
    stop = start + 4 * stylist.hop
    piece = stylist(content[start - stylist.context : stop + stylist.context], still)
    inside = piece[stylist.context : stylist.context + stop - start]
    # Rounds of Griffin–Lim carry a little from farther away; the complex method has none.
    error = float((inside - whole[start:stop]).square().mean() / whole[start:stop].square().mean())
    assert error < (1e-8 if name == "complex-wct" else 1e-2)


@each
def test_silent_frames_stay_silent_and_do_not_count(make_scene, content, style, name):
    gap = torch.zeros(8 * RATE)
    longer = torch.cat([content, gap])
    made = METHODS[name](make_scene(longer, style))(longer, still)
    alone = METHODS[name](make_scene(content, style))(content, still)
    assert float(made[len(content) + RATE :].abs().max()) < 1e-4
    assert lsd(made[: len(content) - RATE // 4], alone[: len(content) - RATE // 4]) < 2.5


@each
def test_excerpts_without_sound_leave_the_rest_as_it_is(content, style, name):
    scene = TransferInputs.of(
        RATE, LongTermSpectrum.of([content], make_survey_transform(RATE)), [torch.zeros(3 * RATE)], [style]
    )
    torch.testing.assert_close(METHODS[name](scene)(content, still), content, atol=0.02, rtol=0)


@each
def test_two_styles_are_a_style_between_them(make_scene, content, tune, name):
    one, other = tune([392.0, 262, 220], partials=8), tune([220.0, 330, 294], partials=2)
    found = [
        METHODS[name](make_scene(content, one, other, weights=[1 - w, w]))(content, still)
        for w in (0.01, 0.5, 0.99)
    ]
    away = [lsd(found[0], made) for made in found]
    assert all(before < after for before, after in pairwise(away))


def test_the_pseudo_covariance_is_copied_too(scene, content):
    plain, pseudo = (complex_wct(scene, pseudo=p)(content, still) for p in (False, True))
    assert pseudo.isfinite().all() and not torch.allclose(plain, pseudo, atol=1e-4)


def test_progress_is_told(scene, content):
    for run in METHODS.values():
        told: list[float] = []
        run(scene)(content, told.append)
        assert told == sorted(told) and told[0] > 0 and told[-1] < 1


def test_options_of_pictures_are_no_options_here():
    with pytest.raises(AudiostyleError, match="'wct' has no option 'smooth'; it has alpha"):
        prepare_method("wct", {"smooth": "exact"})


def test_a_texture_does_not_depend_on_how_a_wave_is_cut(style):
    networks, drawing = SpectrogramAutoencoder.from_pretrained(device="cpu"), LogSpectrogram.at(RATE)
    long = style.repeat(30)  # several pieces of 512 frames
    whole = BandStatistics.of([long], drawing, 1.0, networks.encoder)
    features, _ = networks.encoder.trace(drawing(drawing.transform(long).abs()))
    from audiostyle.spectrogram.bands import RowMoments

    drawn = drawing(drawing.transform(long).abs())
    for level in (1, 4):
        expected = RowMoments.of(features[level - 1], find_sounding(drawn, level)).banded(
            compute_level_bands(drawing, level)
        )
        for own, other in zip(whole.levels[level], expected, strict=True):
            assert own.count == pytest.approx(other.count)
            torch.testing.assert_close(own.mean, other.mean, atol=1e-4, rtol=1e-4)
            torch.testing.assert_close(own.covariance, other.covariance, atol=1e-3, rtol=1e-2)


@pytest.mark.parametrize(("start", "stop"), [(0, 3), (2, 9), (11, 16), (0, 16)])
def test_some_frames_are_those_of_the_whole(start, stop):
    transform, wave = Stft(16, 8), torch.randn(125)
    torch.testing.assert_close(compute_frames(wave, transform, start, stop), transform(wave)[:, start:stop])


def test_every_row_of_every_level_has_its_bands():
    drawing = LogSpectrogram.at(RATE)
    for level in (1, 2, 3, 4):
        belonging = compute_level_bands(drawing, level)
        assert belonging.shape[1] == count_level_rows(drawing, level)
        torch.testing.assert_close(belonging.sum(dim=0), torch.ones_like(belonging[0]), atol=1e-5, rtol=0)
