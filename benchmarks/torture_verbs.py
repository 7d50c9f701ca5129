"""Commands that write files, each on an input so small that it can be killed hundreds of times."""

import multiprocessing
from collections.abc import Mapping
from fractions import Fraction
from functools import cache, partial
from pathlib import Path

import numpy as np
import seed_files
import soundfile
import tomli_w
import torch
from PIL import Image
from torture_verb import Verb

from audiostyle.models import saving
from audiostyle.models.encoder import PitchGridEncoder
from audiostyle.music import corpus, scores
from audiostyle.music.midi import write_midi
from audiostyle.translation.training import domain, folder, medleys, preparation
from audiostyle.translation.training.domain import DomainSettings
from audiostyle.video.reading import FilmInfo
from audiostyle.video.writing import write_film

SOUNDFONTS = ("TimGM6mb.sf2", "FluidR3_GM.sf2", "default-GM.sf2")


def _translate(inputs: Path, out: Path) -> list[str]:
    return ["translate", f"{inputs}/a.wav", "-d", "piano", "-o", f"{out}/a.wav", "--overwrite"]


def _translate_several(inputs: Path, out: Path) -> list[str]:
    return ["translate", f"{inputs}/several", "-d", "piano", "-o", f"{out}/"]


def _transfer(inputs: Path, out: Path) -> list[str]:
    pair = [f"{inputs}/a.wav", f"{inputs}/b.wav"]
    return ["transfer", *pair, "-m", "wct", "-o", f"{out}/a.flac", "--overwrite"]


def _stylize(inputs: Path, out: Path) -> list[str]:
    return ["image", "stylize", f"{inputs}/a.png", f"{inputs}/b.png", "-o", f"{out}/a.png", "--overwrite"]


def _optimize(inputs: Path, out: Path) -> list[str]:
    pair = [f"{inputs}/a.png", f"{inputs}/b.png", "-o", f"{out}/a.png", "--overwrite"]
    return [
        "image",
        "optimize",
        *pair,
        "--size-schedule",
        "0",
        "--iterations",
        "3",
        "--snapshots",
        f"{out}/states",
    ]


def _make_lut(inputs: Path, out: Path) -> list[str]:
    return ["image", "lut", f"{inputs}/a.png", f"{inputs}/b.png", "-o", f"{out}/a.cube", "--overwrite"]


def _stylize_film(inputs: Path, out: Path) -> list[str]:
    return ["video", "stylize", f"{inputs}/a.mp4", f"{inputs}/b.png", "-o", f"{out}/a.mp4", "--overwrite"]


def _train_domain(inputs: Path, out: Path) -> list[str]:
    places = ["--model", f"{out}/mine", "--run", f"{out}/run", "--extends", f"{inputs}/tiny"]
    return ["train", "domain", "new", f"{inputs}/notes", "--steps", "3", "--float32", *places]


def _train_recipe(inputs: Path, out: Path) -> list[str]:
    return ["train", "recipe", f"{inputs}/small.toml", str(out), "--float32"]


def _make_profile(inputs: Path, out: Path) -> list[str]:
    return ["profile", "make", f"{inputs}/b.wav", "-o", f"{out}/b.style", "--overwrite"]


def _render(inputs: Path, out: Path) -> list[str]:
    options = ["--instrument", "organ=19", "--minutes", "0.1", "--rate", "8000"]
    return ["corpus", "render", str(out), "--soundfont", str(find_soundfont()), *options]


VERBS = [
    Verb("translate file", _translate),
    Verb("translate folder", _translate_several, ("--skip-existing",)),
    Verb("translate --jobs 2", lambda i, o: [*_translate_several(i, o), "--jobs", "2"], ("--skip-existing",)),
    Verb("transfer", _transfer),
    Verb("image stylize", _stylize),
    Verb("image optimize", _optimize),
    Verb("image lut", _make_lut),
    Verb("video stylize", _stylize_film),
    Verb("train domain", _train_domain),
    Verb("train recipe", _train_recipe, needs=lambda: find_soundfont() is not None),
    Verb("profile make", _make_profile),
    Verb("corpus render", _render, needs=lambda: find_soundfont() is not None),
]


@cache
def find_soundfont() -> Path | None:
    """Return the smallest soundfont there is, or None."""
    paths = (Path("/usr/share/sounds/sf2", name) for name in SOUNDFONTS)
    return next((path for path in paths if path.is_file()), None)


