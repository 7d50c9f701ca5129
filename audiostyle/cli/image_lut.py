"""``audiostyle image lut``: the look of a style as a table of colors for other programs."""

import os
from typing import Annotated

import typer

from audiostyle.cli import image_options as own
from audiostyle.cli import options as shared
from audiostyle.cli.console import UsageError, print_message
from audiostyle.cli.jobs.pictures import read_pictures

Content = Annotated[
    str, typer.Argument(metavar="CONTENT", help="A picture like those that the table is for.")
]


def make_lut(
    content: Content,
    style: own.Styles,
    out: own.LutOut,
    overwrite: shared.Overwrite = False,
    method: own.LutMethod = "grade",
    strength: shared.Strength = 1.0,
    weights: shared.Weights = None,
    max_megapixels: own.MaxMegapixels = 200.0,
    quiet: shared.Quiet = False,
) -> None:
    """Write the look of a style as a .cube file, for video editors, raw converters and cameras.

    The table holds what the method does to any color, 33 × 33 × 33 of them. Apply it with: image stylize
    PHOTO --lut look.cube
    """
    from audiostyle.atomic import check_writable
    from audiostyle.checks import check_outputs
    from audiostyle.cli.batch.pictures import find_style_pictures
    from audiostyle.errors import PictureWriteError
    from audiostyle.image import lut
    from audiostyle.image.grading.table import ColorTable, make_grid
    from audiostyle.image.io.cube import SUFFIX, write_cube

    if not out.lower().endswith(SUFFIX):
        raise UsageError(f"--out {out}: give a name that ends in {SUFFIX}")
    if method not in lut.GLOBAL:
        raise UsageError(
            f"--method {method}: no table holds what it does; use one of {', '.join(lut.GLOBAL)}"
        )
    if os.path.lexists(out) and not overwrite:
        raise UsageError(f"{out}: exists already; use --overwrite or another --out")
    names = find_style_pictures(style)
    shares = shared.parse_numbers("--weights", weights, float)
    if shares is not None and len(shares) != len(names):
        raise UsageError(f"--weights: {len(names)} style(s) need as many, not {len(shares)}")
    check_outputs([content, *names], [out])
    check_writable(out, PictureWriteError)
    pixels = own.count_pixels(max_megapixels)
    (source,), styles = read_pictures([content], pixels), read_pictures(names, pixels)
    looks = [picture.convert_to_profile_of(source) for picture in styles]
    table = lut.make_lut(source.to_array(), looks, method=method, weights=shares)
    same = make_grid(len(table.values))
    mixed = ColorTable.from_values(same + strength * (table.values - same))
    write_cube(out, mixed, f"{os.path.basename(names[0])} by {method}")
    if not quiet:
        print_message(f"{content}, {', '.join(names)} -> {out}")
