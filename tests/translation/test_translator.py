"""The whole: what goes in comes out on another instrument, and nothing else about it changes."""

from dataclasses import replace

import numpy as np
import pytest
import soundfile
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audiostyle.errors import (
    AudioReadError,
    AudiostyleError,
    AudioWriteError,
    ModelNotFound,
    ShapeError,
    UnknownDomain,
)
from audiostyle.evaluate import note_f1
from audiostyle.models.frontend import ENCODER_RATE
from audiostyle.models.saving import add_encoder
from audiostyle.music.midi import read_midi
from audiostyle.sound.reading import read
from audiostyle.sound.resampling import resample
from audiostyle.translation import segments as stretches
from audiostyle.translation.transcription import compute_rms, transcribe
from audiostyle.translation.translator import TranslationOptions, Translator

RATE = 16_000
SECONDS = 3.2


def pairs(notes, shift: int = 0) -> list[tuple[float, int]]:
    """(onset, pitch) of each, transposed."""
    return [(float(note[0]), int(note[2]) + shift) for note in notes]


def reheard(tiny: Translator, wave: torch.Tensor, rate: int) -> list[tuple[float, int]]:
    """The notes that the model's own encoder hears in a translation."""
    mono = resample(np.atleast_2d(wave.numpy()).mean(axis=0, keepdims=True), rate, ENCODER_RATE)[0]
    return pairs(transcribe(tiny.encoder, [mono], compute_rms([mono])).notes)


@pytest.fixture
def song(melody, sines) -> torch.Tensor:
    """The melody in mono, (samples,)."""
    return torch.from_numpy(sines(melody, SECONDS, RATE))


@pytest.fixture
def file(tmp_path, song):
    """The melody as a file of 16 bits in stereo, the right channel half as loud."""
    path = tmp_path / "song.wav"
    soundfile.write(path, np.stack([song.numpy(), 0.5 * song.numpy()], axis=1), RATE, "PCM_16")
    return path


# The music


def test_the_notes_stay(tiny, song, melody):
    translated = tiny.translate(song, RATE, domain="sine")
    assert note_f1(reheard(tiny, translated, RATE), pairs(melody)) > 0.8
    assert not torch.allclose(translated, song, atol=1e-2)


@pytest.mark.parametrize("transpose", [-12, -1, 5])
def test_transposition_moves_them(tiny, song, melody, transpose):
    translated = tiny.translate(song, RATE, domain="sine", options=TranslationOptions(transpose=transpose))
    wanted = [(on, pitch + 12 * (pitch < 72)) for on, pitch in pairs(melody, transpose)]
    assert note_f1(reheard(tiny, translated, RATE), wanted) > 0.8


def test_nothing_sounds_before_and_after_the_notes(tiny, song):
    translated = tiny.translate(song, RATE, domain="sine")
    for gap in (slice(0, int(0.12 * RATE)), slice(int(3.15 * RATE), None)):
        assert translated[gap].abs().max() < 0.01 * translated.abs().max()


@pytest.mark.parametrize("gain", [0.01, 0.5, 4.0])
def test_level_follows_the_source(tiny, song, gain):
    loud, quiet = (tiny.translate(wave, RATE, domain="sine") for wave in (song, gain * song))
    assert torch.allclose(quiet, gain * loud, atol=0.02 * gain * loud.abs().max().item())


def test_a_source_as_loud_as_the_domain_becomes_as_loud_as_the_domain(tiny, sines):
    long = torch.from_numpy(sines([(0.1, 2.9, 84)], 3.0, RATE))
    translated = tiny.translate(long, RATE, domain="sine")
    assert 0.3 < translated.std() / long.std() < 3


@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.floats(0.05, 1), min_size=2, max_size=5))
def test_balance_follows_the_source(tiny, song, gains):
    source = torch.tensor(gains)[:, None] * song[: int(1.2 * RATE)]
    translated = tiny.translate(source, RATE, domain="sine")
    levels = translated.std(dim=1)
    assert torch.allclose(levels / levels.mean(), torch.tensor(gains) / np.mean(gains), atol=0.02)


