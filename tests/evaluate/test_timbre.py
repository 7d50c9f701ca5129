"""Laws of the timbre distance, whatever the network has learned, and what the shipped one tells apart."""

import shutil

import librosa
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.errors import ModelNotFound, ShapeError
from audiostyle.evaluate import timbre_distance
from audiostyle.evaluate.timbre import compute_cepstra, embed, load_network
from audiostyle.models.saving import add_encoder
from audiostyle.models.timbre import CEPSTRA, TimbreNetwork

RATE = 16_000
SEEDS = st.integers(0, 99)
ROUNDING = 1e-5  # float32 networks; soxr at other levels rounds differently


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A network that nobody trained: the laws are not what it learns."""
    torch.manual_seed(3)
    folder = tmp_path_factory.mktemp("models") / "untrained"
    config = {"kind": "timbre", "channels": 16}
    add_encoder(folder, TimbreNetwork(16).state_dict(), config=config, card="# untrained\n")
    return folder


def make_noise(seed: int, samples: int = RATE) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(samples)


def make_tones(
    pitches: list[float], partials: int, decay: float, slope: float = 1.0, seconds: float = 0.5
) -> np.ndarray:
    """A tune: each note so many partials, the k-th of level k^-slope, that die away at a rate."""
    time = np.arange(int(seconds * RATE)) / RATE
    notes = [
        sum(np.sin(2 * np.pi * k * f * time) / k**slope for k in range(1, partials + 1))
        * np.exp(-decay * time)
        for f in pitches
    ]
    return np.concatenate(notes)


@given(SEEDS, st.floats(1e-3, 1e3))
@settings(max_examples=10, deadline=None)
def test_the_same_wave_at_any_level_is_at_zero(model, seed, gain):
    wave = make_noise(seed)
    assert timbre_distance(gain * wave, wave, RATE, model) < ROUNDING


@given(SEEDS, SEEDS)
@settings(max_examples=10, deadline=None)
def test_symmetric_and_bounded(model, seed, other):
    one, two = make_noise(seed), make_tones([200.0 + other, 300.0], 5, 2.0)
    distance = timbre_distance(one, two, RATE, model)
    assert 0 <= distance <= 1
    assert timbre_distance(two, one, RATE, model) == pytest.approx(distance, abs=ROUNDING)


def test_lengths_may_differ_and_a_longer_recording_of_the_same_is_near(model):
    long, short = make_noise(0, 8 * RATE), make_noise(1, 3 * RATE)
    buzz = make_tones([110.0] * 6, 30, 0.0)
    assert timbre_distance(long, short, RATE, model) < 0.5 * timbre_distance(long, buzz, RATE, model)


def test_cepstra_are_librosas_without_the_first():
    wave = make_noise(0) + make_tones([220.0, 330.0], 8, 1.0)
    wave /= np.sqrt(np.mean(wave**2))
    expected = librosa.feature.mfcc(y=wave, sr=RATE, n_mfcc=13, hop_length=500)[1:]
    found = compute_cepstra(7 * wave, RATE)
    assert found.shape == (CEPSTRA, 1 + len(wave) // 500)
    np.testing.assert_allclose(found, expected, atol=1e-2)


def test_embeddings_have_length_one_and_silence_none(model):
    network = load_network(model)
    assert np.linalg.norm(embed(network, make_noise(0), RATE)) == pytest.approx(1)
    assert not embed(network, np.zeros(RATE), RATE).any()


def test_silence_warns_and_is_far_from_sound_but_not_from_itself(model):
    silence = np.zeros(RATE)
    with pytest.warns(UserWarning, match="estimate is silent"):
        assert timbre_distance(silence, make_noise(0), RATE, model) == 1
    with pytest.warns(UserWarning):
        assert timbre_distance(silence, silence, RATE, model) == 0


@pytest.mark.parametrize("length", [1, 100, 2047])
def test_shorter_than_a_window(model, length):
    assert timbre_distance(np.ones(length), np.ones(length), RATE, model) < ROUNDING


@pytest.mark.parametrize(
    ("estimate", "reference", "rate", "message"),
    [
        (np.ones((2, 99)), np.ones(99), RATE, r"estimate must have shape \(samples,\), got \(2, 99\)"),
        (np.ones(99), np.empty(0), RATE, "reference has no samples"),
        (np.ones(99), np.array([1.0, np.inf]), RATE, "reference holds NaN or infinite"),
        (np.ones(9), np.ones(9), 0, "sample rate must be positive"),
    ],
)
def test_malformed_input_is_named(model, estimate, reference, rate, message):
    with pytest.raises(ShapeError, match=message):
        timbre_distance(estimate, reference, rate, model)


def test_a_model_of_another_kind_or_damaged_is_refused(model, tmp_path):
    with pytest.raises(ModelNotFound, match="not a timbre network"):
        timbre_distance(make_noise(0), make_noise(1), RATE, "universal")
    damaged = shutil.copytree(model, tmp_path / "untrained")
    weights = damaged / "untrained.encoder.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"x")
    with pytest.raises(ModelNotFound, match="damaged"):
        timbre_distance(make_noise(0), make_noise(1), RATE, damaged)
    other = tmp_path / "other"
    add_encoder(other, {"x": torch.ones(1)}, config={"kind": "timbre", "channels": 4}, card="#\n")
    with pytest.raises(ModelNotFound, match="do not fit"):
        timbre_distance(make_noise(0), make_noise(1), RATE, other)


# The shipped network


TUNES = ([196.0, 262.0, 330.0, 392.0], [440.0, 349.0, 294.0, 262.0], [330.0, 294.0, 262.0, 247.0])


@pytest.mark.parametrize("tune", TUNES)
def test_shipped_network_tells_the_instrument_and_not_the_tune(tune):
    """A bright plucked tone and a dull held one: other notes matter far less than the other instrument."""
    other_tune = [220.0, 247.0, 311.0, 415.0]
    bright, dull = {"partials": 24, "decay": 6.0}, {"partials": 6, "decay": 0.0, "slope": 2.0}
    apart = timbre_distance(make_tones(tune, **bright), make_tones(tune, **dull), RATE)
    for instrument in (bright, dull):
        same = timbre_distance(make_tones(tune, **instrument), make_tones(other_tune, **instrument), RATE)
        assert same < apart / 3
