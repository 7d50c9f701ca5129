"""Draw ``examples/stylization.jpg``: the lecture's comparison, as the documentation shows it.

It shows a method that needs no network and the default; WCT and PhotoWCT, each with and without smoothing;
the levels in the opposite order; without unpooling; and by masks.  The content is a temple (scikit-learn's
``china.jpg``, CC BY 2.0, "flickr, dullhunk"), the style a rocket at dusk (scikit-image's ``rocket.jpg``, CC0,
SpaceX).
"""

import argparse
import functools
from pathlib import Path

import numpy as np
import photos

from audiostyle.image import stylize
from audiostyle.image.backbone import DEFAULT, PictureAutoencoder
from audiostyle.image.io import files
from audiostyle.image.io.files import PictureFile
from audiostyle.image.sheet import Panel, make_sheet

OUT = Path(__file__).resolve().parent.parent / "examples" / "stylization.jpg"
SIDE = 427  # short side of the pictures
CONTENT, STYLE = "china", "rocket"


def label_sky(picture: np.ndarray, darkest: float) -> np.ndarray:
    """Return labels (H, W): 1 in the largest area that is brighter than ``darkest``, else 0."""
    from scipy.ndimage import label

    regions, count = label(picture.min(axis=2) > darkest)
    sizes = [(regions == number).sum() for number in range(1, count + 1)]
    return (regions == 1 + int(np.argmax(sizes))).astype(int)


def make_rows(content: np.ndarray, style: np.ndarray, networks: PictureAutoencoder) -> list[list[Panel]]:
    """Return the pictures with their names, row by row."""
    plain = functools.partial(stylize, content, style, smooth="none")
    deep = functools.partial(plain, backbone=networks)
    smooth = functools.partial(stylize, content, style, smooth="exact", backbone=networks)
    masks = {"content_mask": label_sky(content, 0.55), "style_mask": label_upper_part(style)}
    return [
        [
            ("content", content),
            ("style", style),
            ("MKL", plain(method="mkl")),
            ("developed, the default", deep(method="develop")),
        ],
        [
            ("WCT", deep(method="wct")),
            ("PhotoWCT", deep()),
            ("WCT + smoothing", smooth(method="wct")),
            ("PhotoWCT + smoothing", smooth()),
        ],
        [
            ("levels 1, 2, 3, 4", deep(levels=(1, 2, 3, 4))),
            ("without unpooling", deep(unpool="nearest")),
            ("without unpooling + smoothing", smooth(unpool="nearest")),
            ("sky and ground by masks", smooth(**masks)),
        ],
    ]


def label_upper_part(picture: np.ndarray) -> np.ndarray:
    """Return labels (H, W) of a picture whose sky is its upper part: 1 above, 0 for the lowest eighth."""
    labels = np.ones(picture.shape[:2], dtype=int)
    labels[-len(labels) // 8 :] = 0
    return labels


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--backbone", default=DEFAULT, help="name or folder (default: the shipped one)")
    networks = PictureAutoencoder.from_pretrained(parser.parse_args().backbone)
    pictures = photos.load_photographs(SIDE)
    sheet = make_sheet(make_rows(pictures[CONTENT], pictures[STYLE], networks), side=400)
    files.write_picture(str(OUT), PictureFile(sheet))
    print(f"drawn in {OUT}")


if __name__ == "__main__":
    main()
