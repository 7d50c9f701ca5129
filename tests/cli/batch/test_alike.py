"""Inputs that are called alike are all made, under names that differ and are the same in every run."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.cli.batch.alike import describe_alike, fold_name, tell_apart
from audiostyle.cli.batch.inputs import InputFile
from audiostyle.cli.batch.pictures import PictureNaming
from audiostyle.cli.batch.plan import plan_batch
from audiostyle.cli.batch.transfers import TransferNaming
from audiostyle.cli.batch.translations import TranslationNaming


def plan(folder, names, naming, **settings):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return plan_batch([str(folder)], ["new"], naming, **settings)


def outputs(result):
    return sorted(os.path.relpath(path) for task in result.tasks for path in task.list_files())


@pytest.mark.parametrize(
    ("naming", "names", "expected"),
    [
        (TranslationNaming("out"), ["song.wav", "song.mka"], ["song.mka.new.wav", "song.wav.new.wav"]),
        (TransferNaming("out"), ["song.mp4", "song.mkv"], ["song.mkv.new.wav", "song.mp4.new.wav"]),
        (PictureNaming("out"), ["a.gif", "a.png"], ["a.gif.new.png", "a.png.new.png"]),
    ],
)
def test_every_verb_makes_both_and_says_so(tmp_path, monkeypatch, naming, names, expected):
    monkeypatch.chdir(tmp_path)
    result = plan(Path("in"), [*names, "z" + Path(names[0]).suffix], naming)
    assert outputs(result)[: len(expected)] == [f"out/{name}" for name in expected]
    assert len(result.tasks) == 3 and not result.problems
    [notice] = result.notices
    assert all(name in notice for name in expected) and "in/z" not in notice


def test_names_that_do_not_meet_stay_as_they_are(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = plan(Path("in"), ["a.wav", "a.flac", "x/a.wav"], TranslationNaming("out"))
    assert outputs(result) == ["out/a.new.flac", "out/a.new.wav", "out/x/a.new.wav"]
    assert not result.notices


def test_notes_and_plots_are_told_apart_as_well(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = plan(Path("in"), ["a.wav", "a.flac"], TranslationNaming("out", midi="notes"))
    assert [path for path in outputs(result) if path.startswith("notes")] == [
        "notes/a.flac.mid",
        "notes/a.wav.mid",
    ]
    result = plan(Path("in"), [], TransferNaming("out", plot="plots"))
    assert len(set(outputs(result))) == 4


def test_names_that_differ_in_case_alone_are_one_on_many_disks(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = plan(Path("in"), ["Song.wav", "song.wav", "SONG.flac"], TranslationNaming("out", format="wav"))
    assert len({fold_name(path) for path in outputs(result)}) == len(result.tasks) >= 2


def test_a_rerun_skips_all_and_a_run_in_the_folder_itself_takes_no_result_for_an_input(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = ["song.wav", "song.mka", "Song.mkv", "b.wav"]
    naming = TranslationNaming("in")
    made = outputs(plan(Path("in"), names, naming))
    again = plan(Path("in"), [Path(path).name for path in made], naming, skip_existing=True)
    assert not again.tasks and sorted(skipped.output for skipped in again.skipped) == made


def test_a_result_of_before_there_were_two_is_no_input(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = plan(Path("in"), ["a.wav", "a.new.wav", "a.mka"], TranslationNaming("in"), overwrite=True)
    assert sorted(Path(task.input).name for task in result.tasks) == ["a.mka", "a.wav"]


names = st.lists(
    st.sampled_from(
        ["a.wav", "A.wav", "a.WAV", "a.m4a", "a.wav.m4a", "a.m4a.wav", "b.mp4", "b.aac", "é.wav"]
    ),
    unique=True,
)


@given(names, st.randoms())
def test_names_depend_on_the_folder_alone(names, rng):
    def name(order):
        named = sources = [InputFile(f"in/{name}", Path()) for name in order]
        for _ in range(5):
            files = [[f"out/{source.stem}.wav"] for source in named]
            named = tell_apart(named, files)
        return {source.path: file for source, [file] in zip(sources, files, strict=True)}

    shuffled = rng.sample(names, len(names))
    assert name(names) == name(shuffled)
    assert len({fold_name(file) for file in name(names).values()}) == len(names)


def test_a_long_list_is_cut():
    line = describe_alike([(f"in/{index}.wav", f"{index}.wav") for index in range(500)])
    assert len(line) < 300 and "496 more" in line
