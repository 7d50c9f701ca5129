"""The work of ``evaluate``: it loads what its measures need, nothing else, and can go to other processes."""

import pickle

import pytest
from studies import write_sounds

from audiostyle.cli.jobs.evaluate import EvaluateJob, EvaluateTask, make_embedders, make_transcriber
from audiostyle.evaluate.items import measure_item
from audiostyle.evaluate.measures import choose_measures
from audiostyle.evaluate.pairing import match_items
from audiostyle.spectrogram.embedding import embed_recording


def test_features_of_spectrograms_are_loaded_only_where_a_measure_compares_them():
    named = choose_measures(("fad", "grain"), "sound", {"truth"})
    assert make_embedders(named) == {"spectrogram": embed_recording}
    assert make_embedders(choose_measures(("fad",), "sound", {"truth"})) == {}


@pytest.mark.parametrize(("names", "wanted"), [(("lsd",), False), (("lsd", "notes"), True)])
def test_notes_are_found_only_where_a_measure_compares_them(names, wanted):
    assert (make_transcriber(choose_measures(names, "sound", {"truth"})) is not None) == wanted


def test_a_job_measures_what_the_library_does_also_after_a_journey(tmp_path):
    folders = write_sounds(tmp_path, systems=("ours", "truth"), items=("a",))
    paths = match_items(folders, "sound").items["a"]
    job, task = pickle.loads(
        pickle.dumps((EvaluateJob(("ours",), ("lsd", "loudness")), EvaluateTask("a", paths)))
    )
    job.prepare()
    assert job(task, lambda done, total: None) == measure_item("a", paths, ("ours",), job.measures)
    assert task.list_files() == []
