"""Transfer: shapes, rates and channels stay, bad input is one line, files and arrays come to the same."""

import io
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

import audiostyle
from audiostyle.errors import AudioReadError, AudiostyleError, ShapeError
from audiostyle.sound.resampling import resample
from audiostyle.spectrogram import transfer, transfer_file

RATE = 4000
FEW = {"iterations": 3}
QUICK = {"method": "musaicing", **FEW}


@pytest.fixture
def waves(content, style) -> tuple[np.ndarray, np.ndarray]:
    return content.numpy(), style.numpy()


@pytest.fixture
def files(tmp_path, waves) -> tuple[Path, Path]:
    paths = tmp_path / "content.wav", tmp_path / "style.wav"
    for path, wave in zip(paths, waves, strict=True):
        soundfile.write(path, wave, RATE, subtype="FLOAT")
    return paths


def test_it_is_public():
    assert audiostyle.transfer.__name__ == "transfer" and "transfer" in audiostyle.__all__


@pytest.mark.parametrize("method", ["musaicing", "gram"])
def test_shape_dtype_and_kind_are_the_content_s(waves, method):
    content, style = waves
    for wave in (content, np.stack([content, -content]).astype(np.float64), torch.from_numpy(content)[None]):
        made = transfer(wave, style, sample_rate=RATE, method=method, **FEW)
        assert type(made) is type(wave) and made.shape == wave.shape and made.dtype == wave.dtype
        assert np.isfinite(np.asarray(made)).all()


@pytest.mark.slow
@pytest.mark.parametrize("method", ["musaicing", "wct", "complex-wct", "cascade"])
def test_a_long_file_is_transferred_as_its_samples_are(tmp_path, content, style, method):
    """Several segments of several blocks: the file has two readers, who must not get in each other's way."""
    wave = content.repeat(75).numpy()  # 75 s at 4 kHz
    stereo = np.stack([wave, 0.5 * np.roll(wave, 500)])
    soundfile.write(tmp_path / "long.wav", stereo.T, RATE, subtype="FLOAT")
    soundfile.write(tmp_path / "style.wav", style.numpy(), RATE, subtype="FLOAT")
    options = {"iterations": 2} if method == "musaicing" else {"levels": (1,)}
    report = transfer_file(
        tmp_path / "long.wav", [tmp_path / "style.wav"], tmp_path / "out.wav", method=method, **options
    )
    made = transfer(stereo, style.numpy(), sample_rate=RATE, method=method, **options)
    assert report.seconds == 75
    found = soundfile.read(tmp_path / "out.wav", dtype="float32")[0].T
    np.testing.assert_allclose(found * (np.abs(made).max() / np.abs(found).max()), made, atol=1e-4)


def test_nothing_is_mutated(waves):
    before = [wave.copy() for wave in waves]
    transfer(*waves, sample_rate=RATE, **QUICK)
    for wave, kept in zip(waves, before, strict=True):
        np.testing.assert_array_equal(wave, kept)


def test_without_strength_it_is_the_content_and_between_a_mix(waves):
    content = waves[0]
    none, half, full = (transfer(*waves, sample_rate=RATE, strength=s, **QUICK) for s in (0.0, 0.5, 1.0))
    np.testing.assert_allclose(none, content, atol=1e-6)
    share = float((half @ (content + full)) / np.square(content + full).sum())
    np.testing.assert_allclose(half, share * (content + full), atol=1e-6)
    assert 0.5 <= share <= 1  # the more they differ, the more the mixture is turned up


def test_a_silent_channel_stays_silent_and_a_silent_content_too(waves):
    content, style = waves
    made = transfer(np.stack([content, 0 * content]), style, sample_rate=RATE, **QUICK)
    assert np.abs(made[1]).max() < 2e-4 < np.abs(made[0]).max()
    assert not transfer(0 * content, style, sample_rate=RATE).any()


def test_a_style_of_another_rate_is_the_same_style(waves):
    content, style = waves
    faster = resample(style[None], RATE, 2 * RATE)
    one = transfer(content, style, sample_rate=RATE, match=0.0, method="musaicing")
    other = transfer(content, faster, sample_rate=RATE, style_rate=2 * RATE, match=0.0, method="musaicing")
    np.testing.assert_allclose(other, one, atol=0.02)


def test_shifting_the_style_in_time_changes_little(waves):
    content, style = waves
    one, other = (
        transfer(content, np.roll(style, shift), sample_rate=RATE, method="gram", match=0.0)
        for shift in (0, 1500)
    )
    np.testing.assert_allclose(other, one, atol=0.03)


