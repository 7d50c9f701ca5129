"""Laws of the fast sampler: cutting a song changes nothing that it must not."""

import numpy as np
import pytest
import torch

from audiostyle.errors import AudiostyleError, ShapeError
from audiostyle.models.wavenet import mulaw
from audiostyle.models.wavenet.network import COMPACT_WAVENET, PAPER_WAVENET, WaveNetConfig
from audiostyle.models.wavenet.sampling.crossfade import FADE, LAG
from audiostyle.models.wavenet.sampling.sampler import Sampler, plan_chunks

CONFIG = WaveNetConfig(1, 5, 8, 8, 3, 80)
SAMPLES = 12345
CHUNK = 0.15  # seconds, 2,400 samples


@pytest.fixture(scope="module")
def sampler(network) -> Sampler:
    return Sampler(network(CONFIG))


@pytest.fixture(scope="module")
def condition(song):
    frames = song(CONFIG, 1, -(-SAMPLES // CONFIG.hop))[0][0]

    def read(first: int, count: int) -> np.ndarray:
        assert first >= 0 and count > 0 and first + count <= len(frames), "beyond the song"
        return frames[first : first + count]

    return read


def whole(blocks) -> np.ndarray:
    return np.concatenate(list(blocks))


def test_a_song_has_its_length_and_only_amplitudes_of_codes(sampler, condition):
    for samples in (1, 79, 80, 2400, SAMPLES):
        for wave in (whole(sampler.sample(condition, samples)), whole(sampler.stream(condition, samples))):
            assert wave.shape == (samples,) and wave.dtype == np.float32
            assert np.isin(wave, mulaw.decode(torch.arange(256))).all()


def test_results_do_not_depend_on_what_is_made_together(sampler, condition, monkeypatch):
    wave = whole(sampler.sample(condition, SAMPLES, chunk_seconds=CHUNK))
    for streams, cores in ((1, 1), (2, 1), (1, 3), (4, 2)):
        monkeypatch.setattr("torch.get_num_threads", lambda cores=cores: cores)
        again = whole(sampler.sample(condition, SAMPLES, chunk_seconds=CHUNK, streams=streams))
        assert np.array_equal(again, wave)


def test_seeds_and_temperatures_matter_and_repeat(sampler, condition):
    def sample(**options) -> np.ndarray:
        return whole(sampler.sample(condition, 2000, **options))

    assert np.array_equal(sample(), sample())
    assert not np.array_equal(sample(), sample(seed=1))
    assert not np.array_equal(sample(), sample(temperature=0.5))


def test_one_chunk_is_the_stream(sampler, condition):
    assert np.array_equal(whole(sampler.sample(condition, 3000)), whole(sampler.stream(condition, 3000)))


def test_away_from_crossfades_chunks_of_the_likeliest_codes_are_the_song_in_one_go(network, condition):
    """Argmax, of a network that hears itself so little that it forgets how it began."""
    sampler = Sampler(network(CONFIG, feedback=0.05))
    cold = {"temperature": 1e-5}
    in_one_go = whole(sampler.stream(condition, SAMPLES, **cold))
    wave = whole(sampler.sample(condition, SAMPLES, chunk_seconds=CHUNK, **cold))
    chunks, lead = plan_chunks(CONFIG, SAMPLES, CHUNK), CONFIG.receptive_field + LAG
    assert chunks.count >= 4 and len(np.unique(wave)) > 5
    fading = (np.arange(SAMPLES) - lead) % chunks.step < FADE + LAG
    fading[: chunks.step] = False
    same = wave == in_one_go
    assert same[: chunks.step].all()
    assert same[~fading].mean() > 0.99


def test_chunks_cover_the_song_with_more_than_a_receptive_field_of_overlap():
    for config in (CONFIG, PAPER_WAVENET, COMPACT_WAVENET):
        for samples in (1, config.hop, 48000, 48001, 960000, 10**7):
            chunks = plan_chunks(config, samples, 2.5)
            assert chunks.step % config.hop == chunks.length % config.hop == 0
            reached = (chunks.count - 1) * chunks.step + chunks.length
            assert samples <= reached < samples + chunks.step + config.hop
            if chunks.count > 1:
                assert chunks.length - chunks.step >= config.receptive_field + 2 * LAG + FADE


def test_progress_goes_from_something_to_everything(sampler, condition):
    reports: list[tuple[float, float]] = []
    blocks = sampler.sample(
        condition, SAMPLES, chunk_seconds=CHUNK, streams=2, progress=lambda *t: reports.append(t)
    )
    assert not reports  # nothing is done before it is asked for
    whole(blocks)
    done = [seconds for seconds, _ in reports]
    assert done == sorted(done) and done[0] > 0
    assert done[-1] == pytest.approx(SAMPLES / 16000) and {total for _, total in reports} == {SAMPLES / 16000}


@pytest.mark.parametrize("temperature", [0.0, -0.5, float("nan")])
def test_a_temperature_is_positive(sampler, condition, temperature):
    for make in (sampler.sample, sampler.stream):
        with pytest.raises(AudiostyleError, match="temperature must be above 0"):
            make(condition, 100, temperature=temperature)


@pytest.mark.parametrize("wrong", [{"chunk_seconds": 0.0}, {"streams": 0}])
def test_nonsense_is_refused_at_once(sampler, condition, wrong):
    with pytest.raises(AudiostyleError, match="must be above 0"):
        sampler.sample(condition, 100, **wrong)


def test_another_networks_condition_is_refused(sampler):
    with pytest.raises(ShapeError, match="this network takes 3"):
        whole(sampler.sample(lambda first, count: np.zeros((count, 4)), 100))
    with pytest.raises(ShapeError, match="too few"):
        whole(sampler.sample(lambda first, count: np.zeros((count - 1, 3)), 200))
