"""Stimuli: the same sound under a name that tells nothing, as loud as wanted, and plainly worse for traps."""

import numpy as np
import pytest
import soundfile
from PIL import Image
from studies import RATE, write_pictures, write_sounds

from audiostyle.errors import AudiostyleError
from audiostyle.sound.loudness import measure_loudness
from audiostyle.study.material import LONGEST_SIDE, degrade_picture, degrade_sound, prepare_material


def test_every_version_is_there_as_it_was_and_its_name_tells_nothing(tmp_path):
    folders = write_sounds(tmp_path / "in")
    found = prepare_material(tmp_path / "study", folders, source=folders["ours"])
    assert found.medium == "sound" and found.items == ("a", "b")
    plain = [s for s in found.stimuli if not s.degraded]
    assert {(s.system, s.item) for s in plain} == {(s, i) for s in ("ours", "theirs", "source") for i in "ab"}
    for stimulus in plain:
        wave, rate = soundfile.read(tmp_path / "study" / stimulus.file)
        folder = folders.get(stimulus.system, folders["ours"])
        np.testing.assert_allclose(wave, soundfile.read(folder / f"{stimulus.item}.wav")[0], atol=1e-4)
        assert rate == RATE and stimulus.system not in stimulus.file
    sizes = {path.stat().st_mtime for path in (tmp_path / "study" / "media").iterdir()}
    assert sizes and len({s.key for s in found.stimuli}) == len(found.stimuli)


def test_loudness_is_remarked_and_aligned_on_request(tmp_path):
    folders = write_sounds(tmp_path / "in")
    plain = prepare_material(tmp_path / "one", folders)
    assert any("differ in loudness" in remark for remark in plain.remarks)
    aligned = prepare_material(tmp_path / "two", folders, align_loudness=True)
    assert not any("loudness" in remark for remark in aligned.remarks)
    for item in "ab":
        levels = [
            measure_loudness(soundfile.read(tmp_path / "two" / s.file)[0], RATE)
            for s in aligned.stimuli
            if s.item == item and not s.degraded
        ]
        assert np.ptp(levels) < 0.05


def test_lengths_and_sizes_that_differ_are_remarked(tmp_path):
    folders = write_sounds(tmp_path / "sound")
    soundfile.write(folders["ours"] / "a.wav", np.full(4000, 0.1) * np.sin(np.arange(4000)), RATE)
    assert any(
        r.startswith("a: versions differ in length")
        for r in prepare_material(tmp_path / "1", folders).remarks
    )
    pictures = write_pictures(tmp_path / "picture")
    Image.new("RGB", (20, 20)).save(pictures["ours"] / "b.png")
    assert any(
        r.startswith("b: versions differ in size") for r in prepare_material(tmp_path / "2", pictures).remarks
    )


def test_pictures_lose_what_could_tell_and_large_ones_are_made_smaller(tmp_path):
    folders = write_pictures(tmp_path / "in")
    image = Image.new("RGB", (2 * LONGEST_SIDE, 50), "red")
    image.getexif()[0x0131] = "made by ours"
    for folder in folders.values():
        image.save(folder / "wide.jpg", exif=image.getexif())
    found = prepare_material(tmp_path / "study", folders)
    wide = next(s for s in found.stimuli if s.item == "wide")
    with Image.open(tmp_path / "study" / wide.file) as written:
        assert written.size == (LONGEST_SIDE, 25) and not written.getexif()


def test_traps_are_plainly_worse_and_as_loud(tmp_path):
    wave = 0.3 * np.sin(np.arange(8000) * 0.1)[None].astype(np.float32)
    worse = degrade_sound(wave, np.random.default_rng(0))
    error = worse - wave
    assert np.sqrt(np.mean(error**2)) > 0.3 * np.sqrt(np.mean(wave**2))
    assert np.sqrt(np.mean(worse**2)) == pytest.approx(np.sqrt(np.mean(wave**2)), rel=0.01)
    picture = np.random.default_rng(0).random((50, 60, 3)).astype(np.float32)
    blocks = degrade_picture(picture)
    assert blocks.shape == picture.shape and blocks.mean() == pytest.approx(picture.mean(), abs=1e-5)
    assert blocks.std() < 0.6 * picture.std()


def test_traps_are_of_different_items_and_systems(tmp_path):
    folders = write_sounds(tmp_path / "in", items=("a", "b", "c", "d", "e"))
    worse = [s for s in prepare_material(tmp_path / "study", folders).stimuli if s.degraded]
    assert len({s.item for s in worse}) == len(worse) == 4 and {s.system for s in worse} == {"ours", "theirs"}


def test_references_are_matched_or_one_for_all(tmp_path):
    folders = write_sounds(tmp_path / "in")
    style = write_sounds(tmp_path / "styles", systems=("style",), items=("a", "c"))["style"]
    found = prepare_material(tmp_path / "1", folders, reference=style)
    assert [s.item for s in found.stimuli if s.system == "reference"] == ["a"]
    assert any("nothing for 1 items" in remark for remark in found.remarks)
    found = prepare_material(tmp_path / "2", folders, reference=style / "c.wav")
    assert [s.item for s in found.stimuli if s.system == "reference"] == ["a", "b"]


def test_what_cannot_be_compared_is_refused(tmp_path):
    folders = write_sounds(tmp_path / "in")
    with pytest.raises(AudiostyleError, match="two or more"):
        prepare_material(tmp_path / "1", {"ours": folders["ours"]})
    soundfile.write(folders["ours"] / "a.wav", np.zeros(2000), RATE)
    with pytest.raises(AudiostyleError, match=r"a\.wav: is silent"):
        prepare_material(tmp_path / "2", folders)
    with pytest.raises(AudiostyleError, match="no loudness"):
        prepare_material(tmp_path / "3", write_pictures(tmp_path / "p"), align_loudness=True)
