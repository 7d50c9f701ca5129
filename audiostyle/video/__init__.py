"""Stylization of films: every method of pictures, frame by frame, made steady along the motion.

======================  ===============================================================================
:mod:`.stylization`     what is public: a file in, a file out with its sound
:mod:`.frame_stylizer`  the same frame by frame
:mod:`.side_by_side`    several frames at a time, with the same results
:mod:`.reading`         frames of a film, upright and with their times
:mod:`.writing`         frames and sound into a film
:mod:`.sound`           a film's sound as a recording, and a recording as a film's sound
:mod:`.flow`            where everything was a frame ago, and where that can be relied on
:mod:`.camera`          what cannot be told apart goes with the camera
:mod:`.steady`          results that keep to what they were, along the motion
:mod:`.detail`          which part of the content's detail a result shows
:mod:`.descent`         films by optimization, each frame from those before
:mod:`.chunks`          finished stretches on the disk, from which an interrupted work goes on
======================  ===============================================================================

A frame is RGB (H, W, 3), floats in [0, 1] or uint8.  Films are read and written by PyAV, motion is estimated
by OpenCV; both come with the extra ``video``.
"""

from typing import TYPE_CHECKING

from audiostyle.lazy import export_lazily

if TYPE_CHECKING:
    from audiostyle.video.frame_stylizer import FrameStylizer as FrameStylizer
    from audiostyle.video.stylization import VideoReport as VideoReport
    from audiostyle.video.stylization import stylize_video as stylize_video

export_lazily(
    __name__,
    {
        "audiostyle.video.frame_stylizer": ("FrameStylizer",),
        "audiostyle.video.stylization": ("VideoReport", "stylize_video"),
    },
)
