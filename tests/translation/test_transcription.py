"""Listening: the notes of a recording, however its stream is cut, wherever it begins, however loud it is."""

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audiostyle.evaluate import note_f1
from audiostyle.models.frontend import ENCODER_RATE, FRAME_RATE, HOP
from audiostyle.translation.note_grid import NoteTracker
from audiostyle.translation.segments import SegmentLength
from audiostyle.translation.transcription import TRANSCRIPTION_RMS, compute_rms, transcribe


def pairs(notes) -> list[tuple[float, int]]:
    """(onset, pitch) of each."""
    return [(float(note[0]), int(note[2])) for note in notes]


def hear(ear, *blocks: np.ndarray) -> np.ndarray:
    return transcribe(ear, blocks, compute_rms(blocks)).notes


@pytest.fixture
def song(melody, sines) -> np.ndarray:
    """The melody at 22,050 Hz."""
    return sines(melody, 3.2, ENCODER_RATE)


def test_what_was_played_is_heard(ear, song, melody):
    heard = hear(ear, song)
    assert note_f1(pairs(heard), [(on, p) for on, _, p in melody]) == 1
    assert np.allclose(np.sort(heard["offset"]), np.sort([off for _, off, _ in melody]), atol=0.12)
    assert ((heard["velocity"] >= 1) & (heard["velocity"] <= 127)).all()


def test_the_stream_is_heard_as_the_whole_at_once(ear, song):
    rms = compute_rms([song])
    with torch.inference_mode():
        code = ear(torch.from_numpy(song * np.float32(TRANSCRIPTION_RMS / rms))[None])
    tracker = NoteTracker()
    parts = code.onset.sigmoid(), code.sounding.sigmoid(), code.loudness
    tracker.process(*(part[0].numpy() for part in parts), last=True)
    assert np.array_equal(tracker.notes(), transcribe(ear, [song], rms).notes)


@settings(deadline=None, max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 70_000), max_size=5))
def test_blocks_do_not_matter(ear, song, cuts):
    rms = compute_rms([song])
    whole = transcribe(ear, [song], rms).notes
    assert np.array_equal(transcribe(ear, np.split(song, sorted(cuts)), rms).notes, whole)


@pytest.mark.parametrize("frames", [16, 100, 275])
def test_segments_do_not_matter(ear, song, frames):
    whole = hear(ear, song)
    segment = SegmentLength()
    segment.frames = frames
    cut = transcribe(ear, [song], compute_rms([song]), segment).notes
    for field in ("onset", "offset", "pitch"):
        assert np.array_equal(cut[field], whole[field])
    assert np.abs(cut["velocity"] - whole["velocity"]).max() <= 1


@pytest.mark.parametrize("before", [1, 40, 60, 1100])
def test_silence_around_music_changes_nothing_but_the_time(ear, song, before):
    """A recording is heard as embedded in silence, so silence recorded with it is no news."""
    alone = transcribe(ear, [song], 0.05).notes
    padded = np.pad(song, (before * HOP, 5000))
    later = transcribe(ear, [padded], 0.05).notes
    assert np.allclose(later["onset"] - before / FRAME_RATE, alone["onset"], atol=1e-4)
    assert np.array_equal(later["pitch"], alone["pitch"])


@pytest.mark.parametrize("gain", [0.01, 0.3, 20.0])
def test_level_does_not_matter(ear, song, gain):
    assert pairs(hear(ear, np.float32(gain) * song)) == pairs(hear(ear, song))


def test_every_recording_is_heard_at_one_level(song):
    """But for silence: hiss at -90 dB is not made music of."""
    given_to = []

    class Ear(torch.nn.Module):
        context = 2

        def __init__(self):
            super().__init__()
            self.entry = torch.nn.Linear(1, 1)

        def heads(self, wave):
            given_to.append(wave.square().sum().item())
            return torch.full((1, wave.shape[1] // HOP + 1, 3, 88), -9.0)

    for gain in (0.1, 1.0, 3.0, 1e-5):
        hear(Ear(), np.float32(gain) * song)
    expected = TRANSCRIPTION_RMS**2 * len(song)
    assert given_to[:3] == pytest.approx([expected] * 3, rel=1e-3)
    assert given_to[3] < expected / 100


@pytest.mark.parametrize("samples", [0, 1, 255, 256, 30_000])
def test_silence_holds_no_notes(ear, samples):
    assert len(hear(ear, np.zeros(samples, np.float32))) == 0
    assert len(transcribe(ear, [], 0.0).notes) == 0


@given(st.lists(st.lists(st.floats(-1, 1, width=32), max_size=20).map(np.float32), max_size=4))
def test_rms_level_is_that_of_the_whole(blocks):
    whole = np.concatenate([*blocks, np.zeros(0)])
    assert compute_rms(blocks) == pytest.approx(np.sqrt(np.mean(whole**2)) if len(whole) else 0, abs=1e-5)


def test_reduced_precision_hears_the_same(ear, song, monkeypatch, melody):
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: True)
    assert note_f1(pairs(hear(ear, song)), [(on, p) for on, _, p in melody]) == 1
