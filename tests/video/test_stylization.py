"""Films as a whole: length, times, sound, steadiness, interruption, and bad input."""

import av
import numpy as np
import pytest
from films import make_pan, make_pattern, read_film, record_frames, write_film
from PIL import Image

from audiostyle.errors import AudiostyleError, VideoReadError, VideoWriteError
from audiostyle.video import stylization, stylize_video


@pytest.fixture
def style(tmp_path):
    path = tmp_path / "style.png"
    Image.fromarray(make_pattern(40, 50, seed=9)).save(path)
    return path


def get_sound(path):
    with av.open(str(path)) as container:
        if not container.streams.audio:
            return None
        return np.concatenate([frame.to_ndarray().ravel() for frame in container.decode(audio=0)])


def test_length_times_and_sound_are_the_films(tmp_path, style):
    tone = 0.5 * np.sin(np.arange(4000) * 0.3)
    times = [0, 40, 130, 170, 400]
    film = write_film(tmp_path / "film.mkv", make_pan(5), times=times, sound=tone)
    report = stylize_video(film, style, tmp_path / "out.mkv", method="mkl")
    assert report.frames == 5 and report.scenes == 1 and report.sounds == 1
    with av.open(str(report.out)) as container:
        shown = [float(frame.pts * frame.time_base) for frame in container.decode(video=0)]
    np.testing.assert_allclose(shown, np.array(times) / 1000, atol=0.002)
    np.testing.assert_array_equal(get_sound(report.out), get_sound(film))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["film.mkv", "out.mkv", "style.png"]


@pytest.mark.parametrize("size", [(33, 47), (16, 64)])
def test_odd_sizes_keep_every_pixel(tmp_path, style, size):
    film = write_film(tmp_path / "film.mkv", make_pan(3, *size))
    made = read_film(stylize_video(film, style, tmp_path / "out.mp4", method="mkl").out)
    assert made.shape[0] == 3 and made.shape[1:3] == tuple(side + side % 2 for side in size)


def test_one_repeated_frame_is_its_result_repeated(tmp_path, style):
    frames = np.stack([make_pattern(48, 64)] * 6)
    film = write_film(tmp_path / "film.mkv", frames)
    made = read_film(stylize_video(film, style, tmp_path / "out.mkv", method="mkl").out).astype(int)
    assert np.abs(made - made[0]).max() <= 2  # what the encoder does


def test_a_film_of_one_frame_is_a_picture(tmp_path, style):
    film = write_film(tmp_path / "film.mkv", make_pan(1))
    assert len(read_film(stylize_video(film, style, tmp_path / "out.mp4", method="reinhard").out)) == 1


def test_interrupted_it_goes_on_and_the_result_is_the_same(tmp_path, style, monkeypatch):
    monkeypatch.setattr(stylization, "LENGTH", 4)
    film, frames = write_film(tmp_path / "film.mkv", make_pan(11)), record_frames(monkeypatch)
    stylize_video(film, style, tmp_path / "whole.mkv", method="mkl")
    whole, frames[:] = np.stack(frames), []

    def stop(done, total):
        if done * 25 > 9:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stylize_video(film, style, tmp_path / "out.mkv", method="mkl", progress=stop)
    assert not (tmp_path / "out.mkv").exists()
    report = stylize_video(film, style, tmp_path / "out.mkv", method="mkl")
    assert report.resumed == 8 and report.frames == 11
    np.testing.assert_array_equal(np.stack(frames)[-len(whole) :], whole)


def test_scenes_are_counted_across_an_interruption(tmp_path, style, monkeypatch):
    monkeypatch.setattr(stylization, "LENGTH", 4)
    other = 255 - np.stack(make_pan(6))[:, ::-1]
    film = write_film(tmp_path / "film.mkv", np.concatenate([make_pan(6), other]))
    whole = stylize_video(film, style, tmp_path / "whole.mkv", method="mkl")

    def stop(done, total):
        if done * 25 > 9:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stylize_video(film, style, tmp_path / "out.mkv", method="mkl", progress=stop)
    report = stylize_video(film, style, tmp_path / "out.mkv", method="mkl")
    assert report.resumed == 8 and report.scenes == whole.scenes == 2


