"""A ledger knows what is done, across kills, and takes nothing else for it."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.cli.batch.ledger import NAME, Ledger, describe_files, open_ledger
from audiostyle.cli.batch.plan import BatchTask
from audiostyle.cli.console import UsageError
from audiostyle.errors import AudioWriteError

IDENTITY = {"command": "translate", "strength": 1.0}


@pytest.fixture
def task(tmp_path):
    (tmp_path / "a.wav").write_bytes(b"sound")
    return BatchTask(str(tmp_path / "a.wav"), {"piano": str(tmp_path / "a.piano.wav")})


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ledger"


def work(path, task, identity=IDENTITY, *, finished=True):
    """Do a task as a run does, and end."""
    ledger = Ledger(path, identity)
    ledger.begin([task])
    (output,) = task.outputs.values()
    with open(output, "w") as file:
        file.write("made")
    if finished:
        ledger.finish(task)
    ledger.close()


def look(path, task, identity=IDENTITY):
    ledger = Ledger(path, identity)
    state = ledger.find(task)
    ledger.close()
    return state


def test_the_next_run_knows_what_is_done_and_what_was_begun(path, task):
    assert look(path, task) is None
    work(path, task, finished=False)
    assert look(path, task) == "begun"
    work(path, task)
    assert look(path, task) == "done"


def test_nothing_is_written_twice(path, task):
    work(path, task)
    work(path, task)
    assert path.read_text().count('"begun"') == 1


@pytest.mark.parametrize("change", ["input", "touched", "identity", "output", "removed"])
def test_whatever_changes_is_not_done(path, task, change):
    work(path, task)
    identity = IDENTITY
    if change == "input":
        with open(task.input, "ab") as file:
            file.write(b"more")
    elif change == "touched":
        os.utime(task.input, (1, 1))
    elif change == "identity":
        identity = {**IDENTITY, "strength": 0.5}
    elif change == "output":
        task = BatchTask(task.input, {"piano": "elsewhere.wav"})
    else:
        os.remove(task.outputs["piano"])
    assert look(path, task, identity) == ("begun" if change == "removed" else None)


@pytest.mark.parametrize("torn", [b'{"task": "x", "sta', b"\xff\xfe", b'{"state": 3}\n[]\nno json\n'])
def test_damaged_lines_count_for_nothing_and_are_no_hindrance(path, task, torn):
    work(path, task)
    with path.open("ab") as file:
        file.write(torn)
    assert look(path, task) == "done"
    other = BatchTask(task.input, {"organ": task.input + ".organ.wav"})
    work(path, other)
    assert look(path, other) == look(path, task) == "done"


def test_one_run_has_it_at_a_time(path):
    ledger = Ledger(path, IDENTITY)
    with pytest.raises(UsageError, match="another run"):
        Ledger(path, IDENTITY)
    ledger.close()
    Ledger(path, IDENTITY).close()


def test_a_place_that_cannot_be_written_is_one_line(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(AudioWriteError, match="--ledger"):
        Ledger(tmp_path / "file" / "ledger", IDENTITY)


def test_it_lies_beside_the_results_unless_it_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def place(path, out, wanted=True):
        ledger = open_ledger(path, out, IDENTITY, wanted=wanted)
        if ledger:
            ledger.close()
        return ledger and ledger.path.as_posix()

    assert place(None, None, wanted=False) is None
    assert place("book", None, wanted=False) == "book"
    assert place(None, "out") == f"out/{NAME}" and place(None, "out/one.wav") == f"out/{NAME}"
    assert place(None, None) == NAME


def test_files_are_known_by_size_and_time(task):
    before = describe_files([task.input])
    assert describe_files([task.input]) == before
    os.utime(task.input, (5, 5))
    assert describe_files([task.input]) != before


def test_an_input_that_changes_while_it_is_worked_on_is_not_done(path, task):
    ledger = Ledger(path, IDENTITY)
    ledger.begin([task])
    with open(task.outputs["piano"], "w") as output, open(task.input, "ab") as source:
        output.write("made of what was there")
        source.write(b"more")
    ledger.finish(task)
    ledger.close()
    assert look(path, task) is None


def test_for_results_in_a_store_it_lies_here_one_for_each_place(tmp_path, monkeypatch, store, task):
    monkeypatch.chdir(tmp_path)
    ledgers = [
        open_ledger(None, out, IDENTITY, wanted=True) for out in ("s3://a/x", "s3://a/y", "memory://b")
    ]
    assert len({ledger.path for ledger in ledgers}) == 3
    assert all(ledger.path.parent == Path() for ledger in ledgers)
    there = BatchTask("memory://in.wav", {"piano": "memory://out.wav"})
    ledgers[2].begin([there])
    ledgers[2].finish(there)
    assert ledgers[2].find(there) == "begun"  # it is not there
    store.pipe("/out.wav", b"made")
    assert ledgers[2].find(there) == "done"
    for ledger in ledgers:
        ledger.close()


@pytest.mark.parametrize("content", [b"RIFF\n1234WAVE", b"\xff\xfe", b'{"a": 1}\n', b"\n", b'{"task" : 3}'])
def test_a_file_that_is_no_ledger_is_left_as_it_is(path, content):
    path.write_bytes(content)
    with pytest.raises(UsageError, match="is no ledger"):
        Ledger(path, IDENTITY)
    assert path.read_bytes() == content


@given(st.integers(0, 400))
def test_a_ledger_cut_off_anywhere_is_one_with_less(length):
    with tempfile.TemporaryDirectory() as folder:
        path, tasks = Path(folder, "ledger"), [BatchTask(f"{name}.wav", {}) for name in "abc"]
        ledger = Ledger(path, IDENTITY)
        ledger.begin(tasks)
        for task in tasks:
            ledger.finish(task)
        ledger.close()
        path.write_bytes(path.read_bytes()[:length])
        cut = Ledger(path, IDENTITY)
        states = [cut.find(task) for task in tasks]
        cut.close()
        whole = path.read_bytes()  # what is left are whole lines
        assert whole.count(b"\n") == len(states) - states.count(None) + states.count("done")
        assert not whole or whole.endswith(b"\n")


def test_a_ledger_is_a_file_of_this_machine(workplace):
    with pytest.raises(UsageError, match="name a file of this machine"):
        open_ledger("s3://bucket/book", "s3://bucket/out", IDENTITY, wanted=True)
    assert list(workplace.iterdir()) == []
