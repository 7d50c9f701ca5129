"""The work of ``translate``: what is asked for reaches the library, and the model is loaded once."""

import inspect
import pickle
import sys

import pytest

from audiostyle.cli.batch.plan import BatchTask
from audiostyle.cli.jobs.translate import TranslateJob


@pytest.mark.parametrize("strength", ["--strength", "--mix"])
def test_options_reach_the_translator(audiostyle, song, monkeypatch, strength):
    import fake_translator

    calls = []
    translate_file = fake_translator.Translator.translate_file
    monkeypatch.setattr(
        fake_translator.Translator,
        "translate_file",
        lambda self, *files, **options: calls.append(options) or translate_file(self, *files, **options),
    )
    arguments = ["--segment", "5", "--transpose", "-3", strength, "0.5", "--keep-drums", "--seed", "7"]
    assert audiostyle("translate", song("song.wav"), "-d", "piano", *arguments).code == 0
    expected = {"segment": 5.0, "transpose": -3, "strength": 0.5, "keep_drums": True, "seed": 7}
    assert {name: calls[0][name] for name in expected} == expected
    short = audiostyle("translate", song("song.wav"), "-d", "piano", "--segment", "0.5", "--overwrite")
    assert short.code == 2 and "--segment" in short.err


def test_the_model_is_loaded_once_for_a_batch(audiostyle, song, monkeypatch):
    import fake_translator

    monkeypatch.setattr(fake_translator.Translator, "loaded", 0)
    audiostyle("translate", song("a.wav"), song("b.wav"), "-d", "piano")
    assert fake_translator.Translator.loaded == 1


def test_every_option_of_the_library_is_one_here_with_the_same_default(audiostyle, song, monkeypatch):
    monkeypatch.delitem(sys.modules, "audiostyle.translation.translator")
    from audiostyle.cli.batch import run
    from audiostyle.translation.translator import Translator

    seen = []
    monkeypatch.setattr(run, "run_batch", lambda plan, job, *rest, **options: seen.append(job.options) or 0)
    assert audiostyle("translate", song("song.wav"), "-d", "piano").code == 0
    parameters = inspect.signature(Translator.translate_file).parameters.values()
    options = {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY}
    of_each_task = {"domain", "midi", "parts", "progress", "stems"}
    assert seen == [{name: value for name, value in options.items() if name not in of_each_task}]


def test_a_loaded_model_does_not_travel_to_other_processes(song):
    """A job is pickled before it is used: its process loads the model for itself."""
    job = TranslateJob("tiny", "cpu", {"seed": 3})
    assert pickle.loads(pickle.dumps(job)) == job
    job.prepare()
    report = job(BatchTask(str(song("song.wav")), {"piano": "out.wav"}), lambda done, total: None)
    assert report.outputs == {"piano": "out.wav"}


def test_the_folder_of_the_notes_is_made(song, workplace):
    job = TranslateJob("tiny", "cpu", {})
    job.prepare()
    task = BatchTask(str(song("song.wav")), {"piano": "out.wav"}, midi="notes/song.mid")
    job(task, lambda done, total: None)
    assert (workplace / "notes" / "song.mid").is_file()


@pytest.mark.parametrize(
    "follow", [["--follow", "pitch,level"], ["--follow", "pitch", "--follow", "level"], []]
)
def test_the_playing_reaches_the_translator(audiostyle, song, monkeypatch, follow):
    from audiostyle.cli.batch import run

    seen = []
    monkeypatch.setattr(run, "run_batch", lambda plan, job, *rest, **options: seen.append(job.options) or 0)
    assert audiostyle("translate", song("song.wav"), "-d", "piano", "--expression", "0.5", *follow).code == 0
    assert seen[0]["expression"] == 0.5 and seen[0]["follow"] == ("level", "pitch")
    assert audiostyle("translate", song("song.wav"), "-d", "piano", "--follow", "pitch").code == 0
    assert seen[1]["expression"] == 1.0 and seen[1]["follow"] == ("pitch",)


@pytest.mark.parametrize("wrong", [["--expression", "1.1"], ["--expression", "nan"], ["--follow", "levels"]])
def test_playing_that_cannot_be_is_refused_before_work(audiostyle, song, wrong):
    refused = audiostyle("translate", song("song.wav"), "-d", "piano", *wrong)
    assert refused.code == 2 and wrong[0] in refused.err and "Traceback" not in refused.err
