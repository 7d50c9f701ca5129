"""The translator: music comes out on another instrument, and nothing else about it changes."""

import dataclasses
import inspect

import numpy as np
import pytest
import soundfile
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audiostyle.errors import (
    AudioReadError,
    AudiostyleError,
    ModelNotFound,
    ShapeError,
    UnknownDomain,
)
from audiostyle.evaluate import note_f1
from audiostyle.models.frontend import ENCODER_RATE
from audiostyle.models.saving import add_encoder
from audiostyle.music.curves import STEP, NoteCurves
from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.music.performance import Performance
from audiostyle.sound.loudness import measure_loudness
from audiostyle.translation import segments
from audiostyle.translation.translator import Translator

RATE = 16_000
SECONDS = 3.2


def pairs(notes, shift: int = 0) -> list[tuple[float, int]]:
    """(onset, pitch) of each, transposed."""
    return [(float(note[0]), int(note[2]) + shift) for note in notes]


def find_notes(tiny: Translator, wave: torch.Tensor, rate: int) -> list[tuple[float, int]]:
    """Return the notes that the model's own encoder finds in a translation."""
    return pairs(tiny.transcribe(wave, rate).notes)


# The music


def test_the_notes_stay(tiny, song, melody):
    translated = tiny.translate(song, RATE, domain="sine")
    assert note_f1(find_notes(tiny, translated, RATE), pairs(melody)) > 0.8
    assert not torch.allclose(translated, song, atol=1e-2)


@pytest.mark.parametrize("transpose", [-12, -1, 5])
def test_transposition_moves_them(tiny, song, melody, transpose):
    translated = tiny.translate(song, RATE, domain="sine", transpose=transpose)
    wanted = [(on, pitch + 12 * (pitch < 72)) for on, pitch in pairs(melody, transpose)]
    assert note_f1(find_notes(tiny, translated, RATE), wanted) > 0.8


def test_nothing_sounds_before_and_after_the_notes(tiny, song):
    translated = tiny.translate(song, RATE, domain="sine")
    for gap in (slice(0, int(0.12 * RATE)), slice(int(3.15 * RATE), None)):
        assert translated[gap].abs().max() < 0.01 * translated.abs().max()


@pytest.mark.parametrize("gain", [0.01, 0.5, 4.0])
def test_level_follows_the_source(tiny, song, gain):
    loud, quiet = (tiny.translate(wave, RATE, domain="sine") for wave in (song, gain * song))
    assert torch.allclose(quiet, gain * loud, atol=0.02 * gain * loud.abs().max().item())


def test_a_source_as_loud_as_the_domain_becomes_as_loud_as_the_domain(tiny, render_sines):
    long = torch.from_numpy(render_sines([(0.1, 2.9, 84)], 3.0, RATE))
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


# The length of segments


def test_segments_do_not_matter(tiny, song):
    whole, cut = (tiny.translate(song, RATE, domain="comb", segment=s) for s in (60, 1))
    assert torch.allclose(cut, whole, atol=1e-4 * whole.abs().max().item())


def test_a_segment_is_not_too_short(tiny, song, file, tmp_path):
    with pytest.raises(AudiostyleError, match=r"segment must be 1 or more, not 0\.5"):
        tiny.translate(song, RATE, domain="sine", segment=0.5)
    with pytest.raises(AudiostyleError, match=r"segment must be 1 or more, not 0\.5"):
        tiny.translate_file(file, {"sine": tmp_path / "o.wav"}, segment=0.5)
    assert not (tmp_path / "o.wav").exists()


@pytest.mark.slow
def test_a_device_without_enough_memory_gives_the_same(tiny, song, monkeypatch, caplog):
    """A pretended one, which holds a second of the encoder's sound and less of the decoder's frames."""
    whole = tiny.translate(song, RATE, domain="sine")
    network = tiny.encoder.network
    heads, decoder = network.heads, tiny.model._synthesizers["sine"].decoder
    forward = decoder.forward

    def short_of(room, work, size):
        def limited(x):
            if size(x) > room:
                raise torch.OutOfMemoryError("CUDA out of memory")
            return work(x)

        return limited

    context = 2 * network.context * 256
    monkeypatch.setattr(network, "heads", short_of(context + ENCODER_RATE, heads, lambda wave: wave.shape[1]))
    monkeypatch.setattr(decoder, "forward", short_of(250, forward, lambda states: states.level.shape[1]))
    monkeypatch.setattr(segments, "get_device", lambda network: torch.device("cuda", 0))
    survived = tiny.translate(song, RATE, domain="sine")
    assert torch.allclose(survived, whole, atol=1e-4 * whole.abs().max().item())
    assert caplog.messages and all("out of memory" in message for message in caplog.messages)
    assert len(caplog.messages) < 8  # it tries every length once


