"""The sound of films."""

import numpy as np
import pytest
import soundfile
from films import make_pan, write_film

from audiostyle.errors import VideoReadError, VideoWriteError
from audiostyle.video.sound import encode_sound, extract_sound

TONE = 0.5 * np.sin(np.arange(8000) * 0.2)


def test_a_films_sound_comes_out_as_it_is(tmp_path):
    film = write_film(tmp_path / "film.mkv", make_pan(2), sound=TONE)
    extract_sound(film, tmp_path / "sound.wav")
    wave, rate = soundfile.read(tmp_path / "sound.wav")
    assert rate == 8000
    np.testing.assert_allclose(wave, TONE, atol=1e-4)


def test_a_recording_goes_in_and_comes_out(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.stack([TONE, -TONE], axis=1), 44_100)
    encode_sound(tmp_path / "a.wav", tmp_path / "a.m4a")
    extract_sound(tmp_path / "a.m4a", tmp_path / "b.wav")
    wave, rate = soundfile.read(tmp_path / "b.wav")
    assert rate == 44_100 and wave.shape[1] == 2
    assert np.corrcoef(wave[2000:7000, 0], TONE[2000:7000])[0, 1] > 0.99 or np.abs(wave).max() > 0.3


def test_a_silent_film_and_no_film_are_one_line(tmp_path):
    with pytest.raises(VideoReadError, match="no sound track"):
        extract_sound(write_film(tmp_path / "film.mkv", make_pan(2)), tmp_path / "sound.wav")
    (tmp_path / "x.mp4").write_bytes(b"x")
    with pytest.raises(VideoReadError):
        extract_sound(tmp_path / "x.mp4", tmp_path / "sound.wav")
    with pytest.raises(VideoWriteError):
        encode_sound(tmp_path / "x.mp4", tmp_path / "y.m4a")
