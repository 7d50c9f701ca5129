"""Frames of styles: normalized, in runs, without silence, and few enough."""

import pytest
import torch

from audiostyle.sound.stft import Stft
from audiostyle.spectrogram import templates as module
from audiostyle.spectrogram.templates import RUN_FRAMES, Templates, compute_band_matrix, thin_frames

TRANSFORM = Stft(256, 128)


def test_columns_have_sum_one_and_are_the_style_s_frames(style):
    found = Templates.from_styles([style], [1.0], TRANSFORM)
    torch.testing.assert_close(found.bands.sum(dim=0), torch.ones(found.bands.shape[1]))
    torch.testing.assert_close(
        compute_band_matrix(256) @ found.frames.abs(), found.bands, atol=1e-5, rtol=1e-4
    )


def test_level_does_not_matter(style):
    one, other = (Templates.from_styles([gain * style], [1.0], TRANSFORM) for gain in (1.0, 0.01))
    torch.testing.assert_close(one.bands, other.bands, atol=1e-5, rtol=1e-3)


def test_silence_in_the_style_is_left_out_and_ends_a_run(style):
    gap = torch.zeros(2000)
    found = Templates.from_styles([torch.cat([style, gap, style])], [1.0], TRANSFORM)
    frames = TRANSFORM.count_frames(2 * len(style) + 2000)
    assert found.bands.isfinite().all()
    assert found.bands.shape[1] < frames - 10
    assert len(found.runs.unique()) >= 2


def test_no_run_goes_on_in_the_next_style(style):
    found = Templates.from_styles([style, style], [0.5, 0.5], TRANSFORM)
    half = len(found.runs) // 2
    assert set(found.runs[:half].tolist()).isdisjoint(found.runs[half:].tolist())


def test_what_counts_more_is_preferred(style):
    found = Templates.from_styles([style, style], [0.75, 0.25], TRANSFORM)
    half = len(found.runs) // 2
    assert float(found.preference[0]) == 1 and float(found.preference[half]) == pytest.approx(1 / 3)


def test_a_long_style_is_thinned_to_whole_runs_that_keep_what_is_rare():
    bands = torch.rand(12, 40 * RUN_FRAMES, generator=torch.Generator().manual_seed(0)) * 0.1 + 1
    bands[:, 17 * RUN_FRAMES : 18 * RUN_FRAMES] = torch.linspace(3, 0.1, 12)[:, None]  # one strange sound
    chosen = thin_frames(bands, 5 * RUN_FRAMES)
    assert len(chosen) == 5 * RUN_FRAMES
    starts = chosen[::RUN_FRAMES]
    torch.testing.assert_close(chosen, (starts[:, None] + torch.arange(RUN_FRAMES)).flatten())
    assert 17 * RUN_FRAMES in starts.tolist()
    torch.testing.assert_close(thin_frames(bands[:, :50], 60), torch.arange(50))


def test_styles_never_have_more_templates_than_there_may_be(monkeypatch, style):
    monkeypatch.setattr(module, "MAX_TEMPLATES", 2 * RUN_FRAMES)
    long = style.repeat(8)
    assert Templates.from_styles([long], [1.0], TRANSFORM).bands.shape[1] <= 2 * RUN_FRAMES


@pytest.mark.parametrize("n_fft", [32, 256, 4096])
def test_bands_take_every_bin_once_and_are_single_bins_at_the_bottom(n_fft):
    matrix = compute_band_matrix(n_fft)
    torch.testing.assert_close(matrix.sum(dim=0), torch.ones(n_fft // 2 + 1))
    assert (matrix.sum(dim=1) >= 1).all()
    few = min(16, len(matrix))
    torch.testing.assert_close(matrix[:few, :few], torch.eye(few))
