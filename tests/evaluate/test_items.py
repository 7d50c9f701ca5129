"""Items are measured each for itself: in whatever order and process, the whole is the same."""

import pickle
import random

import numpy as np
import pytest
from studies import write_pictures, write_sounds

from audiostyle.errors import AudiostyleError
from audiostyle.evaluate.corpora import gather_scores, measure_systems
from audiostyle.evaluate.items import ItemScores, measure_item
from audiostyle.evaluate.measures import choose_measures
from audiostyle.evaluate.pairing import match_items

SYSTEMS = ("ours", "theirs")


@pytest.fixture
def pictures(tmp_path):
    folders = write_pictures(tmp_path, systems=(*SYSTEMS, "truth"), items=tuple("abcd"))
    return match_items(folders, "picture").items


def test_the_whole_is_made_of_its_items_whoever_measured_them(pictures):
    measures = choose_measures(("ssim", "colors"), "picture", {"truth"})
    whole = measure_systems(pictures, SYSTEMS, measures, seed=3)
    order = list(pictures)
    random.Random(1).shuffle(order)
    found = {
        name: pickle.loads(pickle.dumps(measure_item(name, pictures[name], SYSTEMS, measures)))
        for name in order
    }
    assert gather_scores([found[name] for name in pictures], SYSTEMS, measures, {"truth"}, seed=3) == whole


def test_what_fails_of_one_system_is_a_failure_of_that_alone(pictures):
    measures = choose_measures(("ssim",), "picture", {"truth"})
    pictures["a"]["theirs"].write_bytes(b"no picture")
    done = []
    scores = measure_item("a", pictures["a"], SYSTEMS, measures, progress=lambda *news: done.append(news))
    assert [(one.system, one.item, one.measure) for one in scores.failures] == [("theirs", "a", "ssim")]
    assert scores.values.keys() == {("ssim", "ours")} and done == [(1, 2), (2, 2)]


def test_companions_of_sets_are_embedded_once(tmp_path):
    folders = write_sounds(tmp_path, systems=(*SYSTEMS, "truth"), items=("a",))
    calls = []

    def embed(wave, rate):
        calls.append(wave)
        return wave[:2]

    paths = match_items(folders, "sound").items["a"]
    measures = choose_measures(("grain",), "sound", {"truth"})
    scores = measure_item("a", paths, SYSTEMS, measures, embedders={"spectrogram": embed})
    assert len(calls) == 3 and scores.points.keys() == {("grain", "ours"), ("grain", "theirs")}
    np.testing.assert_array_equal(scores.wanted["grain"], calls[1][:2])


def test_items_of_which_nothing_is_known_leave_nothing():
    measures = choose_measures(("ssim",), "picture", {"truth"})
    with pytest.raises(AudiostyleError, match="too few files"):
        gather_scores([ItemScores("a")], SYSTEMS, measures, {"truth"})
