"""Transcription: the notes of a recording, however it is cut, wherever it begins, however loud it is."""

from dataclasses import replace

import mido
import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audiostyle.errors import ModelNotFound, ShapeError
from audiostyle.evaluate import note_f1
from audiostyle.models.encoder import Heard
from audiostyle.models.frontend import ENCODER_RATE, FRAME_RATE, HOP
from audiostyle.music.curves import NoteCurves
from audiostyle.music.midi import read_midi
from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.sound.units import compute_rms
from audiostyle.translation.segments import SegmentLength
from audiostyle.translation.tracking import NoteTracker
from audiostyle.translation.transcription import (
    TRANSCRIPTION_RMS,
    NoteEncoder,
    Transcription,
    transcribe,
)


def pairs(notes) -> list[tuple[float, int]]:
    """(onset, pitch) of each."""
    return [(float(note[0]), int(note[2])) for note in notes]


def find_notes(network, *blocks: np.ndarray) -> np.ndarray:
    return transcribe(network, blocks, compute_rms(blocks)).notes


@pytest.fixture(scope="session")
def network(encoder) -> torch.nn.Module:
    """Finds sinusoids."""
    return encoder.network


@pytest.fixture
def song(melody, render_sines) -> np.ndarray:
    """The melody at 22,050 Hz."""
    return render_sines(melody, 3.2, ENCODER_RATE)


def test_what_was_played_is_found(network, song, melody):
    found = find_notes(network, song)
    assert note_f1(pairs(found), [(on, p) for on, _, p in melody]) == 1
    assert np.allclose(np.sort(found["offset"]), np.sort([off for _, off, _ in melody]), atol=0.12)
    assert ((found["velocity"] >= 1) & (found["velocity"] <= 127)).all()


def test_the_stream_is_transcribed_as_the_whole_at_once(network, song):
    rms = compute_rms([song])
    with torch.inference_mode():
        output = network(torch.from_numpy(song * np.float32(TRANSCRIPTION_RMS / rms))[None])
    tracker = NoteTracker()
    parts = output.onset.sigmoid(), output.sounding.sigmoid(), output.loudness
    tracker.process(*(part[0].numpy() for part in parts))
    whole, notes = tracker.finish().notes, transcribe(network, [song], rms).notes
    for field in ("onset", "offset", "pitch"):  # velocities are measured, not heard
        assert np.array_equal(whole[field], notes[field])


@settings(deadline=None, max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 70_000), max_size=5))
def test_blocks_do_not_matter(network, song, cuts):
    rms = compute_rms([song])
    whole = transcribe(network, [song], rms).notes
    assert np.array_equal(transcribe(network, np.split(song, sorted(cuts)), rms).notes, whole)


@pytest.mark.parametrize("frames", [16, 100, 275])
def test_segments_do_not_matter(network, song, frames):
    whole = find_notes(network, song)
    segment = SegmentLength()
    segment.frames = frames
    cut = transcribe(network, [song], compute_rms([song]), segment).notes
    for field in ("onset", "offset", "pitch"):
        assert np.array_equal(cut[field], whole[field])
    assert np.abs(cut["velocity"] - whole["velocity"]).max() <= 1


@pytest.mark.parametrize("before", [1, 40, 60, 1100])
def test_silence_around_music_changes_nothing_but_the_time(network, song, before):
    """A recording is taken as embedded in silence, so silence recorded with it changes nothing."""
    alone = transcribe(network, [song], 0.05).notes
    padded = np.pad(song, (before * HOP, 5000))
    later = transcribe(network, [padded], 0.05).notes
    assert np.allclose(later["onset"] - before / FRAME_RATE, alone["onset"], atol=1e-4)
    assert np.array_equal(later["pitch"], alone["pitch"])


@pytest.mark.parametrize("gain", [0.01, 0.3, 20.0])
def test_level_does_not_matter(network, song, gain):
    assert pairs(find_notes(network, np.float32(gain) * song)) == pairs(find_notes(network, song))


def test_every_recording_is_encoded_at_one_level(song):
    """But for silence: hiss at -90 dB is not made music of."""
    given_to = []

    class Network(torch.nn.Module):
        context = 2

        def __init__(self):
            super().__init__()
            self.entry = torch.nn.Linear(1, 1)

        def listen(self, wave):
            given_to.append(wave.square().sum().item())
            frames = wave.shape[1] // HOP + 1
            return Heard(torch.full((1, frames, 3, 88), -9.0), None, torch.zeros(1, frames, 309))

    for gain in (0.1, 1.0, 3.0, 1e-5):
        find_notes(Network(), np.float32(gain) * song)
    expected = TRANSCRIPTION_RMS**2 * len(song)
    assert given_to[:3] == pytest.approx([expected] * 3, rel=1e-3)
    assert given_to[3] < expected / 100


@pytest.mark.parametrize("samples", [0, 1, 255, 256, 30_000])
def test_silence_holds_no_notes(network, samples):
    assert len(find_notes(network, np.zeros(samples, np.float32))) == 0
    assert len(transcribe(network, [], 0.0).notes) == 0


def test_reduced_precision_finds_the_same(network, song, monkeypatch, melody):
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: True)
    assert note_f1(pairs(find_notes(network, song)), [(on, p) for on, _, p in melody]) == 1