def test_what_was_begun_with_other_settings_is_not_gone_on_with(tmp_path, style, monkeypatch):
    monkeypatch.setattr(stylization, "LENGTH", 2)
    film = write_film(tmp_path / "film.mkv", make_pan(5))

    def stop(done, total):
        if done * 25 > 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stylize_video(film, style, tmp_path / "out.mkv", method="mkl", progress=stop)
    assert stylize_video(film, style, tmp_path / "out.mkv", method="reinhard").resumed == 0


def test_a_film_that_is_cut_short_gives_what_there_is(tmp_path, style):
    film = write_film(tmp_path / "film.mkv", make_pan(30))
    data = film.read_bytes()
    film.write_bytes(data[: len(data) * 2 // 3])
    report = stylize_video(film, style, tmp_path / "out.mkv", method="mkl")
    assert 5 < report.frames < 30


def test_without_sound(tmp_path, style):
    film = write_film(tmp_path / "film.mkv", make_pan(3), sound=np.zeros(1000))
    assert get_sound(stylize_video(film, style, tmp_path / "out.mkv", method="mkl", sound=False).out) is None


def test_several_sound_tracks_are_all_kept(tmp_path, style):
    film = write_film(tmp_path / "film.mkv", make_pan(3), sound=np.zeros(1000), tracks=2)
    report = stylize_video(film, style, tmp_path / "out.mkv", method="mkl")
    with av.open(str(report.out)) as container:
        assert len(container.streams.audio) == 2


@pytest.mark.parametrize(
    ("make", "out", "error", "message"),
    [
        (lambda path: None, "out.mp4", VideoReadError, "no such file"),
        (lambda path: path.mkdir(), "out.mp4", VideoReadError, "is a folder"),
        (lambda path: path.write_bytes(b"no film"), "out.mp4", VideoReadError, "not a film"),
        (lambda path: path.write_bytes(b""), "out.mp4", VideoReadError, "not a film"),
        (lambda path: write_film(path, make_pan(2)), "out.avi", VideoWriteError, "no kind of film"),
        (lambda path: write_film(path, make_pan(2)), "film.mkv", AudiostyleError, "would replace"),
    ],
)
def test_bad_input_is_one_line_and_leaves_nothing(tmp_path, style, make, out, error, message):
    film = tmp_path / "film.mkv"
    make(film)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(error, match=message) as found:
        stylize_video(film, style, tmp_path / out, method="mkl")
    assert "\n" not in str(found.value) and sorted(tmp_path.rglob("*")) == before


def test_a_sound_file_is_no_film(tmp_path, style):
    import soundfile

    path = tmp_path / "film.wav"
    soundfile.write(path, np.zeros(1000), 8000)
    with pytest.raises(VideoReadError, match="has no pictures"):
        stylize_video(path, style, tmp_path / "out.mp4", method="mkl")


def test_a_film_is_painted_by_a_network(tmp_path):
    film = write_film(tmp_path / "film.mkv", make_pan(3, 48, 64))
    report = stylize_video(film, None, tmp_path / "out.mkv", network="mosaic", strength=0.5)
    assert (report.method, report.smoothing, report.frames) == ("network", "none", 3)


def test_jobs_change_nothing_and_an_interrupted_film_goes_on_with_others(tmp_path, style, monkeypatch):
    monkeypatch.setattr(stylization, "LENGTH", 4)
    film, frames = write_film(tmp_path / "film.mkv", make_pan(11)), record_frames(monkeypatch)
    stylize_video(film, style, tmp_path / "whole.mkv", method="mkl")
    whole, frames[:] = np.stack(frames), []
    assert stylize_video(film, style, tmp_path / "side.mkv", method="mkl", jobs=3).frames == 11
    np.testing.assert_array_equal(np.stack(frames), whole)
    frames.clear()

    def stop(done, total):
        if done * 25 > 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stylize_video(film, style, tmp_path / "out.mkv", method="mkl", jobs=3, progress=stop)
    report = stylize_video(film, style, tmp_path / "out.mkv", method="mkl", jobs=2)
    assert report.resumed == 4
    np.testing.assert_array_equal(np.stack(frames)[-len(whole) :], whole)
