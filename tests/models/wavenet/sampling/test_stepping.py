"""The fast way against the slow ones: teacher forcing's logits, the published way's samples."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.models.wavenet.mulaw import CODES, SILENCE
from audiostyle.models.wavenet.network import WaveNet, WaveNetConfig
from audiostyle.models.wavenet.sampling import naive, stepping
from audiostyle.models.wavenet.sampling.gemm import get_panel_width
from audiostyle.models.wavenet.sampling.packing import pack_network
from audiostyle.models.wavenet.sampling.stepping import Streams

CONFIGS = st.builds(
    WaveNetConfig,
    blocks=st.integers(1, 3),
    layers=st.integers(1, 5),
    channels=st.integers(1, 40),
    skips=st.integers(1, 40),
    condition=st.integers(1, 5),
    hop=st.integers(1, 12),
    entry=st.sampled_from(["embedding", "scalar"]),
)
STREAMS = st.sampled_from([1, 2, 6, 7])
LAWS = settings(max_examples=12, deadline=None, derandomize=True)  # a draw on a boundary is bound to come up


def start_streams(net: WaveNet, count: int) -> Streams:
    return Streams(pack_network(net, get_panel_width(count)), count)


@LAWS
@given(CONFIGS, STREAMS, st.integers(0, 99))
def test_logits_are_those_of_teacher_forcing(network, song, config, count, seed):
    net = network(config, seed)
    condition, noise = song(config, count, -(-40 // config.hop), seed)
    codes = torch.from_numpy(noise * CODES).long()  # any wave will do
    known = net(codes, torch.from_numpy(condition))
    streams = start_streams(net, count)
    for t in range(codes.shape[1]):
        frame = condition[:, t // config.hop][:, None]
        streams.advance(frame, noise[:, t : t + 1], 1.0)
        assert np.allclose(streams.state.logits[:count], known[..., t], atol=1e-4)
        streams.state.codes[:count] = codes[:, t]


@pytest.mark.slow
@LAWS
@given(CONFIGS, STREAMS, st.integers(0, 99), st.floats(0.3, 2))
def test_samples_are_those_of_naive_sampling(network, song, config, count, seed, temperature):
    net = network(config, seed)
    condition, noise = song(config, count, -(-60 // config.hop), seed)
    slow = naive.sample_naively(net, torch.from_numpy(condition), torch.from_numpy(noise), temperature)
    assert np.array_equal(start_streams(net, count).advance(condition, noise, temperature), slow)


def test_a_stream_alone_and_one_of_many_are_equal_to_the_last_bit(network, song):
    config = WaveNetConfig(2, 5, 20, 30, 3, 10)
    net = network(config)
    condition, noise = song(config, 8, 30)
    many = start_streams(net, 8)
    together = many.advance(condition, noise, 1.0)
    for row in range(8):
        one = start_streams(net, 1)
        assert np.array_equal(
            one.advance(condition[row : row + 1], noise[row : row + 1], 1.0)[0], together[row]
        )
        assert np.array_equal(one.state.logits[0], many.state.logits[row])


def test_wherever_its_arrays_lie_a_network_samples_the_same(network, song):
    """To the last bit: where memory is free must not choose between two ways to compute the gate."""
    config = WaveNetConfig(2, 5, 20, 30, 3, 10)
    net, (condition, noise) = network(config), song(config, 8, 3)
    kept, logits = [], []
    for size in range(40):
        streams = start_streams(net, 8)
        streams.advance(condition, noise, 1.0)
        logits.append(streams.state.logits)
        kept += [streams, np.zeros(97 * size, np.float32)]  # so that the next arrays lie elsewhere
    assert all(np.array_equal(one, logits[0]) for one in logits)


@pytest.mark.parametrize(("streams", "channels"), [(1, 64), (12, 32), (24, 64)])
def test_the_gate_is_read_behind_where_it_is_written(streams, channels):
    """With a row between, as much as the compiled loop takes for an overlap; see ``_allocate_gate``."""
    gated, z = stepping._allocate_gate(streams, channels)
    assert gated.shape == (streams, 2 * channels) and z.shape == (streams, channels + 1)
    assert gated.ctypes.data >= z.ctypes.data + z.nbytes + gated.itemsize * 2 * channels


def test_going_on_is_as_if_there_had_been_no_break(network, song):
    config = WaveNetConfig(1, 4, 8, 8, 3, 5)
    condition, noise = song(config, 2, 12)
    whole, parts = start_streams(network(config), 2), start_streams(network(config), 2)
    made = [
        parts.advance(condition[:, f : f + n], noise[:, 5 * f : 5 * (f + n)], 1.0)
        for f, n in ((0, 1), (1, 7), (8, 4))
    ]
    assert np.array_equal(np.concatenate(made, axis=1), whole.advance(condition, noise, 1.0))


def test_draws_pick_in_proportion(network):
    """Of even noise each code gets its share of softmax(logits / temperature)."""
    config = WaveNetConfig(1, 1, 4, 4, 1, 1)
    net = network(config)
    count, temperature = 6000, 0.7
    even = ((np.arange(count, dtype=np.float32) + 0.5) / count)[:, None]
    streams = start_streams(net, count)
    picked = streams.advance(np.zeros((count, 1, 1), np.float32), even, temperature)
    logits = torch.from_numpy(streams.state.logits[0]).double()
    share = torch.softmax(logits / temperature, dim=0).numpy()
    assert np.abs(np.bincount(picked[:, 0], minlength=CODES) / count - share).max() < 2 / count
    assert (np.diff(picked[:, 0].astype(int)) >= 0).all()


def test_extreme_logits_and_gates_stay_finite(network, song):
    config = WaveNetConfig(1, 3, 8, 8, 3, 4)
    net = network(config)
    for parameter in net.parameters():
        parameter *= 1e4
    condition, noise = song(config, 2, 5)
    streams = start_streams(net, 2)
    codes = streams.advance(condition, noise, 1e-3)
    assert np.isfinite(streams.state.logits).all()
    forced = net(torch.from_numpy(codes).long(), torch.from_numpy(condition))
    assert np.array_equal(forced.argmax(dim=1), codes)


def test_streams_begin_in_silence(network):
    assert (start_streams(network(WaveNetConfig(1, 1, 4, 4, 1, 1)), 3).state.codes == SILENCE).all()
