"""Profiles: exact pooling, small files, the same result as the recording; all else is refused in a line."""

import os

import numpy as np
import pytest
import soundfile
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file

from audiostyle import transfer
from audiostyle.errors import AudioReadError, AudiostyleError
from audiostyle.spectrogram.log_spectrogram import LogSpectrogram
from audiostyle.spectrogram.profile import (
    PROFILE_RATE,
    StyleProfile,
    is_profile,
    load_profile,
    make_profile,
    save_profile,
)
from audiostyle.spectrogram.transfer import transfer_file

HOP = LogSpectrogram.for_rate(PROFILE_RATE).transform.hop


def make_sound(seconds: float, seed: int) -> np.ndarray:
    """Noise and tones (samples,) at 44.1 kHz, whole frames of them."""
    rng, size = np.random.default_rng(seed), round(seconds * PROFILE_RATE / HOP) * HOP
    time = np.arange(size) / PROFILE_RATE
    tones = sum(np.sin(2 * np.pi * f * time) for f in rng.uniform(100, 6000, 5))
    fade = np.minimum(1, np.minimum(time, time[::-1]) / 0.2)  # ends leave no clicks where two recordings meet
    return (fade * (0.05 * tones * (1 + np.sin(6 * time)) + 0.02 * rng.normal(size=size))).astype(np.float32)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("styles")
    one, other = make_sound(2.0, 1), make_sound(3.0, 2)
    for name, wave in {"one": one, "other": other, "both": np.concatenate([one, other])}.items():
        soundfile.write(folder / f"{name}.wav", wave, PROFILE_RATE, subtype="FLOAT")
    return folder


@pytest.fixture(scope="module")
def profile(folder) -> StyleProfile:
    return make_profile([folder / "one.wav"])


@pytest.fixture(scope="module")
def saved(folder, profile):
    save_profile(profile, folder / "one.style")
    return folder / "one.style"


@pytest.mark.slow
def test_the_profile_of_two_is_that_of_one_after_the_other(folder):
    two, whole = make_profile([folder / "one.wav", folder / "other.wav"]), make_profile([folder / "both.wav"])
    for method, statistics in two.statistics.items():
        for level, bands in statistics.levels.items():
            for own, other in zip(bands, whole.statistics[method].levels[level], strict=True):
                # But for the frames where one ends and the other begins: the coarser the more.
                assert own.count == pytest.approx(other.count, rel=0.1)
                scale = float(other.covariance.diagonal().real.mean().sqrt())
                torch.testing.assert_close(own.mean, other.mean, atol=0.2 * level * scale, rtol=0.1)


def test_what_is_saved_is_read_again_and_is_small(profile, saved):
    found = load_profile(saved)
    assert found.sources == ["one.wav"] and found.encoder == profile.encoder
    for method, statistics in profile.statistics.items():
        for level, bands in statistics.levels.items():
            for own, other in zip(found.statistics[method].levels[level], bands, strict=True):
                torch.testing.assert_close(own.scatter, other.scatter, rtol=1e-5, atol=1e-5)
                assert own.count == pytest.approx(other.count)
    assert saved.stat().st_size < 2e6
    saved.with_name("other").write_bytes(b"")
    assert saved.stat().st_mode == saved.with_name("other").stat().st_mode


def test_equal_profiles_are_equal_files(profile, tmp_path):
    named = StyleProfile("é", profile.encoder, ["é.wav", 'q".wav'], profile.statistics)
    for number in range(8):
        save_profile(named, tmp_path / f"{number}.style")
    assert len({path.read_bytes() for path in tmp_path.iterdir()}) == 1
    assert load_profile(tmp_path / "0.style").sources == ["é.wav", 'q".wav']


@pytest.mark.slow
@pytest.mark.parametrize("method", ["wct", "complex-wct", "cascade"])
def test_a_profile_does_what_its_recording_does(folder, saved, method):
    content, (style, _) = make_sound(1.0, 3), soundfile.read(folder / "one.wav", dtype="float32")
    made = transfer(content, load_profile(saved), sample_rate=PROFILE_RATE, method=method)
    expected = transfer(content, style, sample_rate=PROFILE_RATE, method=method)
    np.testing.assert_allclose(made, expected, atol=2e-3)


