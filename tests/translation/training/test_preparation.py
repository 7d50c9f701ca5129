"""A user's folder made ready: everything in it once, its notes heard or read, and nothing done twice."""

import numpy as np
import pytest
import soundfile

from audiostyle.errors import AudioWriteError, TrainingError
from audiostyle.evaluate import note_f1
from audiostyle.music.midi import read_midi, write_midi
from audiostyle.music.performance import Performance
from audiostyle.sound.reading import read_audio
from audiostyle.translation.training import preparation
from audiostyle.translation.training.preparation import hold_out, prepare_recordings
from audiostyle.translation.transcription import NoteEncoder


@pytest.fixture(autouse=True)
def short(monkeypatch):
    """Pieces of two seconds instead of minutes."""
    monkeypatch.setattr(preparation, "PIECE_SECONDS", 2.0)


@pytest.fixture
def folder(tmp_path, melody, render_sines, make_notes):
    """Stereo at 48 kHz in a folder of its own, mono at 22 kHz with its score, and things to leave alone."""
    folder = tmp_path / "mine"
    (folder / "takes" / "one").mkdir(parents=True)
    wave = render_sines(melody, 3.2, 48_000)
    soundfile.write(folder / "takes" / "one" / "Take 1.WAV", np.stack([wave, 0.5 * wave], axis=1), 48_000)
    soundfile.write(folder / "scored.flac", render_sines(melody, 3.2, 22_050), 22_050)
    write_midi(Performance(make_notes((0.1, 0.4, 30))), folder / "scored.mid")
    (folder / "notes.txt").write_text("not music")
    (folder / "._Take.wav").write_bytes(b"a leftover of the finder")
    (folder / "album.wav").mkdir()
    return folder


def notes_of(pairs) -> list[tuple[float, int]]:
    """(onset, pitch) of all pieces of one recording, on its own time."""
    parts = [read_midi(midi).notes for _, midi in pairs]
    return [(float(n["onset"]) + 2.0 * k, int(n["pitch"])) for k, part in enumerate(parts) for n in part]


def test_recordings_become_pieces_of_mono_with_notes(folder, tmp_path, encoder, melody, render_sines):
    logged = []
    pairs = prepare_recordings(folder, tmp_path / "out", encoder, lambda *numbers: logged.append(numbers))
    assert logged == [(1, 2), (2, 2)]
    scored, take = pairs[:2], pairs[2:]
    for pieces, level in ((scored, 1.0), (take, 0.75)):
        waves = [read_audio(audio) for audio, _ in pieces]
        assert [wave.shape for wave, _ in waves] == [(1, 88_200), (1, round(1.2 * 44_100))]
        assert {rate for _, rate in waves} == {44_100}
        whole = np.concatenate([wave[0] for wave, _ in waves])
        assert np.allclose(whole, level * render_sines(melody, 3.2, 44_100), atol=0.01)
    assert note_f1(notes_of(take), [(on, p) for on, _, p in melody]) > 0.9
    assert notes_of(scored) == [(pytest.approx(0.1, abs=1e-3), 30)]


def test_an_interrupted_preparation_goes_on(folder, tmp_path, encoder, monkeypatch):
    """What is done is kept, and the half of a recording that was not done is done again."""
    whole = prepare_recordings(folder, tmp_path / "whole", encoder)

    def interrupt(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prepare_recordings(folder, tmp_path / "out", encoder, interrupt)
    real = preparation.write_midi

    def write_once(performance, path):
        if "0001" in path.name:
            raise KeyboardInterrupt
        real(performance, path)

    monkeypatch.setattr(preparation, "write_midi", write_once)
    with pytest.raises(KeyboardInterrupt):
        prepare_recordings(folder, tmp_path / "out", encoder)
    monkeypatch.setattr(preparation, "write_midi", real)
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").glob("[!.]*/*")}
    assert len(kept) == 4
    pairs = prepare_recordings(folder, tmp_path / "out", encoder)
    assert all(path.stat().st_mtime_ns == time for path, time in kept.items())
    assert not list((tmp_path / "out").glob(".*"))
    for pair, expected in zip(pairs, whole, strict=True):
        assert [path.read_bytes() for path in pair] == [path.read_bytes() for path in expected]
    monkeypatch.setattr(NoteEncoder, "transcribe", None)  # and now there is nothing left to transcribe
    assert prepare_recordings(folder, tmp_path / "out", encoder) == pairs


def test_a_recording_that_came_changed_or_went_is_noticed(folder, tmp_path, encoder, render_sines):
    """Each stands for itself: one more at the front does not shift the others."""
    before = prepare_recordings(folder, tmp_path / "out", encoder)
    soundfile.write(folder / "a first one.wav", render_sines([(0.2, 0.8, 80)], 1.0, 44_100), 44_100)
    added = prepare_recordings(folder, tmp_path / "out", encoder)
    assert added[1:] == before and notes_of(added[:1])[0][1] == 80
    soundfile.write(folder / "a first one.wav", render_sines([(0.2, 1.8, 90)], 2.0, 44_100), 44_100)
    changed = prepare_recordings(folder, tmp_path / "out", encoder)
    assert changed[1:] == before and notes_of(changed[:1])[0][1] == 90
    (folder / "scored.flac").unlink()
    assert prepare_recordings(folder, tmp_path / "out", encoder) == [changed[0], *before[2:]]


def test_what_was_prepared_below_the_folder_is_no_recording(folder, encoder):
    out = folder / "runs" / "mine" / "prepared"
    assert prepare_recordings(folder, out, encoder) == prepare_recordings(folder, out, encoder)


def test_a_folder_without_recordings_says_what_to_put_there(tmp_path, encoder):
    (tmp_path / "song.txt").write_text("la")
    with pytest.raises(TrainingError, match=r"no recordings; put some \.wav"):
        prepare_recordings(tmp_path, tmp_path / "out", encoder)


def test_a_bad_recording_and_a_bad_score_are_left_out_and_named(folder, tmp_path, encoder, caplog):
    count = len(prepare_recordings(folder, tmp_path / "all", encoder))
    (folder / "zz.wav").write_text("not audio")
    assert len(prepare_recordings(folder, tmp_path / "out", encoder)) == count
    assert "left out" in caplog.text and "zz.wav" in caplog.text
    (folder / "scored.mid").write_text("not midi")
    assert 0 < len(prepare_recordings(folder, tmp_path / "rest", encoder)) < count
    assert "scored.mid" in caplog.text


def test_where_nothing_can_be_read_the_first_problem_is_the_error(tmp_path, encoder):
    (tmp_path / "zz.wav").write_text("not audio")
    with pytest.raises(TrainingError, match=r"zz\.wav"):
        prepare_recordings(tmp_path, tmp_path / "out", encoder)


def test_no_room_for_the_result_is_one_line(folder, tmp_path, encoder):
    (tmp_path / "out").write_bytes(b"")
    with pytest.raises(AudioWriteError, match="out: cannot be written"):
        prepare_recordings(folder, tmp_path / "out", encoder)


@pytest.mark.parametrize("count", [1, 2, 3, 5, 6, 10, 16, 57])
def test_a_tenth_is_kept_out_of_training(count, tmp_path):
    pairs = [(tmp_path / f"{n}.flac", tmp_path / f"{n}.mid") for n in range(count)]
    training, held_out = hold_out(pairs)
    assert sorted([*training, *held_out]) == sorted(pairs) and not set(training) & set(held_out)
    assert 1 <= len(held_out) <= max(1, round(count / 10 + 0.5))
    assert training or count == 1
