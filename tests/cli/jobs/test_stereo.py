"""The work of ``image stylize`` on two views: styles are read once, outputs and facts are the task's."""

import numpy as np
import pytest

from audiostyle.cli.batch.plan import BatchTask
from audiostyle.cli.jobs.stereo import StereoJob
from audiostyle.errors import PictureReadError
from audiostyle.image.io.files import read_picture


def make_job(**changed):
    given = {"method": "mkl", "options": {"strength": 1.0}, "styles": ("style.jpg",), "max_pixels": 10**6}
    return StereoJob(**given | {"right": "b.png"} | changed)


def test_both_results_and_what_made_them_are_reported(picture, style, workplace):
    picture("a.png", 20, 40), picture("b.png", 20, 40)
    job = make_job()
    job.prepare()
    style.unlink()  # it was read once, for all tasks
    done = []
    report = job(
        BatchTask("a.png", {"mkl": "l.png", "right": "r.png"}), lambda *progress: done.append(progress)
    )
    assert (report.height, report.width, report.bits) == (20, 40, 8) and done
    assert report.outputs == {"mkl": "l.png", "right": "r.png"}
    assert report.facts == {"right": "b.png", "styles": ["style.jpg"], "strength": 1.0}
    assert read_picture("l.png").pixels.shape == read_picture("r.png").pixels.shape == (20, 40, 3)


def test_halves_of_one_picture_are_written_to_one_file(picture, style, workplace):
    picture("a.png", 20, 40)
    job = make_job(right=None)
    job.prepare()
    report = job(BatchTask("a.png", {"mkl": "l.png"}), lambda *progress: None)
    assert (report.height, report.width) == (20, 20)
    assert np.ptp(read_picture("l.png").pixels) > 0 and read_picture("l.png").pixels.shape == (20, 40, 3)


def test_a_style_that_cannot_be_read_ends_the_batch(workplace):
    with pytest.raises(PictureReadError, match=r"style\.jpg"):
        make_job().prepare()
