"""The examples that come with the package, and one of them before and after.

``chorale.ogg`` is the recording of ``examples/``: sixteen bars of a chorale by J. S. Bach, played by flute,
two clarinets and bassoon of a soundfont (MuseScore General, MIT).  ``photo.jpg`` and ``dusk.jpg`` are
photographs in the public domain (CC0): a cup of coffee by Rachel Michetti, and a rocket at dusk by SpaceX.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from audiostyle.atomic import write_atomically
from audiostyle.errors import PictureWriteError
from audiostyle.models.zoo import DEFAULT
from audiostyle.progress import Progress

EXAMPLES_FOLDER = Path(__file__).parent / "examples"
"""Where the examples lie."""

EXAMPLES = {"sound": "chorale.ogg", "picture": "photo.jpg", "style": "dusk.jpg"}
"""What can be tried without files of one's own: kind → file in the folder."""

_WIDTH, _TITLE, _GAP = 1200, 34, 14  # pixels


@dataclass(frozen=True)
class Demo:
    """What a demonstration has made.

    Attributes:
        original: the recording.
        results: domain → its translation.
        midi: the notes that were found.
        picture: spectrograms of all of them.
    """

    original: Path
    results: dict[str, Path]
    midi: Path
    picture: Path


def make_demo(
    folder: str | Path,
    domains: Sequence[str] = ("piano", "strings"),
    *,
    model: str = DEFAULT,
    device: str = "auto",
    progress: Progress | None = None,
) -> Demo:
    """Translate the example, and draw it before and after.

    Args:
        folder: for the files, which are replaced if they are there.
        domains: what it is to be played on.
        model: name or folder of the model.
        device: where to compute.
        progress: called with the seconds of audio done and the seconds in all.

    Raises:
        UnknownDomain: the model has no such domain.
        AudioWriteError, PictureWriteError: the folder cannot be written to.
    """
    from audiostyle.app.downloads import copy_for_listening
    from audiostyle.translation.translator import Translator

    place = Path(folder)
    source = EXAMPLES_FOLDER / EXAMPLES["sound"]
    results = {domain: place / f"chorale.{domain}.flac" for domain in domains}
    demo = Demo(place / "chorale.flac", results, place / "chorale.mid", place / "before-after.png")
    translator = Translator.from_pretrained(model, device=device)
    translator.translate_file(source, results, midi=demo.midi, progress=progress)
    copy_for_listening(source, demo.original)
    _draw([("the recording: woodwinds", demo.original), *results.items()], demo.picture)
    return demo


def _draw(panels: Sequence[tuple[str, Path]], out: Path) -> None:
    """Draw spectrograms one below the other, each with its title."""
    from PIL import Image, ImageDraw, ImageFont

    from audiostyle.app.spectrograms import ROWS, draw_levels

    sheet = Image.new("RGB", (_WIDTH, len(panels) * (_TITLE + ROWS + _GAP)), "white")
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(18)
    for number, (title, path) in enumerate(panels):
        top = number * (_TITLE + ROWS + _GAP)
        pen.text((8, top + 6), title, fill="#1b1f24", font=font)
        drawn = draw_levels(path).convert("RGB").resize((_WIDTH, ROWS))
        sheet.paste(drawn, (0, top + _TITLE))
    with write_atomically(out, PictureWriteError) as temporary:
        sheet.save(temporary, format="PNG", optimize=True)
