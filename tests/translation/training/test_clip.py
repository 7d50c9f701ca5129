"""A domain from a short recording: it comes nearer to the recording, quickly, or there is one line."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from music.samples.conftest import RATE, make_tone

from audiostyle.errors import TrainingError, UnknownDomain
from audiostyle.models.phase_table import PhaseTable
from audiostyle.models.saving import add_domain
from audiostyle.models.spectral_decoder import SpectralDecoder
from audiostyle.translation.training.clip import train_domain_from_clip

OPTIONS = {"extends": "universal", "sounds_like": "tones", "steps": 8, "seed": 0}


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Path:
    """A model with a domain of plain combs, which no training has touched."""
    torch.manual_seed(0)
    decoder = SpectralDecoder(0, templates=1, dynamics=2)
    tensors = {f"decoder.{name}": tensor.half() for name, tensor in decoder.state_dict().items()}
    tensors |= {f"phases.{name}": tensor.half() for name, tensor in PhaseTable().state_dict().items()}
    config = {"kind": "spectral", "channels": 0, "templates": 1, "dynamics": 2, "layers": 1, "rms": 0.05}
    folder = tmp_path_factory.mktemp("models") / "mine"
    about = {"sounds_like": "combs", "lowest": 21, "highest": 108, "card": "# combs"}
    add_domain(folder, "combs", tensors, config=config, bend=2.0, level=True, **about)
    return folder


def write_clip(path: Path, seconds: float) -> Path:
    rng = np.random.default_rng(0)
    wave = np.concatenate([make_tone(p, seconds=0.4, decay=0.2) for p in rng.integers(55, 75, 60)])
    soundfile.write(path, wave[: round(seconds * RATE)], RATE)
    return path


def test_it_comes_nearer(model, tmp_path):
    torch.set_num_threads(1)
    logged: list[dict[str, object]] = []
    entry = train_domain_from_clip(
        "tones", write_clip(tmp_path / "tones.wav", 9), model, tmp_path / "run", start_from="combs",
        log=logged.append, **OPTIONS,
    )  # fmt: skip
    assert (entry.bend, entry.level, entry.config["dynamics"]) == (2.0, True, 2)
    errors = next(line["mel_error_db"] for line in logged if "from" in line)
    assert entry.measured["mel_error_db"] < errors["combs"] - 0.5
    assert "9 s of tones.wav" in entry.card.read_text()


def test_too_short_or_without_notes(model, tmp_path):
    how = {**OPTIONS, "start_from": "combs", "log": print}
    with pytest.raises(TrainingError, match="3 s of sound; 8 s are needed"):
        train_domain_from_clip("x", write_clip(tmp_path / "a.wav", 3), model, tmp_path / "run", **how)
    soundfile.write(tmp_path / "silence.wav", np.zeros(10 * RATE), RATE)
    with pytest.raises(TrainingError, match="no notes"):
        train_domain_from_clip("x", tmp_path / "silence.wav", model, tmp_path / "run", **how)


def test_what_cannot_be_adapted(model, tmp_path):
    how = {**OPTIONS, "log": print}
    clip = write_clip(tmp_path / "a.wav", 12)
    with pytest.raises(UnknownDomain):
        train_domain_from_clip("x", clip, model, tmp_path / "run", start_from="comb", **how)