def test_a_profile_and_a_recording_can_be_mixed_at_any_rate(folder, saved, tmp_path):
    soundfile.write(tmp_path / "content.wav", make_sound(1.0, 3)[::2], PROFILE_RATE // 2)
    report = transfer_file(
        tmp_path / "content.wav",
        [saved, folder / "other.wav"],
        tmp_path / "out.wav",
        method="wct",
        weights=[1, 3],
    )
    assert report.sample_rate == PROFILE_RATE // 2 and (tmp_path / "out.wav").exists()


def test_methods_that_need_sound_say_so(saved):
    with pytest.raises(
        AudiostyleError, match=r"one\.style: a profile holds statistics and no sound; use --method wct"
    ):
        transfer(make_sound(0.5, 3), load_profile(saved), sample_rate=PROFILE_RATE, method="musaicing")
    with pytest.raises(AudiostyleError, match="no pseudo-covariances"):
        transfer(
            make_sound(0.5, 3),
            load_profile(saved),
            sample_rate=PROFILE_RATE,
            method="complex-wct",
            pseudo=True,
        )


def test_a_profile_of_another_model_is_refused(profile):
    foreign = StyleProfile("rain.style", "0" * 64, profile.sources, profile.statistics)
    with pytest.raises(AudiostyleError, match=r"^rain\.style: made with another model; make it anew"):
        transfer(make_sound(0.5, 3), foreign, sample_rate=PROFILE_RATE, method="wct")


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_damaged_profile_is_one_line(saved, tmp_path_factory, data):
    whole = bytearray(saved.read_bytes())
    path = tmp_path_factory.mktemp("damaged") / "bad.style"
    kind = data.draw(st.sampled_from(["cut", "header", "noise"]))
    if kind == "cut":
        whole = whole[: data.draw(st.integers(0, len(whole) - 1))]
    elif kind == "header":
        whole[data.draw(st.integers(0, 400))] = data.draw(st.integers(0, 255))
    else:
        whole = bytearray(data.draw(st.binary(max_size=200)))
    path.write_bytes(whole)
    try:
        load_profile(path)  # some changes do no harm
    except AudiostyleError as error:
        assert str(error).startswith(str(path)) and "\n" not in str(error)


def test_what_is_not_there_or_silent_is_one_line(tmp_path):
    with pytest.raises(AudiostyleError, match="no such file"):
        load_profile(tmp_path / "none.style")
    soundfile.write(tmp_path / "silent.wav", np.zeros(PROFILE_RATE), PROFILE_RATE)
    with pytest.raises(AudiostyleError, match="is silent"):
        make_profile([tmp_path / "silent.wav"])
    with pytest.raises(AudioReadError):
        make_profile([tmp_path / "none.wav"])


def test_nothing_half_written_is_left(profile, tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(AudiostyleError, match="is a folder"):
        save_profile(profile, tmp_path / "folder")
    assert os.listdir(tmp_path) == ["folder"]


def test_a_profile_is_known_by_its_name():
    assert is_profile("rain.style") and is_profile("RAIN.STYLE") and not is_profile("style.wav")


def test_a_profile_is_made_on_any_device_and_is_the_same(folder, profile, fake_device):
    """Fails where networks and sound are on different devices, as they were on a GPU."""
    made = make_profile([folder / "one.wav"], device=fake_device)
    for method, statistics in profile.statistics.items():
        for level, bands in statistics.levels.items():
            for own, other in zip(made.statistics[method].levels[level], bands, strict=True):
                torch.testing.assert_close(own.mean, other.mean)


@pytest.mark.slow
@pytest.mark.parametrize("method", ["wct", "complex-wct", "cascade"])
def test_a_profile_can_be_used_on_any_device(saved, method, fake_device):
    content = make_sound(0.5, 3)
    made, expected = (
        transfer(content, load_profile(saved), sample_rate=PROFILE_RATE, method=method, device=device)
        for device in (fake_device, "cpu")
    )
    np.testing.assert_allclose(made, expected, atol=1e-5)


@pytest.mark.gpu
def test_a_profile_made_on_a_gpu_is_the_same(folder, profile):
    made = make_profile([folder / "one.wav"], device="cuda")
    for level, bands in profile.statistics["wct"].levels.items():
        for own, other in zip(made.statistics["wct"].levels[level], bands, strict=True):
            torch.testing.assert_close(own.mean, other.mean, atol=1e-3, rtol=1e-2)


def _write_tensors(path, change, **metadata):
    """Write the tensors of a small profile, changed, as a profile."""
    tensors = {
        "complex-wct.1.count": torch.ones(12),
        "complex-wct.1.mean": torch.zeros(12, 15, dtype=torch.complex64),
        "complex-wct.1.scatter": torch.eye(15, dtype=torch.complex64).repeat(12, 1, 1),
    }
    change(tensors)
    known = {"format": "audiostyle style profile 1", "encoder": "x", "sources": '["a"]'}
    save_file(tensors, path, metadata=known | metadata)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.pop("complex-wct.1.mean"), "mean"),
        (lambda t: t.update({"complex-wct.1.count": torch.ones(3)}), "wrong shapes"),
        (lambda t: t.update({"complex-wct.1.count": torch.full((12,), torch.nan)}), "no recording has"),
        (lambda t: t.update({"complex-wct.1.count": torch.full((12,), 1e30)}), "no recording has"),
        (lambda t: t.update({"complex-wct.1.count": -torch.ones(12)}), "negative"),
        (lambda t: t["complex-wct.1.scatter"].neg_(), "negative"),
        (lambda t: t.update({"complex-wct.one.count": torch.ones(12)}), "one"),
        (lambda t: t.update({"complex-wct.1.scatter": torch.ones(12, 15, 14)}), "wrong shapes"),
    ],
)
def test_moments_that_no_recording_has_are_refused_in_one_line(tmp_path, change, message):
    _write_tensors(tmp_path / "a.style", change)
    with pytest.raises(AudiostyleError, match=rf"a\.style: damaged style profile .*{message}") as caught:
        load_profile(tmp_path / "a.style")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("sources", ["3", '{"a": 1}', "[3]", "[" * 100_000])
def test_sources_that_are_no_names_are_refused(tmp_path, sources):
    _write_tensors(tmp_path / "a.style", lambda tensors: None, sources=sources)
    with pytest.raises(AudiostyleError, match="damaged style profile"):
        load_profile(tmp_path / "a.style")


def test_a_profile_that_lacks_a_level_or_has_other_features_is_named(tmp_path):
    _write_tensors(tmp_path / "a.style", lambda tensors: None)
    profile = load_profile(tmp_path / "a.style")
    assert list(profile.get_statistics("complex-wct", {1: 15}).levels) == [1]
    for method, channels in (("complex-wct", {2: 15}), ("complex-wct", {1: 16}), ("wct", {1: 15})):
        with pytest.raises(AudiostyleError, match=rf"a\.style: does not fit --method {method}"):
            profile.get_statistics(method, channels)
