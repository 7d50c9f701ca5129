"""What the work on pictures shares."""

import numpy as np
import pytest

from audiostyle import __version__
from audiostyle.cli.batch.plan import BatchTask
from audiostyle.cli.jobs.pictures import make_comment, read_content, read_pictures
from audiostyle.errors import PictureReadError, PictureWriteError


def test_an_output_that_cannot_hold_the_content_is_refused_before_work(picture):
    source = str(picture("a.png", alpha=np.full((20, 30), 0.5, np.float32)))
    assert read_content(BatchTask(source, {"mkl": "out.png"}), 600).pixels.shape == (20, 30, 3)
    with pytest.raises(PictureWriteError, match="no transparency"):
        read_content(BatchTask(source, {"mkl": "out.jpg"}), 600)


def test_pictures_above_the_limit_are_refused(picture):
    paths = [str(picture("a.png", 10, 10)), str(picture("b.png", 10, 11))]
    with pytest.raises(PictureReadError, match=r"b\.png"):
        read_pictures(paths, 100)
    assert len(read_pictures(paths, 110)) == 2


def test_tags_say_what_made_a_picture_and_not_where():
    comment = make_comment("mkl", {"strength": 0.5, "device": "cuda"})
    assert comment == f"audiostyle {__version__} mkl strength=0.5"
