"""Folders of notes: keys and velocities are shared out without gaps, and what is odd is said."""

from pathlib import Path

import pytest

from audiostyle.errors import TrainingError
from audiostyle.music.samples.folder import looks_sampled, read_folder


def touch(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).touch()
    return folder


def test_every_key_plays_the_nearest_recording(tmp_path):
    instrument = read_folder(touch(tmp_path, "C4.wav", "E4.wav", "C5.flac"))
    assert instrument.range == (58, 74)
    for key in range(58, 75):
        (zone,) = instrument.find_zones(key, 64)
        assert abs(zone.pitch - key) == min(abs(pitch - key) for pitch in (60, 64, 72))


@pytest.mark.parametrize(
    ("names", "ends"),
    [
        (("C4v1", "C4v2", "C4v3", "C4v4"), [32, 64, 95, 127]),  # layers, of equal width
        (("C4v40", "C4v80", "C4v127"), [60, 103, 127]),  # velocities, to the middle between two
        (("C4_p", "C4_f"), [64, 127]),
    ],
)
def test_dynamics_share_all_velocities(tmp_path, names, ends):
    second = [name.replace("C4", "C5") for name in names]
    instrument = read_folder(touch(tmp_path, *[f"{name}.wav" for name in (*names, *second)]))
    zones = [zone for zone in instrument.zones if zone.pitch == 60]
    assert [zone.velocities[1] for zone in zones] == ends
    for velocity in range(1, 128):
        assert sum(zone.contains(60, velocity) for zone in zones) == 1


def test_layers_carry_their_level_themselves(tmp_path):
    one = read_folder(touch(tmp_path, "C4.wav", "C5.wav"))
    (tmp_path / "two").mkdir()
    two = read_folder(touch(tmp_path / "two", "C4v1.wav", "C4v2.wav", "C5v1.wav"))
    assert {zone.tracking for zone in one.zones} == {1.0}
    assert all(zone.tracking < 1 for zone in two.zones)


def test_a_layer_with_gaps_still_plays_every_key(tmp_path):
    instrument = read_folder(touch(tmp_path, "C4v1.wav", "C4v2.wav", "C5v2.wav"))
    assert instrument.find_zones(72, 10)[0].path.name in ("C5v2.wav", "C4v1.wav")


def test_what_is_odd_is_said(tmp_path):
    instrument = read_folder(touch(tmp_path, "C2.wav", "c2.flac", "C4.wav", "room tone.wav"))
    text = "\n".join(instrument.remarks)
    assert "room tone.wav" in text
    assert "same note" in text
    assert "between the keys 36 and 60" in text


def test_too_little(tmp_path):
    with pytest.raises(TrainingError, match="named by their pitches"):
        read_folder(touch(tmp_path, "C4.wav", "song.wav"))


def test_releases(tmp_path):
    instrument = read_folder(touch(tmp_path, "C4.wav", "C5.wav", "rel40.wav"))
    (noise,) = instrument.find_zones(60, 100, on_release=True)
    assert noise.path.name == "rel40.wav"
    assert noise.gain < 0.02


@pytest.mark.parametrize(
    ("names", "sampled"),
    [
        (("C4.wav", "D4.wav", "E4.wav"), True),
        (("take1.wav", "take2.wav", "take3.wav"), False),
        (("01 song.wav", "02 song.wav", "03 song.wav", "C4.wav"), False),
        ((), False),
    ],
)
def test_songs_are_no_notes(tmp_path, names, sampled):
    assert looks_sampled(touch(tmp_path, *names)) == sampled
