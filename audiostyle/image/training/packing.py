"""What a training of styles needs, made small enough to travel to a GPU that is lent for some minutes.

Photographs become JPEG files of a short side of 400 pixels, and a VGG's own file becomes a model folder: down
to relu4_1, in half precision, its features scaled to a mean of 1, so that weights of losses mean what they do
with the shipped backbone.  ``python -m audiostyle.image.training.packing FOLDER… --out DIR --vgg FILE``.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import torch
from PIL import Image

from audiostyle.atomic import write_atomically
from audiostyle.errors import TrainingError
from audiostyle.image.training.photographs import find_photographs, hold_out, load_reduced
from audiostyle.models.saving import add_encoder, half_precision
from audiostyle.models.vgg import normalize_activations
from audiostyle.models.vgg_files import read_vgg

SHORT_SIDE = 400
"""Pixels of a packed photograph's short side."""

_QUALITY = 80  # of JPEG
_SMALLEST_DEVIATION = 16  # of 255
_SHOWN = 256  # pixels of the short side of photographs over which features are averaged
_SCALED_BY = 24  # photographs over which features are averaged


def pack_photographs(folders: Sequence[str | Path], out: str | Path) -> list[Path]:
    """Write the photographs in folders, without those that :func:`.hold_out` keeps for validation.

    Pictures that are nearly of one color are left out: there is nothing of a content to keep in them.

    Args:
        folders: searched through.
        out: the folder to write to; made if need be.

    Returns:
        The files that were written, ``000.jpg`` and so on.

    Raises:
        TrainingError: there are no photographs, or one cannot be read or written.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp(), "of", "my", "own")
        >>> folder.mkdir(parents=True)
        >>> Image.radial_gradient("L").resize((1800, 1200)).save(folder / "meadow.png")
        >>> with Image.open(pack_photographs([folder], folder / "packed")[0]) as packed:
        ...     packed.size
        (600, 400)
    """
    files = hold_out(find_photographs(folders))[0]
    written: list[Path] = []
    Path(out).mkdir(parents=True, exist_ok=True)
    for file in files:
        pixels = load_reduced(file, SHORT_SIDE)
        if pixels.std() < _SMALLEST_DEVIATION:
            continue
        path = Path(out, f"{len(written):03}.jpg")
        with write_atomically(path, TrainingError) as temporary:
            Image.fromarray(pixels).save(temporary, "JPEG", quality=_QUALITY, optimize=True)
        written.append(path)
    return written


def pack_vgg(vgg: str | Path, photographs: Sequence[str | Path], out: str | Path) -> None:
    """Write a VGG's own file as a model folder.

    Args:
        vgg: the file; see :func:`audiostyle.models.vgg_files.read_vgg`.
        photographs: files, over some of which the features' means are taken.
        out: the model folder.

    Raises:
        ModelNotFound: the file is missing or holds something else.
        TrainingError: the folder cannot be written.

    Example:
        >>> pack_vgg("vgg16.pth", ["meadow.jpg"], "vgg16")  # doctest: +SKIP
    """
    encoder = read_vgg(vgg)
    chosen = list(photographs)[:: max(1, len(photographs) // _SCALED_BY)]
    pixels = [torch.from_numpy(load_reduced(Path(file), _SHOWN).copy()) for file in chosen]
    normalize_activations(encoder, [each.movedim(2, 0).float() / 255 for each in pixels])
    card = f"# {Path(out).name}\n\n{Path(vgg).name} down to relu4_1, features scaled to a mean of 1.\n"
    config = {"kind": "vgg", **encoder.config.as_config()}
    add_encoder(out, half_precision(encoder), config=config, card=card, license="see the file's own")


def main() -> None:
    """Pack photographs, and a VGG where one is given."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folders", nargs="+", help="photographs; searched through")
    parser.add_argument("--out", required=True, help="gets the folders photographs and, with --vgg, vgg16")
    parser.add_argument("--vgg", help="a VGG's .pth or .h5")
    options = parser.parse_args()
    files = pack_photographs(options.folders, Path(options.out, "photographs"))
    if options.vgg:
        pack_vgg(options.vgg, files, Path(options.out, "vgg16"))


if __name__ == "__main__":
    main()
