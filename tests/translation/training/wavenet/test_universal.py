"""From folders of recordings to a model folder: compact decoders that translate, and the published system."""

import numpy as np
import pytest
import torch

from audiostyle.errors import AudiostyleError, ModelNotFound
from audiostyle.models import zoo
from audiostyle.models.wavenet.encoder import WaveEncoder
from audiostyle.models.wavenet.network import WaveNet, WaveNetConfig
from audiostyle.training.loop import Schedule
from audiostyle.translation.training import domain, multi_domain
from audiostyle.translation.training.domain import DomainSettings
from audiostyle.translation.training.multi_domain import (
    gather_recordings,
    train_spectral_decoders,
    transcribe_recordings,
)
from audiostyle.translation.training.wavenet import compact
from audiostyle.translation.training.wavenet.compact import CompactSettings, train_compact
from audiostyle.translation.training.wavenet.export import add_wavenets
from audiostyle.translation.training.wavenet.paper import PaperSettings
from audiostyle.translation.training.wavenet.universal import train_paper, train_universal
from audiostyle.translation.translator import Translator
from audiostyle.translation.wavenet.conditioning import HOP, WIDTH
from audiostyle.translation.wavenet.loading import load_predictor

CONFIG = WaveNetConfig(1, 3, 8, 8, WIDTH, HOP)
SCHEDULE = Schedule(2, 1e-2, validate_every=1)


def train_model(domain_folders, tiny_model, tmp_path, start=None):
    folders = {folder.name: folder for folder in domain_folders}
    domains = transcribe_recordings(folders, tmp_path / "run", str(tiny_model), lambda _: None)
    entries = train_spectral_decoders(
        domains,
        tmp_path / "made",
        tmp_path / "run",
        extends=str(tiny_model),
        steps=1,
        seed=0,
        bfloat16=False,
        log=lambda _: None,
    )
    trained = train_compact(
        domains,
        {name: load_predictor(entry) for name, entry in entries.items()},
        tmp_path / "run",
        schedule=SCHEDULE,
        settings=CompactSettings(batch=2),
        log=lambda _: None,
        start=start,
        config=CONFIG,
    )
    add_wavenets(tmp_path / "made", trained)
    return zoo.find_model(tmp_path / "made")


@pytest.fixture(autouse=True)
def short(monkeypatch):
    monkeypatch.setattr(compact, "_VALIDATION_FRAMES", 40)
    monkeypatch.setattr(domain, "_PHASE_EXCERPTS", 2)
    small = DomainSettings(channels=2, templates=1, frames=64, batch=1, start_from="sine")
    monkeypatch.setattr(multi_domain, "DomainSettings", lambda **_: small)


@pytest.mark.slow
def test_a_domain_for_each_folder_is_added_and_translates(
    domain_folders, tiny_model, tmp_path, melody, render_sines
):
    manifest = train_model(domain_folders, tiny_model, tmp_path)
    assert set(manifest.domains) == {"sine", "comb", "low", "high"}
    own = manifest.domain("low")
    assert manifest.kinds("low") == ["spectral", "wavenet"]
    assert manifest.decoder("low", "wavenet").config["requires"] == own.sha256
    assert 72 <= own.lowest < own.highest <= 97
    assert len(list((tmp_path / "run" / "samples").glob("*.wav"))) == 4
    wave = render_sines(melody, 3.3, 16000)
    result = Translator.from_pretrained(tmp_path / "made").translate(
        wave, 16000, domain="low", decoder="wavenet", temperature=0.5
    )
    assert result.shape == wave.shape and np.abs(result).max() > 0


@pytest.mark.slow
def test_decoders_start_from_another_s_weights(domain_folders, tiny_model, tmp_path, monkeypatch):
    started = []
    monkeypatch.setattr(compact, "train", lambda task, *_: started.append(task.module) or task.module)
    start = WaveNet(CONFIG).state_dict()
    train_model(domain_folders, tiny_model, tmp_path, start)
    assert all(torch.equal(start[name], t) for name, t in started[0].networks["high"].state_dict().items())


def test_only_a_wavenet_can_be_started_from(domain_folders, tiny_model, tmp_path):
    common = {
        "steps": 1,
        "spectral_steps": 1,
        "seed": 0,
        "adversary": "reversal",
        "bfloat16": False,
        "batch": None,
    }
    with pytest.raises(ModelNotFound, match="no decoder of the kind 'wavenet' for 'comb'"):
        train_universal(
            "compact",
            domain_folders,
            tmp_path / "made",
            tmp_path / "run",
            extends=str(tiny_model),
            start_from="comb",
            log=lambda _: None,
            **common,
        )


def test_the_published_system_becomes_a_model_that_translates(domain_folders, tmp_path, melody, render_sines):
    settings = PaperSettings(
        WaveNetConfig(1, 3, 8, 8, 4, 100, "scalar"), encoder_blocks=1, batch=2, frames=20
    )
    domains = {name: (files[:1], files[1:]) for name, files in gather_recordings(domain_folders).items()}
    model = tmp_path / "published"
    train_paper(domains, model, tmp_path / "run", schedule=SCHEDULE, settings=settings, log=lambda _: None)
    manifest = zoo.find_model(model)
    assert set(manifest.domains) == {"low", "high"} and all(check.ok for check in zoo.verify_model(manifest))
    config = dict(manifest.encoder.config)
    assert config.pop("kind") == "wave"
    WaveEncoder(**config).load_state_dict(zoo.load_tensors(manifest.encoder))
    decoder = manifest.domain("low")
    WaveNet.from_config(decoder.config["network"], zoo.load_tensors(decoder), decoder.file)
    translator = Translator.from_pretrained(model, device="cpu")
    wave = render_sines(melody, 3.3, 16000)
    whole, cut = (translator.translate(wave, 16000, domain="low", segment=seconds) for seconds in (12, 1))
    assert whole.shape == wave.shape and np.array_equal(whole, cut)
    with pytest.raises(ModelNotFound, match="finds no notes"):
        translator.translate_file("a.wav", {"low": "b.wav"}, midi=tmp_path / "notes.mid")
    with pytest.raises(AudiostyleError, match="finds no notes"):
        translator.translate(wave, 16000, domain="low", transpose=1)
