"""The work: translations, transfers, photographs; each leaves files in its folder and says what they are."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from audiostyle.app.downloads import copy_for_listening
from audiostyle.app.jobs import Request, Result
from audiostyle.app.requests import BAND
from audiostyle.app.worker import Note
from audiostyle.progress import Progress

if TYPE_CHECKING:
    from audiostyle.image.io.files import PictureFile
    from audiostyle.translation.translator import Translator

_DRAWING = 0.1  # share of the time that drawing takes
_SHOWN = 1600  # pixels of the longer side of what the page shows of a picture
_KEPT = frozenset({".png", ".tif", ".tiff", ".jpg", ".jpeg", ".webp"})  # suffixes that results can have

Work: TypeAlias = Callable[["Works", Request, Path, Note], Result]


@dataclass
class Works:
    """All works, with the models that they have loaded.

    Attributes:
        model: name or folder of the model that translates.
        device: where to compute.
    """

    model: str
    device: str = "auto"
    _translator: "Translator | None" = field(default=None, init=False, repr=False)

    def __call__(self, request: Request, folder: Path, note: Note) -> Result:
        """Do a request; its results go to the folder.

        Raises:
            AudiostyleError: it cannot be done; the message says why.
        """
        return WORKS[request.kind](self, request, folder, note)

    def load_translator(self) -> "Translator":
        """Return the model, which is loaded once."""
        from audiostyle.translation.translator import Translator

        if self._translator is None:
            self._translator = Translator.from_pretrained(self.model, device=self.device)
        return self._translator


def translate(works: Works, request: Request, folder: Path, note: Note) -> Result:
    """Play a song on another instrument."""
    from audiostyle.app.rolls import make_roll
    from audiostyle.music.midi import read_midi

    note(0.0, "loading the model")
    translator = works.load_translator()
    source, domain = request.paths[0], str(request.options["domain"])
    options: dict[str, Any] = {name: value for name, value in request.options.items() if name != "domain"}
    more: dict[str, Any] = {"parts": "auto"} if domain == BAND else {}
    out, midi = folder / f"{domain}.flac", folder / "notes.mid"
    report = translator.translate_file(
        source,
        {domain: out},
        midi=midi,
        progress=_scale(note, "playing", 0.0, 1 - _DRAWING),
        **options,
        **more,
    )
    played = read_midi(midi)
    (folder / "notes.json").write_text(json.dumps(make_roll(played)), "utf-8")
    versions = _show_versions([("original", source), (domain, out)], folder, note)
    about = [f"{report.notes} notes"]
    about += [f"{role} on {name}" for role, name in report.parts.items()]
    if folded := report.folded.get(domain, 0):
        about.append(f"{folded} of them moved by octaves into the range of {domain}")
    content = {
        "versions": versions, "notes": "notes.json", "midi": midi.name, "about": ", ".join(about),
        "seconds": report.seconds, "elapsed": report.elapsed,
    }  # fmt: skip
    return Result((*_list_files(versions), "notes.json", midi.name), content)


def transfer(works: Works, request: Request, folder: Path, note: Note) -> Result:
    """Give a recording the texture of others."""
    from audiostyle.spectrogram.transfer import transfer_file

    options: dict[str, Any] = dict(request.options)
    content, *styles = request.paths
    out = folder / f"{options['method']}.flac"
    note(0.0, "loading the model")
    report = transfer_file(
        content,
        styles,
        out,
        device=works.device,
        progress=_scale(note, "transferring", 0.0, 1 - _DRAWING),
        **options,
    )
    names = ["style"] if len(styles) == 1 else [f"style {number}" for number in range(1, len(styles) + 1)]
    shown = [("original", content), (options["method"], out), *zip(names, styles, strict=True)]
    versions = _show_versions(shown, folder, note)
    facts = {"versions": versions, "seconds": report.seconds, "elapsed": report.elapsed, "about": ""}
    return Result(_list_files(versions), facts)


def stylize(works: Works, request: Request, folder: Path, note: Note) -> Result:
    """Give a photograph the style of others."""
    from audiostyle.image.file_stylization import stylize_file
    from audiostyle.image.io.files import read_picture

    options: dict[str, Any] = dict(request.options)
    content, *styles = request.paths
    out = _name_picture(content, folder, options["method"])
    progress = _scale(note, "stylizing", 0.0, 1 - _DRAWING)
    report = stylize_file(content, styles, out, device=works.device, progress=progress, **options)
    return _show_pictures(read_picture(content), read_picture(out), out, report.seconds)


def paint(works: Works, request: Request, folder: Path, note: Note) -> Result:
    """Repaint a photograph by a network of one style."""
    import time

    from audiostyle.image.feedforward import apply_network
    from audiostyle.image.io.files import read_picture, write_picture

    started = time.monotonic()
    note(0.0, "painting")
    picture = read_picture(request.paths[0])
    network, strength = str(request.options["network"]), float(str(request.options["strength"]))
    pixels = apply_network(picture.to_array(), network, strength=strength, device=works.device)
    out = _name_picture(request.paths[0], folder, request.label)
    result = picture.replace_pixels(pixels[..., :3])
    note(1 - _DRAWING, "writing")
    write_picture(out, result)
    return _show_pictures(picture, result, out, time.monotonic() - started)


WORKS: Mapping[str, Work] = {
    "translate": translate, "transfer": transfer, "stylize": stylize, "paint": paint,
}  # fmt: skip
"""The works by the kind of their requests."""


def _scale(note: Note, stage: str, low: float, high: float) -> Progress:
    """Return what takes the progress of a part of the work."""

    def progress(done: float, total: float | None, /) -> None:
        share = min(done / total, 1.0) if total else 0.0
        note(low + (high - low) * share, stage)

    return progress


def _show_versions(named: Sequence[tuple[str, Path]], folder: Path, note: Note) -> list[dict[str, str]]:
    """Make what the page plays and shows of recordings: FLAC, and spectrograms."""
    from audiostyle.app.spectrograms import draw_spectrogram

    versions = []
    for number, (name, path) in enumerate(named):
        note(1 - _DRAWING * (1 - number / len(named)), "drawing")
        stem = name.replace(" ", "-")
        sound, picture = folder / f"{stem}.flac", folder / f"{stem}.png"
        if path != sound:
            copy_for_listening(path, sound)
        draw_spectrogram(sound, picture)
        versions.append({"name": name, "sound": sound.name, "spectrogram": picture.name})
    return versions


def _list_files(versions: Sequence[Mapping[str, str]]) -> tuple[str, ...]:
    return tuple(version[kind] for version in versions for kind in ("sound", "spectrogram"))


def _name_picture(content: Path, folder: Path, label: str) -> Path:
    """Return the path of a result, in the content's format where that can be written."""
    suffix = content.suffix.lower()
    return folder / f"{label}{suffix if suffix in _KEPT else '.png'}"


def _show_pictures(before: "PictureFile", after: "PictureFile", out: Path, elapsed: float) -> Result:
    """Write what the page shows of two pictures, small enough for it and in a format that it knows."""
    for name, picture in (("before.png", before), ("after.png", after)):
        _write_shown(picture, out.parent / name)
    height, width = after.pixels.shape[:2]
    files = {"before": "before.png", "after": "after.png", "download": out.name}
    return Result(tuple(files.values()), {**files, "about": f"{width} × {height} pixels", "elapsed": elapsed})


def _write_shown(picture: "PictureFile", path: Path) -> None:
    """Write a picture of at most :data:`_SHOWN` pixels a side, in sRGB as far as its profile says so."""
    import numpy as np
    from PIL import Image

    pixels = np.rint(picture.to_array()[..., :4].astype(np.float32) * 255).astype(np.uint8)
    shown = Image.fromarray(pixels)
    shown.thumbnail((_SHOWN, _SHOWN), Image.Resampling.LANCZOS)
    shown.save(path, format="PNG", icc_profile=picture.profile)
