"""What the fuzzer gives its files to: readers, and whole commands run in the same process."""

import contextlib
import hashlib
import io
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from audiostyle.cli import app
from audiostyle.errors import AudiostyleError
from audiostyle.evaluate.training.timbre import read_recipe as read_timbre_recipe
from audiostyle.image.io.cube import read_cube
from audiostyle.image.io.files import read_picture
from audiostyle.image.io.mask_files import read_mask
from audiostyle.image.lut import apply_lut
from audiostyle.image.training.backbone import read_recipe as read_photo_recipe
from audiostyle.models import zoo
from audiostyle.models.vgg_files import read_vgg
from audiostyle.music.midi import read_midi
from audiostyle.music.samples.opening import open_instrument
from audiostyle.sound import ffmpeg
from audiostyle.sound.reading import read_audio
from audiostyle.spectrogram.profile import load_profile
from audiostyle.spectrogram.training.recipe import read_recipe as read_spectrogram_recipe
from audiostyle.stereo.layouts import is_stereo, read_views
from audiostyle.stereo.maps import read_disparity
from audiostyle.training.checkpoint import load_checkpoint
from audiostyle.translation.kinds import load_synthesizer
from audiostyle.translation.training.recipe import read_recipe as read_translation_recipe
from audiostyle.video.reading import open_film

CPU = torch.device("cpu")

Target = Callable[[random.Random, Path], None]
"""Reads a file; raises an `AudiostyleError` where it is refused."""


_VOUCHING = """
name = "vouching"
version = "1"
license = "x"
extends = "universal"
[domains.one]
file = "{file}"
sha256 = "{digest}"
sounds_like = "x"
lowest = 21
highest = 108
config = {{kind = "spectral", channels = 4, templates = 1, rms = 0.02}}
"""

DEBUG: list[str] = []
"""Arguments that are added to every command."""


class WrongEnd(Exception):
    """A command ended in a way that it must not; the message says how."""


def read_sound(rng: random.Random, path: Path) -> None:
    """Read a recording; without ffmpeg, which is a process of its own, nine times out of ten."""
    found = ffmpeg.is_installed
    if rng.random() > 0.1:
        ffmpeg.is_installed = lambda: False
    try:
        read_audio(path)
    finally:
        ffmpeg.is_installed = found


def read_compressed(rng: random.Random, path: Path) -> None:
    """Read a recording with ffmpeg at hand."""
    read_audio(path)


def read_any_picture(rng: random.Random, path: Path) -> None:
    """Read a picture, or one time out of five a mask."""
    (read_mask if rng.random() < 0.2 else read_picture)(path)


def read_midi_file(rng: random.Random, path: Path) -> None:
    """Read notes."""
    read_midi(path)


def read_style(rng: random.Random, path: Path) -> None:
    """Read a style profile."""
    profile = load_profile(path)
    for found in profile.statistics.values():
        assert found.levels is not None


def read_model(rng: random.Random, path: Path) -> None:
    """Read a manifest and everything it names; or weights, under a manifest that vouches for them."""
    if path.suffix == ".safetensors":
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        manifest = path.with_name("vouching.toml")
        manifest.write_text(_VOUCHING.format(file=path.name, digest=digest))
    else:
        manifest = path
    model = zoo.find_model(manifest)
    model.fingerprint()
    for check in zoo.verify_model(model):
        assert "\n" not in check.message
    for entry in model.domains.values():
        if entry.file.parent == path.parent and entry.file.exists():
            try:
                load_synthesizer(entry, CPU, entry)
            except AudiostyleError as error:  # which names the weights, and not the manifest
                raise AudiostyleError(f"{path}: {error}") from None


def read_any_recipe(rng: random.Random, path: Path) -> None:
    """Read a recipe as the kind that its text is nearest to."""
    text = path.read_bytes()
    if b"distillation" in text:
        read_photo_recipe(path)
    elif b"surroundings" in text:
        read_spectrogram_recipe(path)
    elif b"encoder" in text or b"corpora" in text:
        read_translation_recipe(path)
    else:
        read_timbre_recipe(path)


def read_checkpoint(rng: random.Random, path: Path) -> None:
    """Read the state of a training, or a VGG of others."""
    if path.suffix == ".pth":
        read_vgg(path)
    else:
        load_checkpoint(path, {"batch": 4})


