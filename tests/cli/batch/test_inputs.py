"""Each input counts once, however it was named; what cannot be used does not stop the others."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.cli.batch.conventions import STDIN
from audiostyle.cli.batch.inputs import InputFile, find_inputs
from audiostyle.sound.formats import READABLE_SUFFIXES


def touch(*paths: str) -> None:
    for path in paths:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).touch()


def test_a_file_is_taken_whatever_its_suffix():
    touch("song.weird")
    assert find_inputs(["song.weird"]) == ([InputFile("song.weird")], [])


def test_a_folder_is_searched_through_in_order_and_remembers_the_tree():
    touch("in/b.wav", "in/a.FLAC", "in/deep/er/c.mp3", "in/cover.jpg", "in/._a.wav", "in/.hidden/d.wav")
    sources, problems = find_inputs(["in"])
    assert [(source.path, source.folder) for source in sources] == [
        (os.path.join("in", "a.FLAC"), Path(".")),
        (os.path.join("in", "b.wav"), Path(".")),
        (os.path.join("in", "deep", "er", "c.mp3"), Path("deep/er")),
    ]
    assert problems == []


def test_a_glob_is_what_the_shell_would_make_of_it():
    touch("b.wav", "a.wav", "a.txt", "sub/c.wav")
    assert find_inputs(["*.wav"]) == find_inputs(["a.wav", "b.wav"])
    assert find_inputs(["**/*.wav"])[0] == [
        InputFile("a.wav"),
        InputFile("b.wav"),
        InputFile(os.path.join("sub", "c.wav")),
    ]
    assert find_inputs(["s*"]) == find_inputs(["sub"])


def test_a_file_whose_name_looks_like_a_glob_is_that_file():
    touch("take[1].wav", "take1.wav")
    assert find_inputs(["take[1].wav"]) == ([InputFile("take[1].wav")], [])


def test_each_recording_counts_once_through_links_too():
    touch("in/a.wav")
    os.symlink("in/a.wav", "link.wav")
    sources, _ = find_inputs(["in/a.wav", "./in/a.wav", "in", "in/*.wav", "link.wav", STDIN, STDIN])
    assert [source.path for source in sources] == ["in/a.wav", STDIN]


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("gone.wav", "no such file"),
        ("*.mp3", "matches no file"),
        ("empty", "holds no audio files"),
        ("dangling.wav", "link to nothing"),
    ],
)
def test_what_is_not_there_is_a_problem_that_names_it_and_the_others_go_on(argument, message):
    touch("good.flac")
    os.mkdir("empty")
    os.symlink("nowhere", "dangling.wav")
    sources, [problem] = find_inputs([argument, "good.flac"])
    assert sources == [InputFile("good.flac")]
    assert problem.message.startswith(f"{argument}: ") and message in problem.message


def test_links_in_a_circle_end():
    touch("in/a.wav")
    os.symlink("..", "in/again")
    assert len(find_inputs(["in"])[0]) == 1


@given(st.lists(st.sampled_from([*sorted(READABLE_SUFFIXES), ".txt", ""]), max_size=6))
def test_in_a_folder_the_suffix_decides(tmp_path_factory, suffixes):
    folder = tmp_path_factory.mktemp("in")
    for index, suffix in enumerate(suffixes):
        (folder / f"{index}{suffix}").touch()
    sources, _ = find_inputs([str(folder)])
    assert {Path(source.path).suffix for source in sources} == set(suffixes) & READABLE_SUFFIXES


def test_what_a_folder_search_leaves_out_is_said_in_one_line_with_counts(caplog):
    touch("in/a.wav", "in/b.xyz", "in/deep/c.xyz", "in/README", "in/cover.jpg", "in/a.mid", "in/.DS_Store")
    assert [source.path for source in find_inputs(["in"])[0]] == [os.path.join("in", "a.wav")]
    [record] = caplog.records
    assert record.getMessage() == "in: left out 2 .xyz, 1 without a suffix, which are no known audio files"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_pipe_among_files_is_left_out_because_nobody_may_ever_write_to_it(caplog):
    touch("in/a.wav")
    os.mkfifo("in/b.wav")
    assert [source.path for source in find_inputs(["in"])[0]] == [os.path.join("in", "a.wav")]
    assert "1 pipes and the like" in caplog.text


def test_a_broken_link_in_a_folder_is_an_input_that_fails():
    touch("in/a.wav")
    os.symlink("nowhere.wav", "in/b.wav")
    assert len(find_inputs(["in"])[0]) == 2


def test_folders_linked_in_circles_are_gone_through_once():
    touch("in/a.wav", "in/deep/b.wav")
    for number in range(6):
        os.symlink(os.path.abspath("in"), f"in/deep/circle{number}")
        os.symlink(os.path.abspath("in/deep"), f"in/circle{number}")
    expected = [os.path.join("in", "a.wav"), os.path.join("in", "deep", "b.wav")]
    for argument in ("in", "in/**/*.wav", "**/*.wav", "in/**", os.path.abspath("in") + "/**/*.wav"):
        sources, problems = find_inputs([argument])
        assert [os.path.relpath(source.path) for source in sources] == expected, argument
        assert not problems


def test_an_unreadable_folder_is_a_problem_and_the_others_go_on(monkeypatch):
    touch("in/a.wav", "in/locked/b.wav")
    scan = os.scandir

    def scandir(path):
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", scandir)
    sources, problems = find_inputs(["in"])
    assert len(sources) == 1
    assert [problem.message for problem in problems] == ["in/locked: cannot be opened (Permission denied)"]