@pytest.mark.parametrize("method", ["musaicing", "gram"])
@pytest.mark.parametrize("samples", [1, 2, 600])
def test_a_few_samples_of_either(waves, method, samples):
    content, style = waves
    for pair in ((content[100 : 100 + samples], style), (content[:900], style[100 : 100 + samples])):
        made = transfer(*pair, sample_rate=RATE, method=method, **FEW)
        assert made.shape == pair[0].shape and np.isfinite(made).all()


@pytest.mark.parametrize(
    ("content", "style", "message"),
    [
        (np.zeros(0), np.ones(9), "the content must have shape"),
        (np.ones(9), np.ones((1, 2, 3)), "style 1 must have shape"),
        (np.array([0.1, np.nan]), np.ones(9), "the content holds NaN"),
        (np.ones(9), [np.ones(9), np.array([np.inf])], "style 2 holds NaN or infinite"),
        (np.ones(9), [], "no style"),
    ],
)
def test_what_is_no_wave_is_refused(content, style, message):
    with pytest.raises(ShapeError, match=message):
        transfer(content, style, sample_rate=RATE)


def test_a_silent_style_is_refused(waves):
    with pytest.raises(AudiostyleError, match="style 1: is silent"):
        transfer(waves[0], 0 * waves[1], sample_rate=RATE)


def test_strength_is_a_fraction(waves):
    with pytest.raises(ShapeError, match="strength must lie between 0 and 1"):
        transfer(*waves, sample_rate=RATE, strength=1.5)


def test_options_that_are_none_are_the_defaults(waves):
    one, other = (transfer(*waves, sample_rate=RATE, **QUICK, **more) for more in ({}, {"match": None}))
    np.testing.assert_array_equal(one, other)


def test_a_file_gives_what_its_samples_give(files, waves, tmp_path):
    told = []
    out = tmp_path / "out.wav"
    report = transfer_file(files[0], files[1], out, progress=lambda *t: told.append(t), **QUICK)
    made, rate = soundfile.read(out, dtype="float32")
    np.testing.assert_allclose(made, transfer(*waves, sample_rate=RATE, **QUICK), atol=1e-6)
    assert (rate, report.channels, report.seconds) == (RATE, 1, len(made) / RATE)
    assert report.styles == (str(files[1]),) and soundfile.info(out).subtype == "FLOAT"
    assert told[-1] == (pytest.approx(report.seconds), pytest.approx(report.seconds))


def test_a_bad_style_file_is_called_by_its_name_and_leaves_no_output(files, tmp_path):
    silent, out = tmp_path / "rain.wav", tmp_path / "out.wav"
    soundfile.write(silent, np.zeros(100), RATE)
    with pytest.raises(AudiostyleError, match=r"rain\.wav: is silent"):
        transfer_file(files[0], [silent], out)
    with pytest.raises(AudioReadError, match=r"gone\.wav: no such file"):
        transfer_file(files[0], [tmp_path / "gone.wav"], out)
    buffer = io.BytesIO()
    soundfile.write(buffer, np.full(50, np.nan), RATE, format="WAV", subtype="FLOAT")
    silent.write_bytes(buffer.getvalue())
    with pytest.raises(AudioReadError, match="not a finite number"):
        transfer_file(files[0], [silent], out)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["content.wav", "rain.wav", "style.wav"]


def test_one_style_or_several_can_be_given(files, waves, tmp_path):
    one, several = tmp_path / "one.wav", tmp_path / "several.wav"
    transfer_file(files[0], str(files[1]), one, **QUICK)
    transfer_file(files[0], [files[1]], several, **QUICK)
    assert soundfile.read(one)[0].tolist() == soundfile.read(several)[0].tolist()
    content, style = waves
    alone, listed = (transfer(content, given, sample_rate=RATE, **QUICK) for given in (style, [style]))
    np.testing.assert_array_equal(alone, listed)


