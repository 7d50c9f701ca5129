"""Backbones are found by name or folder; a missing or incomplete one is an error of one line."""

import pytest
import torch

from audiostyle.errors import ModelNotFound
from audiostyle.image.backbone import PictureAutoencoder
from audiostyle.models.saving import add_encoder
from audiostyle.models.vgg import VGGConfig, VGGEncoder

PLAN = VGGConfig((2, 2, 2, 2), (1, 1, 1, 1))


def test_what_was_saved_is_loaded(model_folder):
    first, second = (PictureAutoencoder.from_pretrained(model_folder, device="cpu") for _ in range(2))
    x = torch.rand(1, 3, 20, 20)
    assert torch.equal(first.encoder(x)[0], second.encoder(x)[0])
    assert first.decoder(3, "max") is first.decoder(3, "max")
    assert not first.encoder.training


def test_loaded_networks_are_taken_as_they_are(untrained):
    assert PictureAutoencoder.of(untrained) is untrained


def test_a_backbone_without_decoders_says_how_to_get_them(tmp_path):
    config = {"kind": "vgg"} | PLAN.as_config()
    add_encoder(tmp_path / "bare", VGGEncoder(PLAN).state_dict(), config=config, card="")
    with pytest.raises(ModelNotFound, match="train image-decoders"):
        PictureAutoencoder.from_pretrained(tmp_path / "bare", device="cpu").decoder(4, "max")


def test_a_backbone_that_is_not_there_leaves_the_methods_that_need_none(tmp_path):
    with pytest.raises(ModelNotFound, match="reinhard, mkl and idt"):
        PictureAutoencoder.from_pretrained(tmp_path / "nowhere")


def test_a_model_that_translates_music_is_no_backbone():
    with pytest.raises(ModelNotFound, match="not a backbone"):
        PictureAutoencoder.from_pretrained("universal")


def test_weights_of_another_plan_are_refused(tmp_path):
    config = {"kind": "vgg"} | VGGConfig((2, 2, 2, 3), (1, 1, 1, 1)).as_config()
    add_encoder(tmp_path / "odd", VGGEncoder(PLAN).state_dict(), config=config, card="")
    with pytest.raises(ModelNotFound, match="do not fit"):
        PictureAutoencoder.from_pretrained(tmp_path / "odd", device="cpu")