@pytest.fixture
def transcription(make_notes) -> Transcription:
    return Transcription(make_notes((0.1, 0.5, 60), (0.5, 1.25, 64)), rms=0.05, seconds=2.0)


def test_notes_survive_a_midi_file(transcription, tmp_path):
    transcription.save(tmp_path / "folder" / "notes.mid")
    transcription.to_midi().save(tmp_path / "memory.mid")
    for path in (tmp_path / "folder" / "notes.mid", tmp_path / "memory.mid"):
        notes = read_midi(path).notes
        for field in ("pitch", "velocity", "channel"):
            assert np.array_equal(notes[field], transcription.notes[field])
        for field in ("onset", "offset"):
            assert np.allclose(notes[field], transcription.notes[field], atol=5e-4)


def test_a_latent_is_no_midi_file(transcription, tmp_path):
    latent = replace(transcription, notes=transcription.notes[:0], latent=np.zeros((3, 4), np.float32))
    for attempt in (latent.to_midi, lambda: latent.save(tmp_path / "notes.mid")):
        with pytest.raises(ModelNotFound, match="finds no notes"):
            attempt()
    assert not list(tmp_path.iterdir())


def test_an_encoder_is_its_network(encoder, song):
    assert isinstance(encoder, NoteEncoder)
    assert (encoder.sample_rate, encoder.finds_notes) == (ENCODER_RATE, True)
    rms = compute_rms([song])
    assert np.array_equal(encoder.transcribe([song], rms).notes, find_notes(encoder.network, song))


def test_saved_notes_lie_on_the_beat_that_they_keep(tmp_path):
    """Quarter notes are 960 ticks apart, quantized ones exactly; plain ones as at 120 a minute."""
    onsets = 0.6 * np.arange(1, 25) + np.random.default_rng(0).normal(0, 0.01, 24)
    notes = np.array([(t, t + 0.5, 60 + n % 5, 90, 0) for n, t in enumerate(onsets)], NOTE_DTYPE)
    transcription = Transcription(notes, rms=0.1)
    gaps = {}
    for name, options in (("beat", {}), ("grid", {"quantize": "1/16"}), ("plain", {"plain": True})):
        transcription.save(tmp_path / "a.mid", **options)
        ticks, now = [], 0
        for message in mido.MidiFile(tmp_path / "a.mid").tracks[-1]:
            now += message.time
            ticks += [now] if message.type == "note_on" else []
        gaps[name] = np.diff(ticks)
        if name != "grid":
            assert np.abs(read_midi(tmp_path / "a.mid").notes["onset"] - notes["onset"]).max() < 1e-3
    assert np.abs(gaps["beat"] - 960).max() < 100 and set(gaps["grid"].tolist()) == {960}
    assert np.median(gaps["plain"]) == pytest.approx(1152, abs=10)


def test_saved_curves_are_those_of_the_notes(tmp_path):
    notes = np.array([(0.1, 1.0, 60, 90, 0)], NOTE_DTYPE)
    curves = NoteCurves.from_lists([np.linspace(-100, 100, 70)], [np.linspace(-12, 0, 70)])
    transcription = Transcription(notes, rms=0.1, curves=curves)
    transcription.save(tmp_path / "a.mid")
    read = read_midi(tmp_path / "a.mid")
    assert np.abs(read.curves.get_cents(0)[:70] - curves.cents).max() <= 1
    transcription.save(tmp_path / "a.mid", plain=True)
    assert read_midi(tmp_path / "a.mid").curves is None


@pytest.fixture
def curved() -> Transcription:
    """Three notes with a slide, a swell and a plain one."""
    notes = np.array([(0.0, 0.5, 60, 90, 0), (0.5, 1.0, 64, 80, 0), (1.0, 1.2, 67, 70, 0)], NOTE_DTYPE)
    curves = NoteCurves.from_lists(
        [[-50.0, 0.0], [0.0, 0.0, 0.0], [0.0]], [[0.0, 0.0], [-9.0, 0.0, -9.0], [0.0]]
    )
    return Transcription(notes, rms=0.1, curves=curves)


def test_some_notes_keep_their_curves_and_leave_the_transcription_as_it_was(curved):
    flags = curved.notes["pitch"] > curved.notes["pitch"][0]
    some = curved.select(flags)
    assert np.array_equal(some.notes, curved.notes[flags])
    assert some.curves.get_level(0).tolist() == curved.curves.get_level(1).tolist()
    some.notes["pitch"] -= 12
    assert not np.array_equal(some.notes["pitch"], curved.notes["pitch"][flags])
    assert some.to_performance().seconds == curved.notes["offset"][flags].max()


@pytest.mark.parametrize("which", [slice(1, None), [2, 0], np.array([1]), []])
def test_notes_are_selected_as_rows_of_an_array(curved, which):
    expected = curved.notes[np.array(which, int) if isinstance(which, list) else which]
    assert np.array_equal(curved.select(which).notes, expected)
    assert len(curved.select(which).curves) == len(expected)


def test_other_notes_than_those_of_the_curves_are_refused_with_the_remedy(curved):
    with pytest.raises(ShapeError, match=r"2 notes have curves for 3; take notes with select\(\)"):
        replace(curved, notes=curved.notes[1:])
    assert len(replace(curved, notes=curved.notes[1:], curves=None).to_performance().notes) == 2
