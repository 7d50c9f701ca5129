"""Crossfades: what is written is what is heard, powers add up, and each end is its domain's own sound."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.errors import AudiostyleError, UnknownDomain
from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.music.performance import Performance
from audiostyle.sound.reading import read_audio
from audiostyle.translation.crossfade import RMS, Crossfade, FadingSynthesizer, is_crossfade, list_domains
from audiostyle.translation.options import TranslationOptions


@pytest.mark.parametrize(
    "text",
    [
        "piano",
        "piano:strings",
        "piano:strings@",
        "piano:strings@x",
        "piano:strings@9-3",
        ":strings@3",
        "a:b@1.2.3",
        "a:b@30:c@10",
        "a:b@3-3",
        "a:@3",
        "a:b@-3",
    ],
)
def test_what_is_no_crossfade_is_one_line(text):
    with pytest.raises(AudiostyleError, match="FROM:TO@SECONDS"):
        Crossfade.parse(text)


@given(st.lists(st.tuples(st.floats(0, 50), st.floats(0.1, 50)), min_size=1, max_size=4))
def test_powers_add_up_and_the_ends_are_pure(steps):
    text, now = "a", 0.0
    for number, (pause, length) in enumerate(steps):
        start, stop = round(now + pause, 2), round(now + pause + length, 2)
        text, now = f"{text}:{'bcdef'[number]}@{start}-{stop}", stop
    crossfade = Crossfade.parse(text)
    gains = crossfade.compute_gains(np.linspace(-1, now + 1, 200))
    np.testing.assert_allclose((gains.astype(float) ** 2).sum(axis=0), 1, atol=1e-5)
    assert gains[0, 0] == 1 and gains[-1, -1] == pytest.approx(1)
    for number in range(len(crossfade.domains)):  # none is heard outside its span
        start, stop = crossfade.get_span(number)
        times = np.linspace(-1, now + 1, 200)
        assert np.all(gains[number, (times < start) | (times > stop)] < 1e-6)


def test_a_time_is_the_middle_and_names_are_told_apart():
    assert Crossfade.parse("a:b@30").spans == ((28.0, 32.0),)
    assert list_domains("a:b@30:c@60") == ("a", "b", "c") and list_domains("a") == ("a",)
    assert is_crossfade("a:b@1") and not is_crossfade("piano")


def test_before_and_after_it_is_each_domains_own_sound(tiny):
    """Also where notes go on through the fade, and however long the blocks are."""
    options, rate = TranslationOptions(), 44100
    rows = [(0.25 * n, 0.25 * n + 0.4, 60 + n % 5, 90, 0) for n in range(24)]
    performance = Performance(np.array(rows, NOTE_DTYPE), {0: 0})

    def play(domain: str) -> np.ndarray:
        synthesizer = tiny.model.get_synthesizer(domain, options)
        fitted, _ = tiny.model.fit_to_domain(performance, domain, options)
        wave = np.concatenate(list(synthesizer.synthesize(fitted, 6 * rate)))
        return wave * RMS / synthesizer.rms

    faded, sine, comb = play("sine:comb@2-4"), play("sine"), play("comb")
    assert len(faded) == 6 * rate
    np.testing.assert_allclose(faded[: 2 * rate], sine[: 2 * rate], atol=1e-4)
    np.testing.assert_allclose(faded[4 * rate :], comb[4 * rate :], atol=1e-4)
    middle = slice(3 * rate, 3 * rate + 100)
    np.testing.assert_allclose(faded[middle], np.sqrt(0.5) * (sine + comb)[middle], atol=2e-4)


def test_rates_must_agree(tiny):
    one = tiny.model.get_synthesizer("sine", TranslationOptions())

    class Slower:
        sample_rate = 16000

    with pytest.raises(AudiostyleError, match="one sample rate"):
        FadingSynthesizer(Crossfade.parse("a:b@1"), [one, Slower()], [])


def test_a_file_is_faded_and_names_its_domains(tiny, file, tmp_path):
    report = tiny.translate_file(file, tmp_path / "out.wav", crossfade="sine:comb@0.5-1")
    wave, rate = read_audio(file)
    made, same = read_audio(report.outputs["sine:comb@0.5-1"])
    assert (made.shape, same) == (wave.shape, rate) and np.abs(made).max() > 0
    assert report.sha256 == tiny.manifest.fingerprint("sine", "comb")


def test_unknown_domains_and_several_files(tiny, file, tmp_path):
    with pytest.raises(UnknownDomain):
        tiny.translate_file(file, tmp_path / "out.wav", crossfade="sine:none@1")
    with pytest.raises(AudiostyleError, match="one file, not 2"):
        tiny.translate_file(file, {"a": "a.wav", "b": "b.wav"}, crossfade="sine:comb@1")
    assert not (tmp_path / "out.wav").exists()
