"""Stylization of pictures: the reference that the audio methods derive from, and a tool in its own right.

========================  ============================================================================
:mod:`.stylization`       the public function for all methods, with smoothing
:mod:`.file_stylization`  the same from files to a file
:mod:`.methods`           the registry: names, summaries, functions
:mod:`.develop`           grading with a share of the style's textures; the default
:mod:`.grade`             grading: tones and colors, part by part
:mod:`.grading`           its steps: tone curve, transport of palettes, tables of colors
:mod:`.segments`          the parts of content and styles that are alike, found without masks
:mod:`.photowct`          PhotoWCT: whitening and coloring, coarse to fine, max-unpooling
:mod:`.transport`         the same by optimal transport, without its coarsest level
:mod:`.wct`               WCT: the same with plain upsampling
:mod:`.adain`             AdaIN: means and standard deviations at one level
:mod:`.cascade`           what these four share: autoencoders one after the other, tile by tile
:mod:`.backbone`          the networks of pictures: a backbone and its decoders
:mod:`.optimization`      descent on a picture with any loss; the papers' settings as presets
:mod:`.feedforward`       one pass through a network that was trained for one style
:mod:`.tiles`             tiles with a halo: bounded memory at any size
:mod:`.reinhard`          means and standard deviations of colors in lαβ
:mod:`.mkl`               linear optimal transport of colors
:mod:`.color_transfer`    what these two share: one affine map of colors for each region
:mod:`.idt`               iterative distribution transfer of colors
:mod:`.regrain`           the content's grain for the result of a color transfer
:mod:`.smoothing`         smoothing along the content's edges: closed-form (matting affinity) or guided
:mod:`.lut`               looks as tables of colors, made and applied
:mod:`.depth`             strength that goes with depth
:mod:`.inputs`            what every method starts from and ends with
:mod:`.arrays`            pictures as arrays and tensors: checked, and given back in the caller's kind
:mod:`.transparency`      what hides under transparent pixels has no say
:mod:`.masks`             regions: which part of the content is to look like which part of the styles
:mod:`.palette`           the colors of painted masks as labels
:mod:`.io`                picture files: orientation, transparency, color profiles, 8 and 16 bits
:mod:`.sheet`             contact sheets: pictures side by side
:mod:`.training`          training of decoders for any backbone, and of a compact backbone
========================  ============================================================================

Pictures are RGB (H, W, 3), floats in [0, 1] or uint8, NumPy arrays or tensors; :mod:`.arrays` says what else
is taken, such as pictures of Pillow and transparency.  What comes out is of the content's kind: array, tensor
or Pillow's, with its data type and device.
"""

from typing import TYPE_CHECKING

from audiostyle.lazy import export_lazily

if TYPE_CHECKING:
    from audiostyle.image.adain import adain as adain
    from audiostyle.image.develop import develop as develop
    from audiostyle.image.feedforward import apply_network as apply_network
    from audiostyle.image.file_stylization import StylizeReport as StylizeReport
    from audiostyle.image.file_stylization import stylize_file as stylize_file
    from audiostyle.image.grade import grade as grade
    from audiostyle.image.idt import idt as idt
    from audiostyle.image.io.cube import read_cube as read_cube
    from audiostyle.image.io.cube import write_cube as write_cube
    from audiostyle.image.io.files import PictureFile as PictureFile
    from audiostyle.image.io.files import read_picture as read_picture
    from audiostyle.image.io.files import write_picture as write_picture
    from audiostyle.image.io.mask_files import read_mask as read_mask
    from audiostyle.image.lut import apply_lut as apply_lut
    from audiostyle.image.lut import make_lut as make_lut
    from audiostyle.image.methods import METHODS as METHODS
    from audiostyle.image.mkl import mkl as mkl
    from audiostyle.image.optimization.optimize import optimize as optimize
    from audiostyle.image.photowct import photowct as photowct
    from audiostyle.image.reinhard import reinhard as reinhard
    from audiostyle.image.smoothing.affinity import gaussian_affinity as gaussian_affinity
    from audiostyle.image.smoothing.affinity import matting_affinity as matting_affinity
    from audiostyle.image.smoothing.smooth import smooth as smooth
    from audiostyle.image.stylization import stylize as stylize
    from audiostyle.image.transport import transport as transport
    from audiostyle.image.wct import wct as wct

export_lazily(
    __name__,
    {
        "audiostyle.image.adain": ("adain",),
        "audiostyle.image.develop": ("develop",),
        "audiostyle.image.feedforward": ("apply_network",),
        "audiostyle.image.file_stylization": ("StylizeReport", "stylize_file"),
        "audiostyle.image.grade": ("grade",),
        "audiostyle.image.idt": ("idt",),
        "audiostyle.image.io.files": ("PictureFile", "read_picture", "write_picture"),
        "audiostyle.image.io.mask_files": ("read_mask",),
        "audiostyle.image.io.cube": ("read_cube", "write_cube"),
        "audiostyle.image.lut": ("apply_lut", "make_lut"),
        "audiostyle.image.methods": ("METHODS",),
        "audiostyle.image.mkl": ("mkl",),
        "audiostyle.image.optimization.optimize": ("optimize",),
        "audiostyle.image.photowct": ("photowct",),
        "audiostyle.image.reinhard": ("reinhard",),
        "audiostyle.image.smoothing.affinity": ("gaussian_affinity", "matting_affinity"),
        "audiostyle.image.smoothing.smooth": ("smooth",),
        "audiostyle.image.stylization": ("stylize",),
        "audiostyle.image.transport": ("transport",),
        "audiostyle.image.wct": ("wct",),
    },
)
