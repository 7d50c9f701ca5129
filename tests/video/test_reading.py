"""Frames of films: upright, in order, with their times."""

import av
import numpy as np
import pytest
from films import make_pan, write_film

from audiostyle.errors import VideoReadError
from audiostyle.video.reading import open_film


def test_frames_are_exact(tmp_path):
    frames = make_pan(6)
    with open_film(write_film(tmp_path / "film.mkv", frames)) as film:
        assert (film.info.width, film.info.height, film.info.rate) == (96, 64, 25)
        np.testing.assert_array_equal([frame.pixels for frame in film.read_frames()], frames)


def test_texts_that_are_no_utf8_do_not_matter(tmp_path):
    film = write_film(tmp_path / "film.mkv", make_pan(2))
    data = film.read_bytes()
    film.write_bytes(data.replace(b"Lavf", b"\xff\xfevf"))
    assert film.read_bytes() != data
    with open_film(film) as opened:
        assert len(list(opened.read_frames())) == 2


def test_times_grow(tmp_path):
    times = [0, 10, 300, 301, 900]
    with open_film(write_film(tmp_path / "film.mkv", make_pan(5), times=times)) as film:
        found = [float(frame.time * film.info.time_base) for frame in film.read_frames()]
    np.testing.assert_allclose(found, np.array(times) / 1000, atol=0.002)


@pytest.mark.parametrize(
    ("codec", "pixels"), [("ffv1", "yuv420p10le"), ("ffv1", "yuva420p"), ("ffv1", "gray")]
)
def test_ten_bits_alpha_and_gray_are_read(tmp_path, codec, pixels):
    frames = np.repeat(make_pan(2).mean(axis=3, keepdims=True), 3, axis=3).astype(np.uint8)
    with open_film(write_film(tmp_path / "film.mkv", frames, codec=codec, pixels=pixels)) as film:
        found = np.stack([frame.pixels for frame in film.read_frames()])
        assert film.info.bits == (10 if "10" in pixels else 8)
    assert np.abs(found.astype(int) - frames).mean() < 6


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_films_that_were_held_sideways_are_upright(tmp_path, degrees, monkeypatch):
    path = write_film(tmp_path / "film.mkv", make_pan(2))
    monkeypatch.setattr("audiostyle.video.reading.get_rotation", lambda frame: degrees)
    with open_film(path) as film:
        (first, _) = [frame.pixels for frame in film.read_frames()]
        assert first.shape[:2] == (film.info.height, film.info.width)
    np.testing.assert_array_equal(first, np.rot90(make_pan(2)[0], degrees // 90))


def test_a_still_picture_under_the_name_of_a_film_is_one_frame(tmp_path):
    from PIL import Image

    Image.fromarray(make_pan(1)[0]).save(tmp_path / "film.mp4", format="PNG")
    with open_film(tmp_path / "film.mp4") as film:
        assert len(list(film.read_frames())) == 1


def test_a_header_alone_has_no_frame(tmp_path):
    path = write_film(tmp_path / "film.mkv", make_pan(3))
    path.write_bytes(path.read_bytes()[:700])
    with pytest.raises(VideoReadError), open_film(path) as film:
        list(film.read_frames())


@pytest.mark.parametrize("codec", ["libx264", "mpeg4"])
def test_damage_in_the_middle_costs_no_more_than_its_place(tmp_path, codec):
    path = write_film(tmp_path / "film.mp4", make_pan(40, 128, 160), codec=codec, pixels="yuv420p")
    data = bytearray(path.read_bytes())
    middle = data.index(b"mdat") + (len(data) - data.index(b"mdat")) // 3
    data[middle : middle + 200] = bytes(200)
    path.write_bytes(data)
    with open_film(path) as film:
        found = [frame.time for frame in film.read_frames()]
        assert len(found) > 30 and found == sorted(found)
        assert found[-1] * film.info.time_base > 1.4


def test_packets_that_do_not_decode_are_said(tmp_path, monkeypatch, caplog):
    with open_film(write_film(tmp_path / "film.mkv", make_pan(6))) as film:

        class Packet:
            def __init__(self, packet, number):
                self.packet, self.number = packet, number

            def decode(self):
                if self.number == 3:
                    raise av.error.InvalidDataError(1, "damaged")
                return self.packet.decode()

        class Container:
            def demux(self, stream):
                return (Packet(packet, n) for n, packet in enumerate(container.demux(stream)))

        container = film.container
        monkeypatch.setattr(film, "container", Container())
        assert len(list(film.read_frames())) == 5
    assert "1 damaged places were left out" in caplog.text


def test_a_film_that_is_cut_short_is_said(tmp_path, caplog):
    path = write_film(tmp_path / "film.mkv", make_pan(40))
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with open_film(path) as film:
        count = len(list(film.read_frames()))
    assert 5 < count < 30
    assert film.info.seconds is None or "ends after" in caplog.text