def write_inputs(inputs: Path) -> None:
    """Write what the commands read."""
    (inputs / "several").mkdir(parents=True)
    (inputs / "notes").mkdir()
    soundfile.write(inputs / "a.wav", seed_files.make_wave(2, 22050, 0.5), 22050)
    soundfile.write(inputs / "b.wav", seed_files.make_wave(1, 22050, 0.6)[::-1], 22050)
    for number in range(3):
        soundfile.write(
            inputs / "several" / f"{number}.wav", seed_files.make_wave(1, 22050, 0.3 + number / 10), 22050
        )
    for name in "ab":
        Image.effect_noise((48, 40), 50).convert("RGB").rotate(90 * (name == "b")).save(
            inputs / f"{name}.png"
        )
    _write_film(inputs / "a.mp4")
    for number in range(2):
        soundfile.write(inputs / "notes" / f"{number}.wav", seed_files.make_wave(1, 44100, 3.0), 44100)
        write_midi(seed_files.make_performance(3.0), inputs / "notes" / f"{number}.mid")
    torch.manual_seed(0)
    encoder = PitchGridEncoder(channels=2, latent=2)
    config = {"kind": "pitch-grid", "channels": 2, "latent": 2, "widths": list(encoder.widths)}
    saving.add_encoder(inputs / "tiny", saving.half_precision(encoder), config=config, card="# Tiny\n")
    (inputs / "small.toml").write_text(tomli_w.dumps(_make_recipe()))


def _write_film(path: Path) -> None:
    """Write a film of one stretch and a half."""
    info = FilmInfo(48, 40, Fraction(1, 25), Fraction(25), None, Fraction(1), 0, 8, 0)
    wide = np.asarray(Image.effect_noise((128, 40), 50).convert("RGB"))
    with write_film(path, info) as writer:
        for number in range(72):
            writer.write(wide[:, number : number + 48], number)


def _make_recipe() -> Mapping[str, object]:
    rendered = {"soundfont": str(find_soundfont() or "none.sf2"), "minutes": 0.01, "sample_rate": 22050}
    instruments = {**rendered, "sample_rate": 44100, "instruments": {"flute": 73}}
    settings = {"channels": 2, "templates": 1, "frames": 32, "batch": 1, "start_from": ""}
    return {
        "name": "small",
        "summary": "of the torture",
        "corpora": {"mixed": rendered, "flutes": instruments},
        "encoder": {
            "valid": "mixed",
            "stages": [{"train": ["mixed"], "steps": 2, "learning_rate": 1e-3}],
            "settings": {"channels": 2, "latent": 2, "frames": 32, "batch": 1},
            "prune": 1e-3,
        },
        "domains": {
            "train": "flutes",
            "valid": "flutes",
            "settings": settings,
            "each": {"flute": {"steps": 2, "learning_rate": 1e-3, "sounds_like": "a flute"}},
        },
    }


def shrink_work() -> None:
    """Make trainings and corpora of this process small, and its workers forks, which need no start."""
    for module, name, value in (
        (medleys, "SHORTEST_PIECE", 1.0),
        (folder, "DomainSettings", partial(DomainSettings, channels=2, templates=1, frames=32, batch=1)),
        (preparation, "PIECE_SECONDS", 2.0),
        (domain, "_PHASE_EXCERPTS", 2),
        (domain, "_VALIDATION_EXCERPTS", 2),
        (domain, "_VALIDATION_FRAMES", 64),
        (corpus, "SLOT_SECONDS", 1.5),
        (corpus, "_PLAYED_SECONDS", 1.4),
        (corpus, "_FEWEST_NOTES", 1),
        (corpus, "_DRUMS_PROBABILITY", 0.0),
    ):
        if not hasattr(module, name):
            raise AttributeError(f"{module.__name__} has no {name} any more; correct torture_verbs.py")
        setattr(module, name, value)
    from audiostyle.translation.training import recipe

    recipe._VALIDATION_FRAMES, recipe._PRUNING_BATCHES = 64, 1
    pieces = [f"etude/{number}" for number in range(8)]
    scores.list_pieces = lambda split: pieces  # etudes, which need no music21
    context = multiprocessing.get_context("fork")
    multiprocessing.get_context = lambda method=None: context  # type: ignore[assignment]
