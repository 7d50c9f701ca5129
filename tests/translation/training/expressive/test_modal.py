"""Tests of :mod:`audiostyle.translation.training.expressive.modal`."""

import numpy as np
from translation.training.expressive import renderers

from audiostyle.models.frontend import ENCODER_RATE
from audiostyle.translation.training.expressive import modal
from audiostyle.translation.training.expressive.voices import Part, TargetNote, Voice


def test_a_bar_sounds_at_its_pitch_and_at_its_partials() -> None:
    bar = modal.ModalInstrument(
        np.array([1.0, 4.0, 10.0]),
        np.array([1.0, 0.5, 0.3]),
        np.array([3.0, 2.0, 1.0]),
        slope=0.3,
        tremolo=(0.0, 5.0),
        ringing=True,
        click=0.0,
    )
    part = renderers.make_part(60, np.zeros(2))
    wave = modal.render_part(part, bar, renderers.SAMPLES, np.random.default_rng(0))
    spectrum = np.abs(np.fft.rfft(wave[:ENCODER_RATE] * np.hanning(ENCODER_RATE)))
    pitch = 440 * 2 ** ((60 - 69) / 12)
    for ratio in (1, 4, 10):
        near = spectrum[int(pitch * ratio) - 5 : int(pitch * ratio) + 6].max()
        assert near > 20 * np.median(spectrum)


def test_ringing_notes_last_until_they_have_decayed_or_are_struck_again() -> None:
    instrument = modal.draw_instrument(np.random.default_rng(3))
    flat = np.ones(1, np.float32)
    voices = [
        Voice(s, s + 20, 60, 90, np.zeros(400, np.float32), flat, (TargetNote(s, s + 20, 60),))
        for s in (0, 60)
    ]
    first, second = modal.end_decayed_notes(Part(tuple(voices)), instrument).voices
    assert first.targets[0].stop <= 60
    assert second.targets[0].stop > second.targets[0].start