def test_sound_on_one_side_stays_there(tiny, song):
    left, right = tiny.translate(torch.stack([song, torch.zeros_like(song)]), RATE, domain="sine")
    assert right.abs().max() < 2e-3 * left.abs().max()


# The length of the stretches that it is worked on in


def test_segments_do_not_matter(tiny, song):
    whole, cut = (
        tiny.translate(song, RATE, domain="comb", options=TranslationOptions(segment=s)) for s in (60, 1)
    )
    assert torch.allclose(cut, whole, atol=1e-4 * whole.abs().max().item())


def test_a_segment_is_not_too_short(tiny, song, file, tmp_path):
    with pytest.raises(AudiostyleError, match=r"0\.5 s is too short"):
        tiny.translate(song, RATE, domain="sine", options=TranslationOptions(segment=0.5))
    with pytest.raises(AudiostyleError, match=r"0\.5 s is too short"):
        tiny.translate_file(file, {"sine": tmp_path / "o.wav"}, options=TranslationOptions(segment=0.5))
    assert not (tmp_path / "o.wav").exists()


def test_a_device_without_enough_memory_gives_the_same(tiny, song, monkeypatch, caplog):
    """A pretended one, which holds a second of the encoder's sound and less of the decoder's frames."""
    whole = tiny.translate(song, RATE, domain="sine")
    heads, decoder = tiny.encoder.heads, tiny._decoders["sine"].decoder
    play = decoder.forward

    def short_of(room, work, size):
        def limited(x):
            if size(x) > room:
                raise torch.OutOfMemoryError("CUDA out of memory")
            return work(x)

        return limited

    context = 2 * tiny.encoder.context * 256
    monkeypatch.setattr(
        tiny.encoder, "heads", short_of(context + ENCODER_RATE, heads, lambda wave: wave.shape[1])
    )
    monkeypatch.setattr(decoder, "forward", short_of(250, play, lambda states: states.level.shape[1]))
    monkeypatch.setattr(stretches, "get_device", lambda network: torch.device("cuda", 0))
    survived = tiny.translate(song, RATE, domain="sine")
    assert torch.allclose(survived, whole, atol=1e-4 * whole.abs().max().item())
    assert caplog.messages and all("out of memory" in message for message in caplog.messages)
    assert len(caplog.messages) < 8  # it tries every length once


# Its form


@pytest.mark.parametrize("rate", [4000, 11_025, 22_050, 44_100, 48_000, 96_000, 192_000])
@pytest.mark.parametrize("seconds", [0.01, 0.3])
def test_rate_and_length_stay_exactly(tiny, sines, rate, seconds):
    wave = torch.from_numpy(sines([(0.0, seconds, 76)], seconds, rate))
    translated = tiny.translate(wave, rate, domain="comb")
    assert translated.shape == wave.shape and translated.dtype == torch.float32
    assert translated.isfinite().all()


@pytest.mark.parametrize("channels", [1, 2, 3, 8])
@pytest.mark.parametrize("keep_drums", [False, True])
def test_channels_stay_exactly(tiny, channels, keep_drums):
    wave = 0.1 * np.random.default_rng(0).standard_normal((channels, 4001)).astype(np.float32)
    translated = tiny.translate(wave, 8000, domain="comb", options=TranslationOptions(keep_drums=keep_drums))
    assert translated.shape == (channels, 4001) and translated.isfinite().all()


@pytest.mark.parametrize("samples", [1, 2, 100])
def test_the_shortest_clips(tiny, samples):
    assert tiny.translate(torch.full((samples,), 0.1), 44_100, domain="sine").shape == (samples,)


