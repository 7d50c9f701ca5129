"""A band: parts add up, each at its own place, and each played by its own domain."""

import numpy as np
import pytest
from translation.test_positions import make_tones

from audiostyle.sound.recording import ArraySource, Recording
from audiostyle.translation.band import render_band, split_band
from audiostyle.translation.options import TranslationOptions
from audiostyle.translation.passes import PassProgress
from audiostyle.translation.pipeline import Pipeline
from audiostyle.translation.segments import SegmentLength

RATE = 22050
PARTS = {"melody": "sine", "bass": "comb"}


@pytest.fixture
def pipeline() -> Pipeline:
    """High tones on the left, low ones on the right."""
    wave = make_tones((84, (1.8, 0.2)), (79, (1.8, 0.2)), (60, (0.2, 1.8)), (55, (0.2, 1.8)))
    recording = Recording(ArraySource(wave), RATE, 2)
    return Pipeline(recording, TranslationOptions(), SegmentLength(12.0), PassProgress(3, 2.0, None))


def play(tiny, pipeline, stems=None) -> np.ndarray:
    transcription = pipeline.transcribe(tiny.encoder)
    parts = split_band(pipeline, transcription, PARTS)
    return np.concatenate(list(render_band(tiny.model, pipeline, parts, None, stems)), axis=1)


def test_every_note_is_in_one_part(tiny, pipeline):
    transcription = pipeline.transcribe(tiny.encoder)
    melody, bass = split_band(pipeline, transcription, PARTS)
    assert len(melody.notes.notes) + len(bass.notes.notes) == len(transcription.notes) > 0
    assert np.median(melody.notes.notes["pitch"]) > np.median(bass.notes.notes["pitch"])
    assert melody.gains[0] > 1.4 > 0.6 > bass.gains[0]


def test_each_part_is_where_it_was(tiny, pipeline):
    wave = play(tiny, pipeline)
    assert wave.shape == (2, pipeline.source.samples)
    spectrum = np.abs(np.fft.rfft(wave[:, RATE // 2 : RATE] * np.hanning(RATE // 2))) ** 2
    high = round(1046.5 / 2)  # C6, of the melody alone, in bins of 2 Hz
    left, right = spectrum[:, high - 3 : high + 4].sum(axis=1)
    assert left > 10 * right


def test_stems_add_up_to_the_band(tiny, pipeline, tmp_path):
    import soundfile

    wave = play(tiny, pipeline, tmp_path)
    stems = [soundfile.read(tmp_path / f"{role}.wav", dtype="float32")[0].T for role in PARTS]
    total = sum(stems)
    assert total.shape == wave.shape
    assert np.corrcoef(total.ravel(), wave.ravel())[0, 1] > 0.999
