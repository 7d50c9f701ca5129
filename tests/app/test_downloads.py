"""Downloads are the sound that was made, in any of the formats."""

import numpy as np
import pytest
import soundfile

from audiostyle.app.downloads import FORMATS, convert, copy_for_listening
from audiostyle.errors import AudiostyleError


@pytest.fixture
def wave():
    return 0.3 * np.sin(np.arange(2 * 22050) * 0.05)[:, None] * [1.0, 0.5]


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_has_the_same_sound(tmp_path, wave, suffix):
    soundfile.write(tmp_path / "a.flac", wave, 22050)
    made = convert(tmp_path / "a.flac", suffix)
    found, rate = soundfile.read(made)
    assert made.suffix == f".{suffix}" and rate == 22050 and found.shape[1] == 2
    if suffix in ("flac", "wav"):
        np.testing.assert_array_equal(found, soundfile.read(tmp_path / "a.flac")[0])
    else:
        assert abs(len(found) - len(wave)) < 3000
        assert np.corrcoef(found[5000:40000, 0], wave[5000:40000, 0])[0, 1] > 0.99
    made.touch()
    assert convert(tmp_path / "a.flac", suffix) == made


def test_what_a_format_cannot_hold_is_a_sentence(tmp_path):
    soundfile.write(tmp_path / "a.flac", np.zeros((1000, 6)), 22050)
    with pytest.raises(AudiostyleError, match="channels"):
        convert(tmp_path / "a.flac", "mp3")
    with pytest.raises(AudiostyleError, match="flac, wav"):
        convert(tmp_path / "a.flac", "exe")


@pytest.mark.parametrize(("suffix", "subtype"), [("wav", "PCM_16"), ("wav", "PCM_24"), ("ogg", "VORBIS")])
def test_what_is_listened_to_is_the_recording(tmp_path, wave, suffix, subtype):
    path = tmp_path / f"a.{suffix}"
    soundfile.write(path, wave, 22050, subtype=subtype)
    copy_for_listening(path, tmp_path / "b.flac")
    np.testing.assert_allclose(
        soundfile.read(tmp_path / "b.flac")[0], soundfile.read(path)[0], atol=2**-15
    )  # half of a step of 16 bits, and the limiter's where Vorbis overshoots