# The device


def test_networks_compute_on_their_device(fake_device, tiny_model, tiny, song):
    """And never mix its tensors with the CPU's.  A CPU may round to bfloat16, and levels with it: 6 %."""
    there = Translator.from_pretrained(tiny_model, device=fake_device)
    for domain in ("sine", "comb"):
        expected = tiny.translate(song, RATE, domain=domain)
        for wave in (song, song.to(fake_device)):
            result = there.translate(wave, RATE, domain=domain)
            assert result.device.type == wave.device.type
            assert torch.allclose(result.cpu(), expected, atol=0.06 * expected.abs().max().item())


# Its form


@pytest.mark.parametrize("rate", [4000, 11_025, 22_050, 44_100, 48_000, 96_000, 192_000])
@pytest.mark.parametrize("seconds", [0.01, 0.3])
def test_rate_and_length_stay_exactly(tiny, render_sines, rate, seconds):
    wave = torch.from_numpy(render_sines([(0.0, seconds, 76)], seconds, rate))
    translated = tiny.translate(wave, rate, domain="comb")
    assert translated.shape == wave.shape and translated.dtype == torch.float32
    assert translated.isfinite().all()


@pytest.mark.parametrize("channels", [1, 2, 3, 8])
@pytest.mark.parametrize("keep_drums", [False, True])
def test_channels_stay_exactly(tiny, channels, keep_drums):
    wave = 0.1 * np.random.default_rng(0).standard_normal((channels, 4001)).astype(np.float32)
    translated = tiny.translate(wave, 8000, domain="comb", keep_drums=keep_drums)
    assert translated.shape == (channels, 4001) and np.isfinite(translated).all()


@pytest.mark.parametrize("samples", [1, 2, 100])
def test_the_shortest_clips(tiny, samples):
    assert tiny.translate(torch.full((samples,), 0.1), 44_100, domain="sine").shape == (samples,)


@pytest.mark.parametrize("shape", [(8000,), (2, 8000)])
@pytest.mark.parametrize("keep_drums", [False, True])
def test_silence_becomes_silence(tiny, shape, keep_drums):
    silence = torch.zeros(shape)
    assert torch.equal(tiny.translate(silence, 8000, domain="sine", keep_drums=keep_drums), silence)


def test_the_input_is_not_touched_and_not_handed_back(tiny, song):
    before = song.clone()
    for options in ({}, {"strength": 0.0}, {"keep_drums": True}):
        translated = tiny.translate(song, RATE, domain="sine", **options)
        translated.zero_()
        assert torch.equal(song, before)


def test_the_result_is_of_the_kind_of_the_input(tiny, song):
    one = tiny.translate(song, RATE, domain="sine")
    array = tiny.translate(song.numpy(), RATE, domain="sine")
    assert isinstance(array, np.ndarray) and np.array_equal(array, one)
    double = tiny.translate(song.double(), RATE, domain="sine")
    assert double.dtype == torch.float64 and torch.equal(double.float(), one)
    assert tiny.translate(song.double().numpy(), RATE, domain="sine").dtype == np.float64
    with_grad = tiny.translate(song.clone().requires_grad_(), RATE, domain="sine")
    assert torch.equal(with_grad, one) and not with_grad.requires_grad


def test_layouts_and_types_are_taken_for_what_they_plainly_are(tiny, song):
    stereo = np.stack([song.numpy(), 0.5 * song.numpy()])
    made = tiny.translate(stereo, RATE, domain="sine")
    np.testing.assert_array_equal(tiny.translate(stereo.T, float(RATE), domain="sine"), made.T)
    np.testing.assert_array_equal(tiny.translate(stereo[:, ::-1][:, ::-1], RATE, domain="sine"), made)
    whole = tiny.translate((32768 * stereo.T).astype(np.int16), RATE, domain="sine")
    assert whole.dtype == np.int16
    np.testing.assert_allclose(whole.T / 32768, made, atol=2e-3 * np.abs(made).max())
    notes = tiny.transcribe(stereo, RATE).notes
    np.testing.assert_array_equal(tiny.transcribe(stereo.T, RATE).notes["pitch"], notes["pitch"])


# Options


