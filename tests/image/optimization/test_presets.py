"""Presets: each is whole, and asks for losses and layers that exist."""

import pytest

from audiostyle.errors import AudiostyleError
from audiostyle.image.optimization.features import list_layers
from audiostyle.image.optimization.presets import DEFAULT, PRESETS, get_preset
from audiostyle.models.vgg import VGG16
from audiostyle.style.losses import parse_losses

PAPERS = {"gatys", "luan", "lapstyle", "cnnmrf", "nnst", "heitz"}


def test_the_papers_are_there():
    assert set(PRESETS) >= PAPERS and DEFAULT in PRESETS


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_whole(name):
    preset = PRESETS[name]
    known = {"input", *list_layers(VGG16)}
    layers = {*preset.layers, *preset.content_layers}
    layers |= {layer for term in parse_losses(preset.loss) for layer in term.layers}
    assert layers <= known
    assert len(preset.sizes) == len(preset.iterations) and preset.sizes[-1] == 0
    assert preset.paper and preset.summary


def test_only_luan_is_photorealistic():
    assert [name for name, preset in PRESETS.items() if preset.photorealism] == ["luan"]


def test_a_slip_is_named():
    with pytest.raises(AudiostyleError, match="no preset 'gatis', did you mean 'gatys'"):
        get_preset("gatis")
