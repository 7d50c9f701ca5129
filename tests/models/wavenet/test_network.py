"""Laws of the WaveNet: what a sample depends on, and on what exactly."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.errors import ModelNotFound, ShapeError
from audiostyle.models.wavenet.mulaw import CODES, SILENCE
from audiostyle.models.wavenet.network import COMPACT_WAVENET, PAPER_WAVENET, WaveNet, WaveNetConfig

CONFIGS = st.builds(
    WaveNetConfig,
    blocks=st.integers(1, 2),
    layers=st.integers(1, 4),
    channels=st.integers(3, 9),  # through one or two a sample can fade below rounding
    skips=st.integers(3, 9),
    condition=st.integers(1, 5),
    hop=st.integers(1, 20),
    entry=st.sampled_from(["embedding", "scalar"]),
)


def network(config: WaveNetConfig, seed: int = 0) -> WaveNet:
    """As if it had learned something: every weight and bias counts, and no ReLU is ever closed."""
    torch.manual_seed(seed)
    net = WaveNet(config).double().eval().requires_grad_(False)
    for parameter in net.parameters():
        parameter.normal_(std=0.5)
    for layer in net.layers:
        layer.skip.bias += 10
    net.head.mix.weight.abs_()
    net.head.mix.bias += 20
    return net


def differ(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """(samples,): where logits differ by more than rounding."""
    return (a - b).abs().amax(dim=1)[0] > 1e-12


def wave_and_condition(
    config: WaveNetConfig, samples: int, seed: int = 0
) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    frames = -(-samples // config.hop)
    codes = torch.randint(CODES, (1, samples), generator=generator)
    return codes, torch.randn(1, frames, config.condition, generator=generator, dtype=torch.float64)


def test_the_published_receptive_fields():
    assert PAPER_WAVENET.receptive_field == 4094
    assert WaveNetConfig(4, 14, 128, 128, 64, 800).receptive_field == 65534
    assert COMPACT_WAVENET.receptive_field == 2048


@settings(max_examples=25, deadline=None)
@given(CONFIGS, st.integers(0, 100))
def test_a_sample_changes_what_comes_after_it_as_far_as_the_receptive_field(config, seed):
    net, field = network(config, seed), config.receptive_field
    at, samples = 3, field + 8
    codes, condition = wave_and_condition(config, samples, seed)
    other = codes.clone()
    other[0, at] = (other[0, at] + 128) % CODES
    changed = differ(net(codes, condition), net(other, condition))
    assert not changed[: at + 1].any()  # causal
    assert not changed[at + field + 1 :].any()
    assert changed[at + 1] and changed[at + field]  # and no shorter


@settings(max_examples=15, deadline=None)
@given(CONFIGS, st.integers(0, 100))
def test_a_frame_of_the_code_holds_for_its_samples(config, seed):
    net = network(config, seed)
    codes, condition = wave_and_condition(config, 3 * config.hop, seed)
    other = condition.clone()
    other[0, 1] += 1
    changed = differ(net(codes, condition), net(codes, other))
    assert not changed[: config.hop].any()
    assert changed[config.hop : 2 * config.hop].all()


def test_waves_of_a_batch_do_not_touch():
    config = WaveNetConfig(2, 3, 4, 5, 2, 7)
    net = network(config)
    one, two = (wave_and_condition(config, 30, seed) for seed in (0, 1))
    both = net(torch.cat([one[0], two[0]]), torch.cat([one[1], two[1]]))
    assert torch.allclose(both, torch.cat([net(*one), net(*two)]))


def test_before_the_first_sample_there_is_silence():
    """The first logits are those of a network whose input is one silent sample and nothing else."""
    config = WaveNetConfig(1, 2, 4, 5, 2, 50)
    net = network(config)
    codes, condition = wave_and_condition(config, 9)
    known, other = (net(wave, condition)[..., 0] for wave in (codes, codes.flip(1)))
    assert torch.allclose(known, other)
    net.entry.weight[:, torch.arange(CODES) != SILENCE] = 0
    assert torch.allclose(known, net(codes, condition)[..., 0])


def test_every_weight_learns():
    for entry in ("embedding", "scalar"):
        config = WaveNetConfig(2, 3, 4, 5, 2, 7, entry)
        net = WaveNet(config)
        codes, condition = wave_and_condition(config, 60)
        torch.nn.functional.cross_entropy(net(codes, condition.float()), codes).backward()
        for name, parameter in net.named_parameters():
            assert parameter.grad is not None and parameter.grad.abs().sum() > 0, name


def test_a_plan_is_its_configuration():
    for config in (PAPER_WAVENET, COMPACT_WAVENET):
        assert WaveNetConfig(**config.as_config()) == config


@pytest.mark.parametrize("wrong", [{"layers": 0}, {"channels": 2.5}, {"entry": "one-hot"}])
def test_no_network_of_nonsense(wrong):
    with pytest.raises(ValueError, match="not the sizes"):
        WaveNetConfig(**PAPER_WAVENET.as_config() | wrong)


def test_weights_of_another_configuration_are_refused():
    config = WaveNetConfig(1, 2, 4, 5, 2, 7)
    tensors = WaveNet(config).half().state_dict()
    restored = WaveNet.from_config(config.as_config(), tensors, "here")
    assert torch.equal(restored.head.mix.weight, tensors["head.mix.weight"].float())
    for wrong in (config.as_config() | {"channels": 5}, config.as_config() | {"layer": 1}, {}):
        with pytest.raises(ModelNotFound, match="here: the weights do not fit"):
            WaveNet.from_config(wrong, tensors, "here")


def test_conditions_that_do_not_fit_are_refused():
    net = WaveNet(WaveNetConfig(1, 2, 4, 5, 2, 7))
    with pytest.raises(ShapeError, match="3 numbers a frame"):
        net(torch.zeros(1, 14, dtype=torch.int64), torch.zeros(1, 2, 3))
    with pytest.raises(ShapeError, match="too few for 15"):
        net(torch.zeros(1, 15, dtype=torch.int64), torch.zeros(1, 2, 2))