@pytest.mark.parametrize(
    "options",
    [
        {"strength": np.nan}, {"strength": "1"}, {"strength": None}, {"strength": -0.1},
        {"transpose": 0.5}, {"transpose": np.inf}, {"transpose": "up"}, {"transpose": 10**9},
        {"segment": np.nan}, {"segment": np.inf}, {"segment": "1"}, {"segment": -1},
        {"temperature": np.nan}, {"temperature": 0}, {"chunks": 0}, {"chunks": 1.5}, {"chunks": "x"},
        {"seed": -1}, {"seed": "x"}, {"seed": 2**64}, {"seed": None}, {"seed": 0.5},
        {"decoder": 3}, {"domain": 3}, {"domain": ["sine"]},
        {"sample_rate": 0}, {"sample_rate": -1}, {"sample_rate": np.nan}, {"sample_rate": "16000"},
        {"sample_rate": 16000.5}, {"sample_rate": 10**12}, {"sample_rate": None},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_number_in_its_range_is_one_line(tiny, song, melody, options):
    arguments = {"domain": "sine", "sample_rate": RATE, **options}
    for verb, what in ((tiny.translate, song), (tiny.transcribe, song), (tiny.synthesize, melody)):
        known = inspect.signature(verb).parameters.keys() & arguments.keys()
        if options.keys() <= known:
            with pytest.raises(AudiostyleError, match=r"^[^\n]+$"):
                verb(what, **{name: arguments[name] for name in known})


@pytest.mark.parametrize("seconds", [np.nan, np.inf, -1, "1"])
def test_a_length_is_a_number_of_seconds(tiny, melody, seconds):
    with pytest.raises(AudiostyleError, match="seconds must be 0 or more, not"):
        tiny.synthesize(melody, domain="sine", seconds=seconds)


def test_strength_0_is_the_source_bit_for_bit(tiny, song):
    for wave in (song, torch.stack([song, -0.3 * song])):
        assert torch.equal(tiny.translate(wave, RATE, domain="sine", strength=0), wave)


def test_strength_mixes_linearly_and_keeps_the_loudness(tiny, song):
    wet, half = (tiny.translate(song, RATE, domain="sine", strength=m) for m in (1.0, 0.5))
    both = wet + song
    assert torch.allclose(half, (half @ both) / (both @ both) * both, atol=1e-5)
    level = measure_loudness(song.numpy(), RATE)
    for made in (wet, half):
        assert measure_loudness(made.numpy(), RATE) == pytest.approx(level, abs=0.1)


def test_the_same_seed_is_the_same_file_and_a_new_translator_does_not_matter(tiny_model, tiny, song):
    once = tiny.translate(song, RATE, domain="comb", seed=7)
    torch.manual_seed(5)
    anew = Translator.from_pretrained(tiny_model, device="cpu")
    assert torch.equal(anew.translate(song, RATE, domain="comb", seed=7), once)


def make_clicks(seconds: float, rate: int) -> np.ndarray:
    """Return a drum: bursts of noise of 20 ms, two a second."""
    rng, wave = np.random.default_rng(0), np.zeros(round(seconds * rate), np.float32)
    for start in range(0, len(wave) - rate // 2, rate // 2):
        burst = rng.standard_normal(rate // 50) * np.exp(-np.arange(rate // 50) / (rate / 200))
        wave[start + rate // 8 :][: rate // 50] += 0.3 * burst
    return wave


def test_drums_alone_survive(tiny):
    drums = torch.from_numpy(make_clicks(4, RATE))
    kept = tiny.translate(drums, RATE, domain="sine", keep_drums=True)
    assert torch.corrcoef(torch.stack([kept, drums]))[0, 1] > 0.95
    lost = tiny.translate(drums, RATE, domain="sine")
    assert torch.corrcoef(torch.stack([lost, drums]))[0, 1].nan_to_num().abs() < 0.3


def test_drums_under_music_are_kept_and_the_music_translated(tiny, song, melody):
    drums = torch.from_numpy(make_clicks(SECONDS, RATE))
    kept = tiny.translate(song + drums, RATE, domain="sine", keep_drums=True)
    hits = drums.abs() > 0.05
    assert torch.corrcoef(torch.stack([kept[hits], drums[hits]]))[0, 1] > 0.8
    assert note_f1(find_notes(tiny, kept - drums, RATE), pairs(melody)) > 0.7


def test_a_strength_beyond_its_range_is_refused(tiny, song):
    for strength in (-0.1, 1.5, float("nan")):
        with pytest.raises(AudiostyleError, match="strength must lie between 0 and 1"):
            tiny.translate(song, RATE, domain="sine", strength=strength)


@pytest.mark.parametrize("keep_drums", [False, True])
def test_progress_rises_to_the_length_of_the_wave(tiny, song, keep_drums):
    told = []
    progress = lambda *numbers: told.append(numbers)  # noqa: E731
    tiny.translate(song, RATE, domain="sine", keep_drums=keep_drums, progress=progress)
    assert told == sorted(told) and told[-1] == (pytest.approx(SECONDS, abs=0.01), SECONDS)


# The halves of a translation


def test_a_transcription_is_of_the_notes(tiny, song, melody):
    told = []
    transcription = tiny.transcribe(song, RATE, progress=lambda *numbers: told.append(numbers))
    assert note_f1(pairs(transcription.notes), pairs(melody)) == 1
    assert transcription.notes.dtype == NOTE_DTYPE and transcription.latent is None
    assert transcription.seconds == SECONDS
    assert transcription.rms == pytest.approx(song.square().mean().sqrt().item(), rel=5e-2)
    assert told == sorted(told) and told[-1] == (pytest.approx(SECONDS, abs=0.01), SECONDS)


def test_a_file_is_transcribed_as_its_samples_are(tiny, song, tmp_path):
    stereo = np.stack([song.numpy(), 0.5 * song.numpy()])
    soundfile.write(tmp_path / "song.wav", stereo.T, RATE, "FLOAT")
    from_file, from_wave = tiny.transcribe_file(tmp_path / "song.wav"), tiny.transcribe(stereo, RATE)
    assert np.array_equal(from_file.notes, from_wave.notes)
    assert (from_file.rms, from_file.seconds) == (from_wave.rms, from_wave.seconds)


def test_transcribing_and_synthesizing_is_translating(tiny, song):
    """In mono, where there is no balance of channels to restore."""
    transcription = tiny.transcribe(song, RATE)
    made = tiny.synthesize(transcription, domain="sine", sample_rate=RATE)
    translated = tiny.translate(song, RATE, domain="sine").numpy()
    assert made.dtype == np.float32 and made.shape == translated.shape
    gain = float(made @ translated / (made @ made))
    assert gain == pytest.approx(1, abs=0.1)  # one has the recording's RMS, the other its loudness
    np.testing.assert_allclose(gain * made, translated, atol=1e-3 * np.abs(translated).max())


@pytest.mark.parametrize("sample_rate", [16_000, 48_000])
def test_notes_of_one_s_own_are_synthesized(tiny, make_notes, sample_rate):
    notes = make_notes((0.2, 0.6, 74), (0.7, 1.1, 77))
    for played in (notes, Performance(notes)):
        wave = tiny.synthesize(played, domain="sine", sample_rate=sample_rate)
        assert wave.shape == (round(2.1 * sample_rate),)
        assert note_f1(pairs(tiny.transcribe(wave, sample_rate).notes), pairs(notes)) == 1
    higher = tiny.synthesize(notes, domain="sine", sample_rate=sample_rate, transpose=5)
    assert note_f1(pairs(tiny.transcribe(higher, sample_rate).notes), pairs(notes, 5)) == 1
    assert (
        len(tiny.synthesize(notes, domain="sine", sample_rate=sample_rate, seconds=0.25)) == sample_rate // 4
    )


def test_no_notes_are_a_second_of_silence(tiny, make_notes):
    wave = tiny.synthesize(make_notes(), domain="sine", sample_rate=8000)
    assert wave.shape == (8000,) and np.abs(wave).max() < 1e-4
    assert tiny.synthesize(make_notes(), domain="sine", seconds=0).shape == (0,)


def test_a_wavenet_synthesizes_notes_too(tiny, make_notes):
    notes = make_notes((0.1, 0.3, 74))
    once, again = (tiny.synthesize(notes, domain="sine", seconds=0.5, decoder="wavenet") for _ in range(2))
    assert once.shape == (22_050,) and np.array_equal(once, again)
    with pytest.raises(AudiostyleError, match="ask for the decoder 'wavenet'"):
        tiny.synthesize(notes, domain="sine", temperature=0.5)


def test_what_are_no_notes_is_refused(tiny):
    for notes in (np.zeros((3, 5)), np.zeros(2, [("onset", "f4")]), np.zeros((2, 2), NOTE_DTYPE)):
        with pytest.raises(ShapeError, match="onset, offset, pitch, velocity, channel"):
            tiny.synthesize(notes, domain="sine")


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


def test_an_encoder_that_does_not_fit_its_configuration_is_named(tiny, tmp_path):
    tensors = tiny.encoder.network.state_dict()
    for config in ({"channels": 4, "latent": 2}, {"channels": 3, "latent": 2, "heads": 1}):
        add_encoder(tmp_path / "odd", tensors, config={"kind": "pitch-grid", **config}, card="")
        with pytest.raises(ModelNotFound, match=r"odd\.encoder\..*safetensors.*do not fit"):
            Translator.from_pretrained(tmp_path / "odd")


def test_a_device_that_is_not_there_is_told(tiny_model):
    with pytest.raises(AudiostyleError, match="--device cpu"):
        Translator.from_pretrained(tiny_model, device="cuda:31")


def test_domains_are_those_of_the_manifest(tiny):
    assert tiny.domains == ("sine", "comb")


def test_chunks_of_a_wavenet_s_song_change_no_length(tiny, melody, render_sines):
    wave = render_sines(melody, SECONDS, 16000)
    parts = [tiny.translate(wave, 16000, domain="sine", decoder="wavenet", chunks=n) for n in (1, 2)]
    assert parts[0].shape == parts[1].shape == wave.shape and not np.array_equal(*parts)


# The playing


@pytest.fixture(scope="module")
def able(tiny):
    """The same model, whose sines bend and swell."""
    sine = dataclasses.replace(tiny.manifest.domain("sine"), bend=12, level=True)
    domains = {**tiny.manifest.domains, "sine": sine}
    return Translator(dataclasses.replace(tiny.manifest, domains=domains), torch.device("cpu"))


@pytest.fixture
def played(make_notes):
    """Three notes with vibrato, a slide and swells."""
    notes, time = make_notes((0.1, 1.2, 76), (0.3, 0.8, 81), (1.3, 2.0, 79)), np.arange(100) * STEP
    cents = [50 * np.sin(2 * np.pi * 5 * time), 300 * np.clip(time, 0, 0.3), []]
    return Performance(notes, {0: 0}, curves=NoteCurves.from_lists(cents, [-9 * time, 0 * time, []]))


def test_without_expression_notes_are_plain(able, song, played):
    plain = able.synthesize(played.notes, domain="sine")
    for how in ({"expression": 0.0}, {"follow": ()}):
        assert np.array_equal(able.synthesize(played, domain="sine", **how), plain)
    assert not np.allclose(able.synthesize(played, domain="sine"), plain, atol=0.1 * np.abs(plain).max())
    ways = [able.translate(song, RATE, domain="sine", **how) for how in ({"expression": 0.0}, {"follow": ()})]
    assert torch.equal(*ways)


def test_transposed_notes_take_their_curves_along(able, played):
    higher = played.notes.copy()
    higher["pitch"] += 5
    wanted = able.synthesize(dataclasses.replace(played, notes=higher), domain="sine")
    assert np.array_equal(able.synthesize(played, domain="sine", transpose=5), wanted)


def test_the_level_of_a_recording_is_followed_from_moment_to_moment(able, render_sines):
    """A crescendo of 30 dB under one note, to 3 dB; not where only the pitch is followed."""
    held = render_sines([(0.1, 3.1, 76)], SECONDS, RATE)
    louder = held * (10 ** (-1.5 + 1.5 * np.arange(len(held)) / len(held))).astype(np.float32)

    def measure(wave: np.ndarray) -> np.ndarray:
        power = np.square(wave[4000:48_000], dtype=float).reshape(11, -1).mean(axis=1)
        return 10 * np.log10(power + 1e-12)

    errors = {}
    for follow in ("level", "pitch"):
        translated = able.translate(louder, RATE, domain="sine", follow=follow)
        errors[follow] = np.median(np.abs(measure(translated) - measure(louder)))
    assert errors["level"] < 3 < errors["pitch"]


@pytest.mark.parametrize("domain", ["sine", "comb"])
def test_segments_do_not_matter_to_the_playing(able, song, domain):
    """To -60 dB, whether the domain swells or strikes."""
    time = torch.arange(len(song)) / RATE
    swelling = song * (1.2 + torch.sin(4 * time))
    whole, cut = (able.translate(swelling, RATE, domain=domain, segment=s) for s in (12.0, 1.0))
    assert (cut - whole).abs().max() < 1e-3 * whole.abs().max()