@pytest.mark.parametrize("shape", [(8000,), (2, 8000)])
@pytest.mark.parametrize("keep_drums", [False, True])
def test_silence_becomes_silence(tiny, shape, keep_drums):
    options = TranslationOptions(keep_drums=keep_drums)
    assert torch.equal(
        tiny.translate(torch.zeros(shape), 8000, domain="sine", options=options), torch.zeros(shape)
    )


def test_the_input_is_not_touched_and_not_handed_back(tiny, song):
    before = song.clone()
    for options in (TranslationOptions(), TranslationOptions(mix=0), TranslationOptions(keep_drums=True)):
        translated = tiny.translate(song, RATE, domain="sine", options=options)
        translated.zero_()
        assert torch.equal(song, before)


def test_arrays_tensors_and_gradients_are_all_welcome(tiny, song):
    one = tiny.translate(song, RATE, domain="sine")
    assert torch.equal(tiny.translate(song.numpy(), RATE, domain="sine"), one)
    assert torch.equal(tiny.translate(song.double(), RATE, domain="sine"), one)
    with_grad = tiny.translate(song.clone().requires_grad_(), RATE, domain="sine")
    assert torch.equal(with_grad, one) and not with_grad.requires_grad


# Options


def test_mix_0_is_the_source_bit_for_bit(tiny, song):
    for wave in (song, torch.stack([song, -0.3 * song])):
        assert torch.equal(tiny.translate(wave, RATE, domain="sine", options=TranslationOptions(mix=0)), wave)


def test_mix_is_linear(tiny, song):
    wet, half = (
        tiny.translate(song, RATE, domain="sine", options=TranslationOptions(mix=m)) for m in (1.0, 0.5)
    )
    assert torch.allclose(half, 0.5 * wet + 0.5 * song, atol=1e-6)


def test_the_same_seed_is_the_same_file_and_a_new_translator_does_not_matter(tiny_model, tiny, song):
    options = TranslationOptions(seed=7)
    once = tiny.translate(song, RATE, domain="comb", options=options)
    torch.manual_seed(5)
    anew = Translator.from_pretrained(tiny_model, device="cpu")
    assert torch.equal(anew.translate(song, RATE, domain="comb", options=options), once)


