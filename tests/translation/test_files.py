"""Files to files: rate, channels and length stay, and a result is whole or not there."""

import numpy as np
import pytest
import soundfile

from audiostyle.errors import (
    AudioReadError,
    AudiostyleError,
    AudioWriteError,
)
from audiostyle.evaluate import note_f1
from audiostyle.music.midi import read_midi
from audiostyle.sound.reading import read_audio

RATE = 16_000
SECONDS = 3.2


def pairs(notes, shift: int = 0) -> list[tuple[float, int]]:
    """(onset, pitch) of each, transposed."""
    return [(float(note[0]), int(note[2]) + shift) for note in notes]


def test_a_file_is_translated_as_its_samples_are(tiny, file, tmp_path):
    wave, _ = read_audio(file)
    tiny.translate_file(file, {"sine": tmp_path / "a.wav"}, subtype="FLOAT", clip="none")
    translated, rate = read_audio(tmp_path / "a.wav")
    assert rate == RATE
    assert np.allclose(translated, tiny.translate(wave, RATE, domain="sine"), atol=1e-6)


def test_a_result_replaces_neither_the_recording_nor_another_result(tiny, file, tmp_path):
    before, link = file.read_bytes(), tmp_path / "link.wav"
    link.symlink_to(file)
    for out in (file, file.parent / "." / file.name, link):
        with pytest.raises(AudiostyleError, match="is an input too"):
            tiny.translate_file(file, {"sine": out})
        with pytest.raises(AudiostyleError, match="is an input too"):
            tiny.translate_file(file, out, domain="sine")
        with pytest.raises(AudiostyleError, match="is an input too"):
            tiny.translate_file(file, tmp_path / "a.wav", domain="sine", midi=out)
    for other in (tmp_path / "a.wav", f"{tmp_path}/./a.wav"):
        with pytest.raises(AudiostyleError, match="two results would go there"):
            tiny.translate_file(file, {"sine": tmp_path / "a.wav", "comb": other})
    assert file.read_bytes() == before and not (tmp_path / "a.wav").exists()


def test_one_file_needs_a_domain_and_several_name_theirs(tiny, file, tmp_path):
    for name, out, domain in (("a", tmp_path / "a.wav", "sine"), ("b", {"sine": tmp_path / "b.wav"}, None)):
        report = tiny.translate_file(file, out, domain=domain)
        assert report.outputs == {"sine": str(tmp_path / f"{name}.wav")}
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()
    with pytest.raises(AudiostyleError, match="which domain"):
        tiny.translate_file(file, tmp_path / "c.wav")
    with pytest.raises(AudiostyleError, match="not both"):
        tiny.translate_file(file, {"sine": tmp_path / "c.wav"}, domain="comb")
    assert not (tmp_path / "c.wav").exists()


def test_several_domains_in_one_run_are_each_as_alone(tiny, file, tmp_path):
    together = {name: tmp_path / f"{name}.wav" for name in ("comb", "sine")}
    report = tiny.translate_file(file, together)
    assert report.outputs == {name: str(path) for name, path in together.items()}
    for name, path in together.items():
        tiny.translate_file(file, {name: tmp_path / "alone.wav"})
        assert path.read_bytes() == (tmp_path / "alone.wav").read_bytes()


def test_the_report_and_the_file_say_what_was_done(tiny, file, tmp_path, melody):
    out = tmp_path / "out.flac"
    report = tiny.translate_file(file, {"sine": out}, transpose=-12, seed=3)
    assert (report.input, report.model, report.sample_rate, report.channels) == (str(file), "tiny", RATE, 2)
    assert report.seconds == pytest.approx(SECONDS) and report.elapsed > 0
    assert report.notes == len(melody)
    assert report.folded == {"sine": sum(pitch - 12 < 72 for _, _, pitch in melody)}
    assert report.sha256 == tiny.manifest.fingerprint("sine")
    info = soundfile.info(out)
    assert (info.samplerate, info.channels, info.frames, info.subtype) == (RATE, 2, SECONDS * RATE, "PCM_16")
    with soundfile.SoundFile(out) as written:
        for part in ("audiostyle", "tiny", tiny.manifest.fingerprint("sine")[:12], "domain sine", "seed 3"):
            assert part in written.comment


def test_the_notes_found_are_written_as_midi(tiny, file, tmp_path, melody):
    midi = tmp_path / "notes" / "song.mid"
    tiny.translate_file(file, {"sine": tmp_path / "a.wav"}, midi=midi, transpose=12)
    assert note_f1(pairs(read_midi(midi).notes), pairs(melody)) == 1


