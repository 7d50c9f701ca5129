"""Whole folders: means over items, systems compared on what both have, failures that stop nothing."""

import numpy as np
import pytest
import soundfile
from studies import RATE, write_pictures, write_sounds

from audiostyle.errors import AudiostyleError
from audiostyle.evaluate.corpora import measure_systems
from audiostyle.evaluate.measures import choose_measures
from audiostyle.evaluate.pairing import match_items

ITEMS = tuple("abcde")


@pytest.fixture
def pictures(tmp_path):
    folders = write_pictures(tmp_path, systems=("ours", "theirs", "truth"), items=ITEMS)
    for item in ITEMS:  # ours are perfect
        (folders["ours"] / f"{item}.png").write_bytes((folders["truth"] / f"{item}.png").read_bytes())
    return match_items(folders, "picture").items


def test_means_and_comparisons(pictures):
    measures = choose_measures(("ssim", "colors"), "picture", {"truth"})
    done = []
    scores = measure_systems(pictures, ("ours", "theirs"), measures, progress=lambda *args: done.append(args))
    assert scores.estimates["ssim"]["ours"].mean == pytest.approx(1)
    values = list(scores.values["ssim"]["theirs"].values())
    assert scores.estimates["ssim"]["theirs"].mean == pytest.approx(np.mean(values)) and len(values) == 5
    (found,) = scores.comparisons["ssim"]
    assert (found.one, found.other, found.holds) == ("ours", "theirs", True)
    assert scores.failures == () and done[-1] == (10, 10) and scores.compared_with["colors"] == "truth"


def test_what_fails_is_told_and_the_rest_goes_on(tmp_path):
    folders = write_sounds(tmp_path, systems=("ours", "truth"), items=ITEMS)
    soundfile.write(folders["ours"] / "b.wav", np.ones(100) * 0.1, RATE)
    (folders["ours"] / "c.wav").write_bytes(b"no sound")
    measures = choose_measures(("loudness",), "sound", {"truth"})
    scores = measure_systems(match_items(folders, "sound").items, ("ours",), measures)
    assert [failure.item for failure in scores.failures] == ["b", "c"]
    assert scores.estimates["loudness"]["ours"].count == 3 and scores.comparisons["loudness"] == ()


@pytest.mark.parametrize(("name", "embedding"), [("fad", "timbre"), ("grain", "spectrogram")])
def test_sets_have_one_distance_with_an_interval(tmp_path, name, embedding):
    folders = write_sounds(tmp_path, systems=("ours", "theirs", "truth"), items=ITEMS)
    for system, level in {"ours": 1, "theirs": 4, "truth": 0}.items():
        for number, item in enumerate(ITEMS):
            values = np.array([level, number] * 50) / 16
            soundfile.write(folders[system] / f"{item}.wav", values, RATE, subtype="FLOAT")
    measures = choose_measures((name,), "sound", {"truth"})
    scores = measure_systems(
        match_items(folders, "sound").items,
        ("ours", "theirs"),
        measures,
        embedders={embedding: lambda wave, rate: 16 * wave[:2]},
    )
    assert [scores.estimates[name][system].mean for system in ("ours", "theirs")] == pytest.approx(
        [1, 4], abs=1e-6
    )
    assert name not in scores.comparisons


def test_an_embedding_that_is_missing_is_named(tmp_path):
    folders = write_sounds(tmp_path, systems=("ours", "truth"), items=ITEMS)
    measures = choose_measures(("grain",), "sound", {"truth"})
    with pytest.raises(AudiostyleError, match="grain needs an embedding 'spectrogram'"):
        measure_systems(match_items(folders, "sound").items, ("ours",), measures)


def test_if_nothing_can_be_measured_it_is_one_line(tmp_path):
    folders = write_sounds(tmp_path, systems=("ours", "truth"), items=("a",))
    (folders["ours"] / "a.wav").write_bytes(b"no sound")
    with pytest.raises(AudiostyleError, match="nothing could be measured"):
        measure_systems(
            match_items(folders, "sound").items, ("ours",), choose_measures(("loudness",), "sound", {"truth"})
        )
