"""A plan loses nothing: no input is replaced, no output written twice, nothing overwritten unasked."""

import os
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.cli.batch.plan import SkippedOutput, plan_batch
from audiostyle.cli.batch.translations import TranslationNaming
from audiostyle.cli.console import UsageError


def touch(*paths: str) -> None:
    for path in paths:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).touch()


def outputs(result):
    return sorted(chain.from_iterable(task.list_files() for task in result.tasks))


def test_one_output_for_each_input_and_domain():
    touch("a.wav", "b.flac")
    result = plan_batch(["a.wav", "b.flac"], ["piano", "organ", "piano"], TranslationNaming())
    assert outputs(result) == ["a.organ.wav", "a.piano.wav", "b.organ.flac", "b.piano.flac"]


def test_a_tree_is_mirrored():
    touch("in/a.wav", "in/deep/a.wav")
    result = plan_batch(["in"], ["piano"], TranslationNaming(out="out", midi="notes"))
    expected = ["notes/a.mid", "notes/deep/a.mid", "out/a.piano.wav", "out/deep/a.piano.wav"]
    assert outputs(result) == [str(Path(path)) for path in expected]


def test_the_results_of_a_former_run_are_not_inputs_of_the_next():
    touch("a.wav", "a.piano.wav", "a.organ.wav")
    result = plan_batch(["."], ["piano", "organ"], TranslationNaming(), overwrite=True)
    assert [Path(task.input).name for task in result.tasks] == ["a.wav"]


@pytest.mark.parametrize("out", ["a.wav", "./a.wav", "link.wav", "hard.wav", "folder/../a.wav"])
def test_an_output_never_replaces_an_input(out):
    touch("a.wav", "folder/x")
    os.symlink("a.wav", "link.wav")
    os.link("a.wav", "hard.wav")
    with pytest.raises(UsageError, match=r"would replace the input a\.wav"):
        plan_batch(["a.wav"], ["piano"], TranslationNaming(out=out), overwrite=True)


def test_not_even_another_input():
    touch("a.wav", "a.piano.wav")
    with pytest.raises(UsageError, match=r"would replace the input a\.piano\.wav"):
        plan_batch(["a.wav", "a.piano.wav"], ["piano"], TranslationNaming(), overwrite=True)


@pytest.mark.parametrize(
    ("inputs", "domains", "naming"),
    [
        (["a/x.wav", "b/x.wav"], ["piano"], TranslationNaming()),
        (["a/x.wav", "a/x.flac"], ["piano"], TranslationNaming(filename="new.{ext}", format="wav")),
        (["a/x.wav"], ["piano", "organ"], TranslationNaming(filename="{stem}.new.{ext}")),
        (["a/x.wav", "b/x.wav"], ["piano"], TranslationNaming(out="out.wav")),
        (["a/x.wav", "gone.wav"], ["piano"], TranslationNaming(out="out.wav")),
        (["a"], ["piano"], TranslationNaming(out="-")),
        (
            ["a/x.wav", "b/x.wav"],
            ["piano"],
            TranslationNaming(midi="out.mid", filename="{domain}.{stem}.wav"),
        ),
    ],
)
def test_two_results_in_one_file_are_refused_before_work_starts(inputs, domains, naming):
    touch("a/x.wav", "a/x.flac", "b/x.wav")
    with pytest.raises(UsageError, match="cannot share one file"):
        plan_batch(inputs, domains, naming)


def test_what_exists_is_kept_unless_asked():
    touch("a.wav", "b.wav", "a.piano.wav")
    unasked = plan_batch(["a.wav", "b.wav"], ["piano", "organ"], TranslationNaming())
    skipping = plan_batch(["a.wav", "b.wav"], ["piano", "organ"], TranslationNaming(), skip_existing=True)
    replacing = plan_batch(["a.wav", "b.wav"], ["piano", "organ"], TranslationNaming(), overwrite=True)
    assert outputs(unasked) == ["b.organ.wav", "b.piano.wav"]
    assert [problem.input for problem in unasked.problems] == ["a.wav"]
    assert "a.piano.wav: exists already; use --overwrite" in unasked.problems[0].message
    assert outputs(skipping) == ["a.organ.wav", "b.organ.wav", "b.piano.wav"]
    assert skipping.skipped == [SkippedOutput("a.wav", "piano", "a.piano.wav")]
    assert outputs(replacing) == ["a.organ.wav", "a.piano.wav", "b.organ.wav", "b.piano.wav"]


def test_a_midi_file_that_exists_is_kept_too():
    touch("a.wav", "a.mid")
    assert plan_batch(["a.wav"], ["piano"], TranslationNaming(midi="a.mid")).problems
    [task] = plan_batch(["a.wav"], ["piano"], TranslationNaming(midi="a.mid"), skip_existing=True).tasks
    assert task.midi is None


def test_contradictions_are_refused():
    touch("a.wav")
    with pytest.raises(UsageError, match="exclude each other"):
        plan_batch(["a.wav"], ["piano"], TranslationNaming(), overwrite=True, skip_existing=True)


names = st.lists(
    st.sampled_from(["a.wav", "b.wav", "a.flac", "a.piano.wav", "x/a.wav", "x/y/b.mp3"]), unique=True
)


@given(names, st.sets(st.sampled_from(["piano", "organ"]), min_size=1), st.sampled_from([None, "out", "."]))
def test_whatever_lies_in_a_folder_nothing_is_lost(tmp_path_factory, files, domains, out):
    folder = tmp_path_factory.mktemp("in")
    touch(*(str(folder / file) for file in files))
    naming = TranslationNaming(out=str(folder / out) if out else None)
    result = plan_batch([str(folder)], sorted(domains), naming, overwrite=True)
    written = [os.path.realpath(path) for path in outputs(result)]
    assert len(set(written)) == len(written)
    assert not set(written) & {os.path.realpath(task.input) for task in result.tasks}
