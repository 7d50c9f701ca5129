"""Trainings that only note down what they were asked for."""

import sys
from types import SimpleNamespace

import pytest
import torch

from audiostyle.errors import TrainingError


@pytest.fixture(autouse=True)
def denormals():
    """Training flushes denormal numbers to zero in its process; other tests are to have theirs."""
    yield
    torch.set_flush_denormal(False)


@pytest.fixture
def asked(monkeypatch):
    """The library's place is taken: gives the calls that it got."""
    calls = []

    def train_domain_from_folder(*places, log, **settings):
        calls.append((places, settings))
        log({"transcribed": 1, "recordings": 2})
        log({"step": 50, "of": 600, "left_s": 125.0, "mel_db": 7.5})

    def follow(recipe, out, *, log, **settings):
        calls.append((recipe, out, settings))
        log({"corpus": "domains", "recordings": 30})

    def read_recipe(path):
        if not path.is_file():
            raise TrainingError(f"{path}: cannot be read (No such file or directory)")
        return path.read_text()

    def train_universal(*places, log, **settings):
        calls.append((places, settings))

    package = "audiostyle.translation.training"
    universal = SimpleNamespace(train_universal=train_universal)
    monkeypatch.setitem(sys.modules, f"{package}.wavenet.universal", universal)
    folder = SimpleNamespace(train_domain_from_folder=train_domain_from_folder)
    monkeypatch.setitem(sys.modules, f"{package}.folder", folder)
    monkeypatch.setitem(
        sys.modules, f"{package}.recipe", SimpleNamespace(run_recipe=follow, read_recipe=read_recipe)
    )
    return calls