@pytest.mark.parametrize("keep_drums", [False, True])
def test_progress_rises_to_the_whole(tiny, file, tmp_path, keep_drums):
    told = []
    outputs = {name: tmp_path / f"{name}.wav" for name in ("comb", "sine")}
    tiny.translate_file(file, outputs, keep_drums=keep_drums, progress=lambda *numbers: told.append(numbers))
    done = [seconds for seconds, _ in told]
    assert done == sorted(done) and done[-1] == pytest.approx(SECONDS, abs=0.01)
    assert {total for _, total in told} == {SECONDS}


def test_streaming_a_longer_file_leaves_no_seams(tiny, tmp_path, render_sines):
    """Thirty seconds pass through several blocks of every stage; a held note shows where they meet."""
    wave = render_sines([(0.5, 29.5, 84)], 30, 8000)
    soundfile.write(tmp_path / "held.wav", wave, 8000, "FLOAT")
    tiny.translate_file(tmp_path / "held.wav", {"sine": tmp_path / "out.wav"})
    held = read_audio(tmp_path / "out.wav")[0][0, 8000:-8000]
    envelope = np.abs(held[: len(held) // 400 * 400]).reshape(-1, 400).max(axis=1)
    assert envelope.min() > 0.9 * envelope.max() > 0


BAD_FILES = {"empty": b"", "text": b"la la la\n" * 9, "header": b"RIFF\x24\x00\x00\x00WAVEfmt "}


@pytest.mark.parametrize("name", ["missing", "folder", *BAD_FILES])
def test_a_bad_file_is_one_line_and_leaves_nothing(tiny, tmp_path, name):
    path = tmp_path / "song.wav"
    if name == "folder":
        path.mkdir()
    elif name != "missing":
        path.write_bytes(BAD_FILES[name])
    with pytest.raises(AudioReadError, match=r"song\.wav") as caught:
        tiny.translate_file(path, {"sine": tmp_path / "out" / "a.wav"}, midi=tmp_path / "out" / "a.mid")
    assert "\n" not in str(caught.value)
    assert {p.name for p in tmp_path.iterdir()} <= {"song.wav"}


def test_a_result_that_cannot_be_written_is_one_line(tiny, file, tmp_path):
    (tmp_path / "taken").write_bytes(b"")
    with pytest.raises(AudioWriteError, match=r"taken/a\.wav"):
        tiny.translate_file(file, {"sine": tmp_path / "taken" / "a.wav"})


def test_an_interrupted_translation_leaves_nothing(tiny, file, tmp_path):
    def interrupt(seconds: float, total: float | None) -> None:
        if seconds > 0.8 * SECONDS:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tiny.translate_file(file, {"sine": tmp_path / "out.wav"}, progress=interrupt)
    assert [path.name for path in tmp_path.iterdir()] == ["song.wav"]


def test_a_wavenet_synthesizes_what_the_shared_encoder_finds(tiny, file, tmp_path):
    """Untrained, so noise; but of the recording's rate and length, and the same each time."""
    reports = {}
    wavenet = {"decoder": "wavenet"}
    for name, options in {
        "a": wavenet,
        "b": wavenet,
        "hot": {**wavenet, "temperature": 2.0},
        "spectral": {},
    }.items():
        reports[name] = tiny.translate_file(file, tmp_path / f"{name}.wav", domain="sine", **options)
    waves = {name: read_audio(tmp_path / f"{name}.wav") for name in reports}
    assert {(wave.shape, rate) for wave, rate in waves.values()} == {
        (read_audio(file)[0].shape, read_audio(file)[1])
    }
    np.testing.assert_array_equal(waves["a"][0], waves["b"][0])
    assert not np.array_equal(waves["a"][0], waves["hot"][0])
    assert reports["a"].sha256 == reports["hot"].sha256 != reports["spectral"].sha256


def test_a_wavenet_s_progress_rises_to_the_whole_and_may_be_interrupted(tiny, file, tmp_path):
    told = []

    def tell(done, total):
        told.append(done)
        if stop and done > 0.7 * SECONDS:
            raise KeyboardInterrupt

    stop = False
    tiny.translate_file(file, {"sine": tmp_path / "out.wav"}, decoder="wavenet", progress=tell)
    assert told == sorted(told) and told[-1] == pytest.approx(SECONDS, abs=0.02)
    (tmp_path / "out.wav").unlink()
    stop = True
    with pytest.raises(KeyboardInterrupt):
        tiny.translate_file(file, {"sine": tmp_path / "out.wav"}, decoder="wavenet", progress=tell)
    assert [path.name for path in tmp_path.iterdir()] == ["song.wav"]


@pytest.mark.parametrize(
    ("domain", "options", "message"),
    [
        ("comb", {"decoder": "wavenet"}, "no decoder of the kind 'wavenet' for 'comb'"),
        ("sine", {"decoder": "wavnet"}, "did you mean 'wavenet'"),
        ("sine", {"decoder": "wavenet", "temperature": 0.0}, "temperature must be above 0"),
        ("sine", {"temperature": 1.0}, "ask for the decoder 'wavenet'"),
    ],
)
def test_a_decoder_that_cannot_do_it_is_an_error_before_work(tiny, tmp_path, domain, options, message):
    with pytest.raises(AudiostyleError, match=message):
        tiny.translate_file(tmp_path / "missing.wav", tmp_path / "out.wav", domain=domain, **options)


def test_an_output_that_cannot_be_written_is_found_before_the_recording_is_heard(
    tiny, file, tmp_path, monkeypatch
):
    def hear(*_):
        raise AssertionError("the recording was heard")

    monkeypatch.setattr("audiostyle.translation.pipeline.Pipeline.transcribe", hear)
    (tmp_path / "a file").touch()
    (tmp_path / "a folder.wav").mkdir()
    before = sorted(tmp_path.rglob("*"))
    long = "x" * 300
    for name in ("a file/out.wav", "a folder.wav", f"{long}.wav", "out.xyz", "out"):
        with pytest.raises(AudioWriteError, match=name.replace(".", r"\.")):
            tiny.translate_file(file, {"sine": tmp_path / name})
    for midi in ("a file/out.mid", f"{long}.mid", "a folder.wav"):
        with pytest.raises(AudioWriteError, match=midi):
            tiny.translate_file(file, {"sine": tmp_path / "out.wav"}, midi=tmp_path / midi)
    odd = tmp_path / "odd.wav"
    soundfile.write(odd, np.full((12345, 3), 0.1), 12_345)
    before.append(odd)
    for name, settings in (("out.mp3", {}), ("out.wav", {"subtype": "OPUS"})):
        with pytest.raises(AudioWriteError, match=f"{name}: .* "):
            tiny.translate_file(odd, {"sine": tmp_path / name}, **settings)
    assert sorted(tmp_path.rglob("*")) == sorted(before)


def test_notes_are_written_plain_or_on_a_grid_or_not_at_all(tiny, file, tmp_path):
    midi = tmp_path / "song.mid"
    tiny.translate_file(file, tmp_path / "a.wav", domain="sine", midi=midi, midi_plain=True)
    plain = tmp_path / "plain.mid"
    tiny.transcribe_file(file).save(plain, plain=True)
    assert midi.read_bytes() == plain.read_bytes()
    with pytest.raises(AudiostyleError, match="no grid to quantize to"):
        tiny.translate_file(file, tmp_path / "b.wav", domain="sine", midi=midi, quantize="1/5")
    with pytest.raises(AudiostyleError, match=r"song\.mid: the music keeps no beat"):
        tiny.translate_file(file, tmp_path / "b.wav", domain="sine", midi=midi, quantize="1/16")
    assert not (tmp_path / "b.wav").exists()


@pytest.mark.parametrize(
    ("level", "options", "notice"),
    [
        (0.1, {}, "noise.wav: no note was heard in it, so the result is silent"),
        (0.1, {"strength": 0.5}, "no note was heard in it, so the result is the recording itself"),
        (0.1, {"keep_drums": True}, "no note was heard in it, so only its percussive part is left"),
        (0.0, {}, "noise.wav: is silent, and so is the result"),
    ],
)
def test_a_recording_without_notes_is_said(tiny, tmp_path, caplog, level, options, notice):
    rumble = level * np.sin(2 * np.pi * 8 / RATE * np.arange(2 * RATE)) ** 2 * np.hanning(2 * RATE)
    soundfile.write(tmp_path / "noise.wav", rumble, RATE, "FLOAT")
    report = tiny.translate_file(tmp_path / "noise.wav", tmp_path / "out.wav", domain="sine", **options)
    assert report.notes == 0 and [notice in record.message for record in caplog.records] == [True]


def test_a_recording_with_notes_is_not_worth_a_notice(tiny, file, tmp_path, caplog):
    tiny.translate_file(file, tmp_path / "out.wav", domain="sine")
    assert not caplog.records
