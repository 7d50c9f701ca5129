"""Stylization of pictures: the reference that the audio methods derive from, and a tool in its own right.

========================  ============================================================================
:mod:`.stylization`       the public function for all methods, with smoothing
:mod:`.file_stylization`  the same from files to a file
:mod:`.methods`           the registry: names, summaries, functions
:mod:`.photowct`          PhotoWCT: whitening and coloring, coarse to fine, max-unpooling
:mod:`.wct`               WCT: the same with plain upsampling
:mod:`.adain`             AdaIN: means and standard deviations at one level
:mod:`.cascade`           what these three share: autoencoders one after the other, tile by tile
:mod:`.backbone`          the networks of pictures: a backbone and its decoders
:mod:`.tiles`             tiles with a halo: bounded memory at any size
:mod:`.reinhard`          means and standard deviations of colors in lαβ
:mod:`.mkl`               linear optimal transport of colors
:mod:`.color_transfer`    what these two share: one affine map of colors for each region
:mod:`.idt`               iterative distribution transfer of colors
:mod:`.regrain`           the content's grain for the result of a color transfer
:mod:`.smoothing`         smoothing along the content's edges: closed-form (matting affinity) or guided
:mod:`.inputs`            what every method starts from and ends with
:mod:`.arrays`            pictures as arrays and tensors: checked, and given back in the caller's kind
:mod:`.masks`             regions: which part of the content is to look like which part of the styles
:mod:`.palette`           the colors of painted masks as labels
:mod:`.io`                picture files: orientation, transparency, color profiles, 8 and 16 bits
:mod:`.sheet`             contact sheets: pictures side by side
:mod:`.training`          training of decoders for any backbone, and of a compact backbone
========================  ============================================================================

Pictures are RGB (H, W, 3), floats in [0, 1] or uint8, NumPy arrays or tensors.  What comes out is of the
content's kind: array or tensor, with its data type and device.
"""

from typing import TYPE_CHECKING

from audiostyle.lazy import export_lazily

if TYPE_CHECKING:
    from audiostyle.image.adain import adain
    from audiostyle.image.file_stylization import StylizeReport, stylize_file
    from audiostyle.image.idt import idt
    from audiostyle.image.io.files import PictureFile, read_mask, read_picture, write_picture
    from audiostyle.image.methods import METHODS
    from audiostyle.image.mkl import mkl
    from audiostyle.image.photowct import photowct
    from audiostyle.image.reinhard import reinhard
    from audiostyle.image.smoothing.affinity import gaussian_affinity, matting_affinity
    from audiostyle.image.smoothing.smooth import smooth
    from audiostyle.image.stylization import stylize
    from audiostyle.image.wct import wct

__all__ = [
    "METHODS",
    "PictureFile",
    "StylizeReport",
    "adain",
    "gaussian_affinity",
    "idt",
    "matting_affinity",
    "mkl",
    "photowct",
    "read_mask",
    "read_picture",
    "reinhard",
    "smooth",
    "stylize",
    "stylize_file",
    "wct",
    "write_picture",
]

export_lazily(
    __name__,
    {
        "METHODS": "audiostyle.image.methods",
        "PictureFile": "audiostyle.image.io.files",
        "StylizeReport": "audiostyle.image.file_stylization",
        "adain": "audiostyle.image.adain",
        "gaussian_affinity": "audiostyle.image.smoothing.affinity",
        "idt": "audiostyle.image.idt",
        "matting_affinity": "audiostyle.image.smoothing.affinity",
        "mkl": "audiostyle.image.mkl",
        "photowct": "audiostyle.image.photowct",
        "read_mask": "audiostyle.image.io.files",
        "read_picture": "audiostyle.image.io.files",
        "reinhard": "audiostyle.image.reinhard",
        "smooth": "audiostyle.image.smoothing.smooth",
        "stylize": "audiostyle.image.stylization",
        "stylize_file": "audiostyle.image.file_stylization",
        "wct": "audiostyle.image.wct",
        "write_picture": "audiostyle.image.io.files",
    },
)
