"""Autoencoders of any kind of input: complete, of the right kind, or refused in one line."""

import pytest
import torch

from audiostyle.errors import AudiostyleError, ModelNotFound
from audiostyle.models.autoencoder import Autoencoder
from audiostyle.models.saving import add_encoder
from audiostyle.models.vgg import VGGConfig, VGGEncoder

CONFIG = VGGConfig((2, 2, 2, 2), (1, 1, 1, 1), channels=5)


class FiveChannels(Autoencoder):
    """Of inputs with five channels, of which no model is shipped."""

    channels = 5
    what = "an autoencoder of five channels"
    default = "five"
    remedy = "nothing else needs one"
    trainer = "train five"


@pytest.fixture
def folder(tmp_path):
    torch.manual_seed(0)
    config = {"kind": "vgg"} | CONFIG.as_config()
    add_encoder(tmp_path / "five", VGGEncoder(CONFIG).state_dict(), config=config, card="")
    return tmp_path / "five"


def test_an_encoder_is_loaded_for_inference(folder):
    networks = FiveChannels.from_pretrained(folder, device="cpu")
    assert networks.encoder.config == CONFIG and not networks.encoder.training
    assert not any(parameter.requires_grad for parameter in networks.encoder.parameters())
    assert networks.encoder(torch.rand(1, 5, 8, 8))[0].shape == (1, 2, 1, 1)


def test_a_loaded_autoencoder_is_used_as_it_is(folder):
    networks = FiveChannels.from_pretrained(folder, device="cpu")
    assert FiveChannels.of(networks) is networks
    assert FiveChannels.of(folder, "cpu").manifest == networks.manifest


def test_decoders_that_are_missing_are_named_with_the_command_that_trains_them(folder):
    with pytest.raises(ModelNotFound, match="no decoders that enlarge by 'max'; train them with"):
        FiveChannels.from_pretrained(folder, device="cpu").decoder(1, "max")


def test_a_model_that_is_not_there_is_answered_with_the_remedy():
    with pytest.raises(ModelNotFound, match=r"'five'.*nothing else needs one"):
        FiveChannels.from_pretrained(device="cpu")


@pytest.mark.parametrize("name", ["photo", "spectrogram", "universal", "timbre"])
def test_a_model_of_another_kind_is_refused(name):
    with pytest.raises(ModelNotFound, match="not an autoencoder of five channels"):
        FiveChannels.from_pretrained(name, device="cpu")


@pytest.mark.parametrize("config", [{"kind": "vgg"}, {"kind": "vgg", "widths": 3, "depths": [1, 1, 1, 1]}])
def test_a_damaged_configuration_is_one_line(tmp_path, config):
    add_encoder(tmp_path / "odd", VGGEncoder(CONFIG).state_dict(), config=config, card="")
    with pytest.raises(ModelNotFound, match="do not fit their configuration"):
        FiveChannels.from_pretrained(tmp_path / "odd", device="cpu")


def test_a_device_that_is_not_there_is_refused(folder):
    with pytest.raises(AudiostyleError, match="device"):
        FiveChannels.from_pretrained(folder, device="cuda:99")
