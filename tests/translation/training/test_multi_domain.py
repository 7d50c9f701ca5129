"""Several domains: folders are checked before work, notes are found, and each decoder is trained once."""

import shutil

import pytest
import torch

from audiostyle.errors import TrainingError
from audiostyle.models.loading import select_tensors
from audiostyle.translation.training import domain, multi_domain
from audiostyle.translation.training.domain import DomainSettings
from audiostyle.translation.training.multi_domain import (
    gather_recordings,
    split_items,
    train_spectral_decoders,
    transcribe_recordings,
)


@pytest.fixture
def train(domain_folders, tiny_model, tmp_path, monkeypatch):
    """Train the spectral decoders of both domains for one step, from a small one."""
    monkeypatch.setattr(domain, "_PHASE_EXCERPTS", 2)
    small = DomainSettings(channels=2, templates=1, frames=64, batch=1, start_from="sine")
    monkeypatch.setattr(multi_domain, "DomainSettings", lambda **_: small)
    folders = {folder.name: folder for folder in domain_folders}
    files = transcribe_recordings(folders, tmp_path / "run", str(tiny_model), lambda _: None)

    def run(log):
        settings = {"extends": str(tiny_model), "steps": 1, "seed": 0, "bfloat16": False}
        return train_spectral_decoders(files, tmp_path / "made", tmp_path / "run", log=log, **settings)

    return run


def test_a_spectral_decoder_that_exists_is_not_trained_again(train, logged):
    first = train(logged.append)
    assert first.keys() == {"low", "high"}
    assert len([line for line in logged if "validation" in line]) == 2
    again = train(logged.append)
    assert len([line for line in logged if "validation" in line]) == 2
    for name, entry in first.items():
        weights, others = select_tensors(entry), select_tensors(again[name])
        assert all(torch.equal(weights[part], others[part]) for part in weights)


def test_the_preparation_is_logged_by_domain(domain_folders, tiny_model, tmp_path, logged):
    folders = {folder.name: folder for folder in domain_folders}
    files = transcribe_recordings(folders, tmp_path / "run", str(tiny_model), logged.append)
    assert [(line["domain"], line["transcribed"], line["recordings"]) for line in logged] == [
        ("low", 1, 2), ("low", 2, 2), ("high", 1, 2), ("high", 2, 2),
    ]  # fmt: skip
    assert all(len(training) == len(held_out) == 1 for training, held_out in files.values())


def test_folders_that_cannot_be_used_are_refused_before_work(domain_folders, tmp_path):
    (tmp_path / "twice" / "low").mkdir(parents=True)
    with pytest.raises(TrainingError, match="no recordings"):
        gather_recordings([tmp_path / "twice" / "low"])
    shutil.copy(next(domain_folders[0].glob("*.flac")), tmp_path / "twice" / "low")
    with pytest.raises(TrainingError, match="a domain 'low' already"):
        gather_recordings([domain_folders[0], tmp_path / "twice" / "low"])
    (tmp_path / "A b").mkdir()
    with pytest.raises(TrainingError, match="use small letters"):
        gather_recordings([tmp_path / "A b"])


def test_one_recording_is_not_enough():
    with pytest.raises(TrainingError, match="'low': one recording is not enough"):
        split_items("low", ["a.wav"])