def clicks(seconds: float, rate: int) -> np.ndarray:
    """A drum: bursts of noise of 20 ms, two a second."""
    rng, wave = np.random.default_rng(0), np.zeros(round(seconds * rate), np.float32)
    for start in range(0, len(wave) - rate // 2, rate // 2):
        burst = rng.standard_normal(rate // 50) * np.exp(-np.arange(rate // 50) / (rate / 200))
        wave[start + rate // 8 :][: rate // 50] += 0.3 * burst
    return wave


def test_drums_alone_survive(tiny):
    drums = torch.from_numpy(clicks(4, RATE))
    kept = tiny.translate(drums, RATE, domain="sine", options=TranslationOptions(keep_drums=True))
    assert torch.corrcoef(torch.stack([kept, drums]))[0, 1] > 0.95
    lost = tiny.translate(drums, RATE, domain="sine")
    assert torch.corrcoef(torch.stack([lost, drums]))[0, 1].nan_to_num().abs() < 0.3


def test_drums_under_music_are_kept_and_the_music_translated(tiny, song, melody):
    drums = torch.from_numpy(clicks(SECONDS, RATE))
    kept = tiny.translate(song + drums, RATE, domain="sine", options=TranslationOptions(keep_drums=True))
    hits = drums.abs() > 0.05
    assert torch.corrcoef(torch.stack([kept[hits], drums[hits]]))[0, 1] > 0.8
    assert note_f1(reheard(tiny, kept - drums, RATE), pairs(melody)) > 0.7


# Files


def test_a_file_is_translated_as_its_samples_are(tiny, file, tmp_path):
    wave, _ = read(file)
    tiny.translate_file(file, {"sine": tmp_path / "a.wav"}, subtype="FLOAT", clip="none")
    translated, rate = read(tmp_path / "a.wav")
    assert rate == RATE
    assert np.allclose(translated, tiny.translate(wave, RATE, domain="sine"), atol=1e-6)


def test_several_domains_in_one_run_are_each_as_alone(tiny, file, tmp_path):
    together = {name: tmp_path / f"{name}.wav" for name in ("comb", "sine")}
    report = tiny.translate_file(file, together)
    assert report.outputs == {name: str(path) for name, path in together.items()}
    for name, path in together.items():
        tiny.translate_file(file, {name: tmp_path / "alone.wav"})
        assert path.read_bytes() == (tmp_path / "alone.wav").read_bytes()


def test_the_report_and_the_file_say_what_was_done(tiny, file, tmp_path, melody):
    out = tmp_path / "out.flac"
    report = tiny.translate_file(file, {"sine": out}, options=TranslationOptions(transpose=-12, seed=3))
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


def test_what_was_heard_is_written_as_midi(tiny, file, tmp_path, melody):
    midi = tmp_path / "notes" / "song.mid"
    tiny.translate_file(
        file, {"sine": tmp_path / "a.wav"}, midi=midi, options=TranslationOptions(transpose=12)
    )
    assert note_f1(pairs(read_midi(midi).notes), pairs(melody)) == 1


@pytest.mark.parametrize("keep_drums", [False, True])
def test_progress_rises_to_the_whole(tiny, file, tmp_path, keep_drums):
    told = []
    outputs = {name: tmp_path / f"{name}.wav" for name in ("comb", "sine")}
    options = TranslationOptions(keep_drums=keep_drums)
    tiny.translate_file(file, outputs, options=options, progress=lambda *numbers: told.append(numbers))
    done = [seconds for seconds, _ in told]
    assert done == sorted(done) and done[-1] == pytest.approx(SECONDS, abs=0.01)
    assert {total for _, total in told} == {SECONDS}


def test_streaming_a_longer_file_leaves_no_seams(tiny, tmp_path, sines):
    """Thirty seconds pass through several blocks of every stage; a held note shows where they meet."""
    wave = sines([(0.5, 29.5, 84)], 30, 8000)
    soundfile.write(tmp_path / "held.wav", wave, 8000, "FLOAT")
    tiny.translate_file(tmp_path / "held.wav", {"sine": tmp_path / "out.wav"})
    held = read(tmp_path / "out.wav")[0][0, 8000:-8000]
    envelope = np.abs(held[: len(held) // 400 * 400]).reshape(-1, 400).max(axis=1)
    assert envelope.min() > 0.9 * envelope.max() > 0


# Bad input


def test_an_unknown_domain_is_an_error_before_any_work(tiny, song, tmp_path):
    with pytest.raises(UnknownDomain, match=r"did you mean 'sine'.*it has sine, comb"):
        tiny.translate(song, RATE, domain="sines")
    with pytest.raises(UnknownDomain):
        tiny.translate_file(tmp_path / "none.wav", {"sine": tmp_path / "a.wav", "drum": tmp_path / "b.wav"})
    assert not list(tmp_path.glob("*.wav"))


@pytest.mark.parametrize("shape", [(), (0,), (2, 0), (1, 2, 100)])
def test_what_is_no_wave_is_refused(tiny, shape):
    with pytest.raises(ShapeError, match=r"\(channels, samples\)"):
        tiny.translate(torch.zeros(shape), RATE, domain="sine")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_samples_must_be_finite(tiny, song, value, tmp_path):
    wave = song.clone()
    wave[RATE] = value
    with pytest.raises(ShapeError, match="NaN or infinite"):
        tiny.translate(wave, RATE, domain="sine")
    soundfile.write(tmp_path / "bad.wav", wave.numpy(), RATE, "FLOAT")
    with pytest.raises(AudioReadError, match=r"bad\.wav.*at 1\.000 s"):
        tiny.translate_file(tmp_path / "bad.wav", {"sine": tmp_path / "out.wav"})
    assert [path.name for path in tmp_path.iterdir()] == ["bad.wav"]


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


def test_an_encoder_that_does_not_fit_its_configuration_is_named(tiny, tmp_path):
    tensors = tiny.encoder.state_dict()
    for config in ({"channels": 4, "latent": 2}, {"channels": 3, "latent": 2, "heads": 1}):
        add_encoder(tmp_path / "odd", tensors, config={"kind": "pitch-grid", **config}, card="")
        with pytest.raises(ModelNotFound, match=r"odd\.encoder\..*safetensors.*do not fit"):
            Translator.from_pretrained(tmp_path / "odd")


def test_a_device_that_is_not_there_is_told(tiny_model):
    with pytest.raises(AudiostyleError, match="--device cpu"):
        Translator.from_pretrained(tiny_model, device="cuda:31")


def test_domains_are_those_of_the_manifest(tiny):
    assert tiny.domains == ("sine", "comb")


WAVENET = TranslationOptions(decoder="wavenet")


def test_a_wavenet_plays_what_the_shared_encoder_heard(tiny, file, tmp_path):
    """Untrained, so noise; but of the recording's rate and length, and the same each time."""
    reports = {}
    for name, options in {
        "a": WAVENET, "b": WAVENET, "hot": replace(WAVENET, temperature=2.0), "spectral": TranslationOptions()
    }.items():  # fmt: skip
        reports[name] = tiny.translate_file(file, {"sine": tmp_path / f"{name}.wav"}, options=options)
    waves = {name: read(tmp_path / f"{name}.wav") for name in reports}
    assert {(wave.shape, rate) for wave, rate in waves.values()} == {(read(file)[0].shape, read(file)[1])}
    np.testing.assert_array_equal(waves["a"][0], waves["b"][0])
    assert not np.array_equal(waves["a"][0], waves["hot"][0])
    assert reports["a"].sha256 == reports["hot"].sha256 != reports["spectral"].sha256


def test_chunks_of_a_wavenet_s_song_change_no_length(tiny, melody, sines):
    wave = sines(melody, SECONDS, 16000)
    parts = [tiny.translate(wave, 16000, domain="sine", options=replace(WAVENET, chunks=n)) for n in (1, 2)]
    assert parts[0].shape == parts[1].shape == wave.shape and not torch.equal(*parts)


def test_a_wavenet_s_progress_rises_to_the_whole_and_may_be_interrupted(tiny, file, tmp_path):
    told = []

    def tell(done, total):
        told.append(done)
        if stop and done > 0.7 * SECONDS:
            raise KeyboardInterrupt

    stop = False
    tiny.translate_file(file, {"sine": tmp_path / "out.wav"}, options=WAVENET, progress=tell)
    assert told == sorted(told) and told[-1] == pytest.approx(SECONDS, abs=0.02)
    (tmp_path / "out.wav").unlink()
    stop = True
    with pytest.raises(KeyboardInterrupt):
        tiny.translate_file(file, {"sine": tmp_path / "out.wav"}, options=WAVENET, progress=tell)
    assert [path.name for path in tmp_path.iterdir()] == ["song.wav"]


@pytest.mark.parametrize(
    ("domain", "options", "message"),
    [
        ("comb", WAVENET, "no decoder of the kind 'wavenet' for 'comb'"),
        ("sine", TranslationOptions(decoder="wavnet"), "did you mean 'wavenet'"),
        ("sine", replace(WAVENET, temperature=0.0), "temperature must be above 0"),
        ("sine", TranslationOptions(temperature=1.0), "ask for the decoder 'wavenet'"),
    ],
)
def test_a_decoder_that_cannot_do_it_is_an_error_before_work(tiny, tmp_path, domain, options, message):
    with pytest.raises(AudiostyleError, match=message):
        tiny.translate_file(tmp_path / "missing.wav", {domain: tmp_path / "out.wav"}, options=options)
