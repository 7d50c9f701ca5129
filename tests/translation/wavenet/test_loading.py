"""WaveNets from weight files: with the spectral decoder that they were trained with, or not at all."""

import hashlib
from dataclasses import replace

import pytest
import torch
from safetensors.torch import save_file

from audiostyle.errors import ModelNotFound
from audiostyle.models import zoo
from audiostyle.models.manifest import WeightFile
from audiostyle.models.saving import add_encoder, write_manifest
from audiostyle.models.wavenet.encoder import WaveEncoder
from audiostyle.models.wavenet.network import WaveNet, WaveNetConfig
from audiostyle.translation.wavenet.conditioning import BENT_WIDTH, WIDTH
from audiostyle.translation.wavenet.loading import load_encoder, load_predictor, load_synthesizer

CPU = torch.device("cpu")


@pytest.fixture
def domain(tiny):
    return tiny.manifest.domain("sine")


@pytest.fixture
def wavenet(tiny) -> WeightFile:
    return tiny.manifest.decoder("sine", "wavenet")


def test_it_comes_with_its_settings_and_its_prediction(wavenet, domain):
    synthesizer = load_synthesizer(wavenet, CPU, domain)
    assert (synthesizer.sample_rate, synthesizer.rms, synthesizer.temperature) == (16000, 0.1, 0.9)
    assert synthesizer.companding.gain == 2.0
    mine = synthesizer.predictor.decoder.state_dict()
    expected = load_predictor(domain).decoder.state_dict()
    assert all(torch.equal(mine[name], expected[name]) for name in expected)


@pytest.mark.parametrize(
    "change",
    [
        {"network": {"channels": 9}},
        {"network": {"condition": 5}},
        {"network": {"hop": 80}},
        {"gain": None},
        {"network": None},
        {"requires": ...},
    ],
)
def test_another_configuration_names_the_file(wavenet, domain, change):
    config = {**wavenet.config, **change}
    if change.get("network"):
        config["network"] = {**wavenet.config["network"], **change["network"]}
    config = {name: value for name, value in config.items() if value is not ...}
    with pytest.raises(ModelNotFound, match=r"tiny\.sine\.wavenet\.safetensors.*do not fit"):
        load_synthesizer(replace(wavenet, config=config), CPU, domain)


def test_one_without_filters_requires_nothing(wavenet):
    config = {name: value for name, value in wavenet.config.items() if name != "requires"} | {"order": 0}
    assert load_synthesizer(replace(wavenet, config=config), CPU).predictor is None


def test_its_filters_are_those_it_was_trained_with(wavenet, domain):
    config = {**wavenet.config, "order": 32, "spread": 1, "floor": 1e-9, "partials": 2}
    predictor = load_synthesizer(replace(wavenet, config=config), CPU, domain).predictor
    assert (predictor.order, predictor.spread, predictor.floor) == (32, 1, 1e-9)
    assert predictor.partials.shape == (88, 2)


@pytest.mark.parametrize("bends", [False, True])
def test_the_width_of_its_conditioning_says_whether_it_can_bend(wavenet, domain, bends):
    config = WaveNetConfig.from_config(
        {**wavenet.config["network"], "condition": BENT_WIDTH if bends else WIDTH}
    )
    file = wavenet.file.with_name(f"bends-{bends}.safetensors")
    save_file(WaveNet(config).state_dict(), file)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    own = replace(wavenet, file=file, sha256=digest, config={**wavenet.config, "network": config.as_config()})
    assert load_synthesizer(own, CPU, domain).bends is bends


def test_it_requires_the_spectral_decoder_that_it_was_trained_with(tiny, wavenet):
    for other in (None, tiny.manifest.domain("comb")):
        with pytest.raises(
            ModelNotFound, match=r"sine\.wavenet\.safetensors.*another version.*train it again"
        ):
            load_synthesizer(wavenet, CPU, other)


def test_manifests_of_version_0_1_are_read(tiny_model, tmp_path):
    """There the requirement was called ``beside``, and the network's sizes ``plan``."""
    import shutil
    import tomllib

    folder = shutil.copytree(tiny_model, tmp_path / "tiny")
    table = tomllib.loads((folder / "tiny.toml").read_text())
    config = table["parts"]["sine.wavenet"]["config"]
    config["beside"], config["plan"] = config.pop("requires"), config.pop("network")
    write_manifest(folder, table)
    manifest = zoo.find_model(folder)
    load_synthesizer(manifest.decoder("sine", "wavenet"), CPU, manifest.domain("sine"))


def test_an_encoder_comes_back_as_it_was_saved(tmp_path):
    network = WaveEncoder(blocks=1, layers=2, channels=4, latent=3, hop=80)
    config = {"kind": "wave", "blocks": 1, "layers": 2, "channels": 4, "latent": 3, "hop": 80}
    manifest = add_encoder(tmp_path / "published", network.state_dict(), config=config, card="# wave\n")
    encoder = load_encoder(manifest.encoder, CPU)
    assert (encoder.sample_rate, encoder.finds_notes) == (16000, False) and not encoder.network.training
    mine, stored = encoder.network.state_dict(), network.state_dict()
    assert all(torch.equal(mine[name], stored[name]) for name in stored)
    odd = replace(manifest.encoder, config={**manifest.encoder.config, "channels": 5})
    with pytest.raises(ModelNotFound, match="do not fit"):
        load_encoder(odd, CPU)
