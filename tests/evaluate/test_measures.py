"""Metrics of files: what they compare with, and that they are the metrics of arrays."""

import mido
import numpy as np
import pytest
import soundfile
from studies import RATE, write_pictures, write_sounds

from audiostyle.errors import AudiostyleError
from audiostyle.evaluate import log_spectral_distance, ssim
from audiostyle.evaluate.measures import MEASURES, Files, choose_measures, measure_pair
from audiostyle.evaluate.metrics import METRICS


def test_every_measure_is_a_metric():
    assert all(measure.metric in METRICS for measure in MEASURES.values())


@pytest.mark.parametrize(
    ("medium", "given", "expected"),
    [
        ("sound", {"truth"}, ["lsd", "timbre", "chroma", "loudness", "fad"]),
        ("sound", {"source"}, ["chroma", "loudness"]),
        ("sound", {"style"}, ["timbre", "fad"]),
        ("picture", {"source", "style"}, ["ssim", "edges", "skies", "colors", "palette", "art"]),
    ],
)
def test_what_applies_follows_from_what_is_given(medium, given, expected):
    assert list(choose_measures(None, medium, given)) == expected


@pytest.mark.parametrize(
    ("names", "given", "message"),
    [
        (("lds",), {"truth"}, "did you mean 'lsd'"),
        (("ssim",), {"truth"}, "of pictures"),
        (("lsd",), {"source"}, "needs --truth"),
        (("chroma",), {"style"}, "--truth or --source"),
        (None, set(), "nothing to compare"),
    ],
)
def test_what_cannot_be_measured_says_what_is_missing(names, given, message):
    with pytest.raises(AudiostyleError, match=message):
        choose_measures(names, "sound", given)


def test_the_truth_comes_before_other_companions():
    assert MEASURES["chroma"].choose({"source", "truth"}) == ("truth",)
    assert MEASURES["art"].choose({"source"}) == () and MEASURES["art"].choose({"source", "style"}) == (
        "source",
        "style",
    )


def test_files_give_what_arrays_give(tmp_path):
    folders = write_sounds(tmp_path / "in")
    files = Files({"result": folders["ours"] / "a.wav", "truth": folders["theirs"] / "b.wav"})
    waves = [soundfile.read(path)[0] for path in files.paths.values()]
    expected = log_spectral_distance(*waves, RATE)
    assert measure_pair(MEASURES["lsd"], files, ("truth",)) == pytest.approx(expected, abs=1e-6)
    pictures = write_pictures(tmp_path / "pictures")
    shown = Files({"result": pictures["ours"] / "a.png", "truth": pictures["theirs"] / "a.png"})
    expected = ssim(*(shown.read_picture(role) for role in ("result", "truth")))
    assert measure_pair(MEASURES["ssim"], shown, ("truth",)) == expected


def test_rates_are_brought_together_and_channels_mixed(tmp_path):
    wave = 0.3 * np.sin(np.arange(8000) * 0.1)
    soundfile.write(tmp_path / "a.wav", wave, 8000)
    soundfile.write(tmp_path / "b.wav", np.repeat(wave, 2)[:, None].repeat(2, axis=1), 16000)
    files = Files({"result": tmp_path / "a.wav", "truth": tmp_path / "b.wav"})
    assert measure_pair(MEASURES["loudness"], files, ("truth",)) > 0.9


def test_lengths_that_differ_are_one_line(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.ones(4000) * 0.1, 8000)
    soundfile.write(tmp_path / "b.wav", np.ones(5000) * 0.1, 8000)
    with pytest.raises(AudiostyleError, match="pad or cut"):
        measure_pair(
            MEASURES["lsd"], Files({"result": tmp_path / "a.wav", "truth": tmp_path / "b.wav"}), ("truth",)
        )


def test_notes_come_of_the_midi_file_beside_else_of_a_transcriber(tmp_path):
    for name in "ab":
        soundfile.write(tmp_path / f"{name}.wav", 0.1 * np.sin(np.arange(8000)), 8000)
    track = mido.MidiTrack(
        [mido.Message("note_on", note=60, velocity=90), mido.Message("note_off", note=60, time=480)]
    )
    mido.MidiFile(tracks=[track]).save(tmp_path / "a.mid")
    heard = []

    def transcribe(wave, rate):
        heard.append(wave.size)
        return np.array([[0.0, 60.0, 0.5]])

    paths = {"result": tmp_path / "a.wav", "truth": tmp_path / "b.wav"}
    files = Files(paths, transcribe)
    assert measure_pair(MEASURES["notes"], files, ("truth",)) == 1.0
    assert measure_pair(MEASURES["pitch"], files, ("truth",)) == pytest.approx(0, abs=0.05)
    assert heard == [8000]  # the other has a file, and each is heard once
    with pytest.raises(AudiostyleError, match="transcribes"):
        measure_pair(MEASURES["notes"], Files(paths), ("truth",))