def open_samples(rng: random.Random, path: Path) -> None:
    """Open a sampled instrument, or one of its notes under the description that names it."""
    if path.suffix != ".sfz":
        region = f"<region> sample={path.name} lokey=50 hikey=70 pitch_keycenter=60"
        (path.parent / "of.sfz").write_text(region)
    try:
        open_instrument(path if path.suffix == ".sfz" else path.parent / "of.sfz")
    except AudiostyleError as error:  # which may name another note of it
        raise AudiostyleError(f"{path}: {error}") from None


def read_table(rng: random.Random, path: Path) -> None:
    """Read a table of colors, and use it."""
    table = read_cube(path)
    assert apply_lut(np.zeros((2, 2, 3)), table).shape == (2, 2, 3)


def read_film(rng: random.Random, path: Path) -> None:
    """Read all frames of a film."""
    with open_film(path) as film:
        for frame in film.read_frames():
            assert frame.pixels.ndim == 3


def read_scene(rng: random.Random, path: Path) -> None:
    """Read disparities, or two views from one file."""
    if path.suffix == ".jpg":
        left, right = read_views(path, "mpo") if is_stereo(path) else read_views(path, "side-by-side")
        assert left.pixels.shape == right.pixels.shape
    else:
        assert read_disparity(path).ndim == 2


def run_on_sound(rng: random.Random, path: Path) -> None:
    """Translate or transfer a recording with the whole command."""
    out = path.parent / "out"
    if rng.random() < 0.5:
        _run(out, ["translate", str(path), "-d", "piano", "-o", str(out / "a.wav")], path)
    else:
        method = rng.choice(("wct", "complex-wct", "musaicing"))
        pair = [str(path), str(path.parent / "style.wav")]
        rng.shuffle(pair)
        _run(out, ["transfer", *pair, "--method", method, "-o", str(out / "a.wav")], path)


def run_on_picture(rng: random.Random, path: Path) -> None:
    """Stylize or smooth a picture with the whole command."""
    out = path.parent / "out"
    pair = [str(path), str(path.parent / "style.png")]
    rng.shuffle(pair)
    verb = rng.choice(("stylize", "stylize", "smooth"))
    options = ["--method", rng.choice(("reinhard", "idt"))] if verb == "stylize" else []
    _run(out, ["image", verb, *pair, *options, "-o", str(out / "a.png")], path)


def run_on_style(rng: random.Random, path: Path) -> None:
    """Transfer with a style profile."""
    out = path.parent / "out"
    method = rng.choice(("wct", "complex-wct"))
    _run(
        out,
        ["transfer", str(path.parent / "style.wav"), str(path), "--method", method, "-o", str(out / "a.wav")],
        path,
    )


def _run(out: Path, arguments: list[str], path: Path) -> None:
    """Run a command; raises AudiostyleError where it failed as it should, and WrongEnd where it did not."""
    stderr = io.StringIO()
    with contextlib.redirect_stderr(stderr), contextlib.redirect_stdout(io.StringIO()):
        code = app.run([*arguments, *DEBUG])
    if DEBUG:
        print(stderr.getvalue())
    left = sorted(file.name for file in out.iterdir()) if out.is_dir() else []
    for name in left:
        (out / name).unlink()
    said = [line for line in stderr.getvalue().splitlines() if line]
    if code not in (0, 1):
        raise WrongEnd(f"exit code {code}: {said[-1:]}")
    if code == 0 and left[:1] != ["a.png" if arguments[0] == "image" else "a.wav"]:
        raise WrongEnd(f"exit code 0, and there is {left}")
    if code == 1 and left:
        raise WrongEnd(f"exit code 1, and there is {left}")
    if any("internal error" in line or "please report" in line for line in said):
        raise WrongEnd(said[-1])
    if code == 1:
        if not said or "Traceback" in stderr.getvalue():
            raise WrongEnd(f"exit code 1 with {said[-1:]}")
        raise AudiostyleError(said[-1].replace("guide is", f"{path}: guide is"))


READERS: dict[str, Target] = {
    "sound": read_sound,
    "ffmpeg": read_compressed,
    "picture": read_any_picture,
    "midi": read_midi_file,
    "style": read_style,
    "model": read_model,
    "recipe": read_any_recipe,
    "checkpoint": read_checkpoint,
    "samples": open_samples,
    "table": read_table,
    "film": read_film,
    "scene": read_scene,
}
COMMANDS: dict[str, Target] = {"sound": run_on_sound, "picture": run_on_picture, "style": run_on_style}