def test_layouts_and_types_are_taken_for_what_they_plainly_are(waves):
    content, style = np.stack([waves[0], 0.5 * waves[0]]), waves[1]
    made = transfer(content, style, sample_rate=RATE, **QUICK)
    turned = transfer(content.T, np.stack([style, style], axis=1), sample_rate=float(RATE), **QUICK)
    np.testing.assert_array_equal(turned, made.T)
    reversed_, listed = content[:, ::-1][:, ::-1], style.tolist()
    np.testing.assert_array_equal(transfer(reversed_, listed, sample_rate=RATE, **QUICK), made)
    steps = [np.rint(32768 * wave).astype(np.int16) for wave in (content, style)]
    whole = transfer(*steps, sample_rate=RATE, **QUICK)
    made = transfer(*(wave / np.float32(32768) for wave in steps), sample_rate=RATE, **QUICK)
    assert whole.dtype == np.int16
    np.testing.assert_allclose(whole / 32768, made, atol=0.51 / 32768)


@pytest.mark.parametrize(
    "options",
    [
        {"strength": np.nan}, {"strength": "1"}, {"strength": None}, {"strength": 1.5},
        {"match": np.nan}, {"match": "all"}, {"iterations": np.inf}, {"iterations": 2.5}, {"iterations": -1},
        {"polyphony": 0}, {"repetition": "x"}, {"continuity": np.nan}, {"seed": -1}, {"seed": "x"},
        {"seed": 2**64}, {"weights": "1"}, {"weights": [np.nan]}, {"weights": 1},
        {"sample_rate": 0}, {"sample_rate": -RATE}, {"sample_rate": np.nan}, {"sample_rate": "4000"},
        {"sample_rate": None}, {"sample_rate": 4000.5}, {"style_rate": 0}, {"style_rate": "x"},
        {"device": 3.5}, {"device": None}, {"method": None}, {"method": ["wct"]},
        {"method": "wct", "alpha": np.nan}, {"method": "wct", "levels": "21"}, {"method": "wct", "levels": 3},
        {"method": "gram", "lags": [np.nan]}, {"method": "gram", "lags": 1},
        {"method": "ulyanov", "memory_limit": np.nan}, {"method": "ulyanov", "rounds": "many"},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_number_in_its_range_is_one_line(waves, options):
    with pytest.raises(AudiostyleError, match=r"^[^\n]+$"):
        transfer(*waves, **{"sample_rate": RATE, "method": "musaicing", **options})


def test_a_result_replaces_neither_content_nor_style(files, tmp_path):
    content, style = files
    link = tmp_path / "link.wav"
    link.symlink_to(style)
    before = content.read_bytes(), style.read_bytes()
    for out in (content, tmp_path / "." / "content.wav", style, link):
        with pytest.raises(AudiostyleError, match="is an input too"):
            transfer_file(content, style, out, **QUICK)
    assert (content.read_bytes(), style.read_bytes()) == before


def test_a_device_that_is_not_there_is_refused_before_work_starts(waves, files, tmp_path):
    with pytest.raises(AudiostyleError, match="device 'nowhere' does not work here"):
        transfer(*waves, sample_rate=RATE, device="nowhere")
    with pytest.raises(AudiostyleError, match="device 'nowhere' does not work here"):
        transfer_file(files[0], files[1], tmp_path / "out.wav", device="nowhere")
    assert not (tmp_path / "out.wav").exists()


def test_a_tensor_comes_back_to_its_device(waves, fake_device):
    content = torch.from_numpy(waves[0]).to(fake_device)
    made = transfer(content, torch.from_numpy(waves[1]), sample_rate=RATE, device="cpu", **QUICK)
    assert made.device == content.device and made.shape == content.shape


def test_a_file_says_how_it_was_made(files, tmp_path):
    out = tmp_path / "out.wav"
    transfer_file(files[0], files[1], out, method="wct", alpha=0.5, levels=None)
    with soundfile.SoundFile(out) as file:
        comment = file.comment
    assert comment.startswith("audiostyle ") and comment.endswith(", wct, alpha 0.5")


def test_a_result_that_cannot_be_written_is_found_before_the_recording_is_heard(files, tmp_path, monkeypatch):
    def hear(*_, **__):
        raise AssertionError("the recording was heard")

    module = sys.modules["audiostyle.spectrogram.transfer"]  # the package's attribute is the function
    monkeypatch.setattr(module, "apply_method", hear)
    monkeypatch.setattr(module, "_read_style", hear)
    (tmp_path / "a file").touch()
    for name in ("a file/out.wav", "x" * 300 + ".wav", "out.mp3", "out.xyz"):  # MP3 has no rate of 4000 Hz
        with pytest.raises(AudiostyleError, match=name):
            transfer_file(*files, tmp_path / name, **QUICK)
    assert {path.name for path in tmp_path.iterdir()} == {"a file", "content.wav", "style.wav"}
