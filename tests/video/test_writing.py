"""Films that are written: every kind, whole or not at all."""

import dataclasses

import numpy as np
import pytest
from films import make_pan, read_film, write_film

from audiostyle.errors import VideoWriteError
from audiostyle.video import writing
from audiostyle.video.reading import open_film


@pytest.mark.parametrize("ending", sorted(writing.CODECS))
def test_every_kind_of_film_is_nearly_exact(tmp_path, ending):
    frames = make_pan(4)
    out = tmp_path / f"out{ending}"
    with (
        open_film(write_film(tmp_path / "film.mkv", frames)) as film,
        writing.write_film(out, film.info) as writer,
    ):
        for frame in film.read_frames():
            writer.write(frame.pixels, frame.time)
    made = read_film(out)
    assert made.shape == frames.shape
    assert np.abs(made.mean(axis=3) - frames.mean(axis=3)).mean() < 6  # colors are stored at half size


@pytest.mark.parametrize(("matrix", "full_range"), [(1, False), (6, False), (1, True)])
def test_a_color_stays_what_it_is_however_it_is_stored(tmp_path, matrix, full_range):
    frames = np.broadcast_to(np.array([200, 50, 60], np.uint8), (2, 48, 64, 3))
    with open_film(write_film(tmp_path / "film.mkv", frames)) as film:
        info = dataclasses.replace(film.info, matrix=matrix, full_range=full_range)
        with writing.write_film(tmp_path / "o.mp4", info) as writer:
            for frame in film.read_frames():
                writer.write(frame.pixels, frame.time)
    assert np.abs(read_film(tmp_path / "o.mp4").astype(int) - frames).max() <= 3
    with open_film(tmp_path / "o.mp4") as made:
        assert (made.info.matrix, made.info.full_range) == (matrix, full_range)


def test_sound_that_a_kind_cannot_hold_is_left_out(tmp_path):
    path = write_film(tmp_path / "film.mkv", make_pan(2), sound=np.zeros(800))
    out = tmp_path / "out.webm"
    with open_film(path) as film, writing.write_film(out, film.info, path) as writer:
        for frame in film.read_frames():
            writer.write(frame.pixels, frame.time)
    assert len(read_film(out)) == 2


def test_what_fails_leaves_nothing(tmp_path):
    path = write_film(tmp_path / "film.mkv", make_pan(2))
    with (
        open_film(path) as film,
        pytest.raises(ZeroDivisionError),
        writing.write_film(tmp_path / "o.mp4", film.info),
    ):
        raise ZeroDivisionError
    assert [found.name for found in tmp_path.iterdir()] == ["film.mkv"]


def test_a_folder_that_is_a_file_is_one_line(tmp_path):
    path = write_film(tmp_path / "film.mkv", make_pan(2))
    (tmp_path / "file").write_bytes(b"")
    with (
        open_film(path) as film,
        pytest.raises(VideoWriteError),
        writing.write_film(tmp_path / "file" / "o.mp4", film.info),
    ):
        pass
