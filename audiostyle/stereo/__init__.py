"""Stylization of two views of one scene, so that both eyes see the same strokes on the same things.

===========================  ========================================================================
:mod:`.stylization`          what is public: two views in, two views out
:mod:`.file_stylization`     the same from files to files
:mod:`.layouts`              pairs of files, side-by-side pictures, MPO files
:mod:`.pooling`              one map for both views: their statistics are pooled
:mod:`.descent`              two views by optimization, the right one held to the left one
:mod:`.matching`             where what the right eye sees lies in the left view
:mod:`.refinement`           matches finer than the steps of the search, and without holes
:mod:`.maps`                 files of disparities
===========================  ========================================================================

A view is RGB (H, W, 3), floats in [0, 1] or uint8.  Views are rectified: what both show lies in the same
row, in the right view farther to the left by the *disparity*, in pixels.  Matching is OpenCV's, which comes
with the extra ``video``.
"""

from typing import TYPE_CHECKING

from audiostyle.lazy import export_lazily

if TYPE_CHECKING:
    from audiostyle.stereo.file_stylization import StereoReport as StereoReport
    from audiostyle.stereo.file_stylization import stylize_stereo_file as stylize_stereo_file
    from audiostyle.stereo.maps import read_disparity as read_disparity
    from audiostyle.stereo.matching import estimate_match as estimate_match
    from audiostyle.stereo.matching import match_by_disparity as match_by_disparity
    from audiostyle.stereo.stylization import stylize_views as stylize_views

export_lazily(
    __name__,
    {
        "audiostyle.stereo.file_stylization": ("StereoReport", "stylize_stereo_file"),
        "audiostyle.stereo.maps": ("read_disparity",),
        "audiostyle.stereo.matching": ("estimate_match", "match_by_disparity"),
        "audiostyle.stereo.stylization": ("stylize_views",),
    },
)
