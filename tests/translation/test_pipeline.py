"""The stages of a translation: exact lengths at any rate, and one segment length for all of them."""

import numpy as np
import pytest

from audiostyle.music.performance import Performance
from audiostyle.translation.options import TranslationOptions
from audiostyle.translation.pipeline import Pipeline, render_at_rate


@pytest.mark.parametrize("sample_rate", [8000, 44_100, 48_000])
@pytest.mark.parametrize("samples", [0, 1, 4567])
def test_a_performance_is_rendered_at_any_rate_and_length(tiny, make_notes, sample_rate, samples):
    synthesizer = tiny.model.get_synthesizer("sine", TranslationOptions())
    blocks = list(render_at_rate(synthesizer, Performance(make_notes((0.0, 0.1, 80))), samples, sample_rate))
    assert sum(block.size for block in blocks) == samples
    assert all(block.dtype == np.float32 and block.ndim == 1 for block in blocks)


def test_the_stages_put_together_are_a_translation(tiny, melody, render_sines):
    wave = render_sines(melody, 3.2, 16_000)
    options = TranslationOptions(strength=0.5)
    pipeline = Pipeline.of_wave(wave, 16_000, options, 2)
    transcription = pipeline.transcribe(tiny.encoder)
    assert transcription.seconds == 3.2
    performance, _ = tiny.model.fit_to_domain(transcription.to_performance(), "sine", options)
    synthesizer = tiny.model.get_synthesizer("sine", options)
    levels = tiny.model.get_levels(transcription, "sine", options)
    blocks = pipeline.render(transcription, performance, synthesizer, levels=levels)
    made = np.concatenate(list(blocks), axis=1)
    assert np.array_equal(made[0], tiny.translate(wave, 16_000, domain="sine", strength=0.5))
