"""The registry: weight files are loaded by their kind, and one that does not fit is one clear error."""

import subprocess
import sys
from dataclasses import replace

import pytest
import torch

from audiostyle.errors import AudiostyleError, ModelNotFound
from audiostyle.models import zoo
from audiostyle.translation.kinds import (
    ENCODERS,
    SYNTHESIZERS,
    check_decoder_kind,
    load_encoder,
    load_synthesizer,
)
from audiostyle.translation.synthesis import SpectralSynthesizer
from audiostyle.translation.transcription import NoteEncoder
from audiostyle.translation.wavenet.synthesis import WaveNetSynthesizer

CPU = torch.device("cpu")


@pytest.fixture
def domain(tiny):
    return tiny.manifest.domain("sine")


def test_an_encoder_comes_back_as_it_was_saved(tiny):
    weights = tiny.manifest.encoder
    encoder = load_encoder(weights, CPU)
    assert isinstance(encoder, NoteEncoder) and not encoder.network.training
    stored, mine = zoo.load_tensors(weights), encoder.network.state_dict()
    assert mine.keys() == stored.keys() and all(torch.equal(mine[name], stored[name]) for name in stored)


def test_a_decoder_comes_back_as_it_was_saved(domain):
    synthesizer = load_synthesizer(domain, CPU)
    assert isinstance(synthesizer, SpectralSynthesizer)
    assert synthesizer.rms == 0.1 and not synthesizer.decoder.training
    stored = zoo.load_tensors(domain)
    mine = {f"decoder.{name}": tensor for name, tensor in synthesizer.decoder.state_dict().items()}
    mine |= {f"phases.{name}": tensor for name, tensor in synthesizer.phases.state_dict().items()}
    assert mine.keys() == stored.keys()
    assert all(torch.equal(mine[name], stored[name].float()) for name in stored)


def test_a_domain_may_have_a_further_decoder(tiny, domain):
    assert tiny.manifest.decoder("sine") == tiny.manifest.decoder("sine", "spectral") == domain
    wavenet = tiny.manifest.decoder("sine", "wavenet")
    assert isinstance(load_synthesizer(wavenet, CPU, domain), WaveNetSynthesizer)
    with pytest.raises(
        ModelNotFound, match=r"no decoder of the kind 'wavenet' for 'comb'; it has one for sine"
    ):
        tiny.manifest.decoder("comb", "wavenet")


@pytest.mark.parametrize("kind", ["diffusion", None, "", 3])
def test_an_unknown_kind_asks_for_a_newer_version(tiny, domain, kind):
    config = {**domain.config, "kind": kind}
    with pytest.raises(ModelNotFound, match=r"decoder kind .* is unknown here; update audiostyle"):
        load_synthesizer(replace(domain, config=config), CPU)
    encoder = tiny.manifest.encoder
    with pytest.raises(ModelNotFound, match=r"encoder kind .* is unknown here; update audiostyle"):
        load_encoder(replace(encoder, config={**encoder.config, "kind": kind}), CPU)


def test_an_encoder_of_no_kind_is_one_that_finds_notes(tiny):
    """As manifests of the first models have it."""
    weights = tiny.manifest.encoder
    config = {name: size for name, size in weights.config.items() if name != "kind"}
    assert load_encoder(replace(weights, config=config), CPU).finds_notes


@pytest.mark.parametrize("change", [{"channels": 3}, {"templates": 2}, {"rms": None}, {"layers": 5}])
def test_a_configuration_that_does_not_fit_names_the_file(domain, change):
    config = {**domain.config, **change}
    if config["rms"] is None:
        del config["rms"]
    with pytest.raises(ModelNotFound, match=r"tiny\.sine\.safetensors.*do not fit"):
        load_synthesizer(replace(domain, config=config), CPU)


def test_a_damaged_file_is_not_used(domain, tmp_path):
    copy = tmp_path / domain.file.name
    copy.write_bytes(domain.file.read_bytes()[:-1] + b"\x01")
    with pytest.raises(ModelNotFound, match="damaged"):
        load_synthesizer(replace(domain, file=copy), CPU)


def test_an_unknown_decoder_is_told_its_neighbors():
    check_decoder_kind(None)
    for kind in SYNTHESIZERS:
        check_decoder_kind(kind)
    with pytest.raises(
        AudiostyleError, match=r"'wavnet' is unknown, did you mean 'wavenet'.*spectral, wavenet"
    ):
        check_decoder_kind("wavnet")


@pytest.mark.parametrize("place", [*ENCODERS.values(), *SYNTHESIZERS.values()])
def test_every_kind_has_a_loader(place):
    import pkgutil

    assert callable(pkgutil.resolve_name(place))


def test_a_spectral_translation_imports_no_wavenet_and_no_compiler(tiny_model):
    program = f"""
import sys, numpy as np
from audiostyle.translation.translator import Translator
translator = Translator.from_pretrained({str(tiny_model)!r}, device="cpu")
translator.translate(np.zeros(800, np.float32), 8000, domain="sine")
print([name for name in sys.modules if "wavenet" in name or name.split(".")[0] == "numba"])
"""
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
