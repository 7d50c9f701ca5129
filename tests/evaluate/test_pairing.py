"""Files that belong together, and those that do not."""

from pathlib import Path

import pytest

from audiostyle.errors import AudiostyleError
from audiostyle.evaluate.pairing import find_files, find_medium, match_items, read_pairs


def touch(root: Path, *names: str) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return root


def test_items_are_what_all_folders_have(tmp_path):
    ours = touch(tmp_path / "ours", "x/a.wav", "b.wav", "c.wav")
    theirs = touch(tmp_path / "theirs", "x/a.flac", "b.mp3", "notes.txt")
    found = match_items({"ours": ours, "theirs": theirs}, "sound")
    assert list(found.items) == ["b", "x/a"]
    assert found.items["x/a"] == {"ours": ours / "x/a.wav", "theirs": theirs / "x/a.flac"}
    assert found.left_out == {"ours": ["c"]}


def test_results_called_after_their_method_belong_to_their_source(tmp_path):
    ours = touch(tmp_path / "ours", "song.piano.wav", "op.1.piano.wav")
    source = touch(tmp_path / "in", "song.wav", "op.1.wav")
    assert list(match_items({"ours": ours, "in": source}, "sound").items) == ["op.1", "song"]


def test_a_name_with_a_dot_is_not_cut_where_all_have_it(tmp_path):
    folders = {name: touch(tmp_path / name, "op.1.wav", "op.2.wav") for name in ("a", "b")}
    assert list(match_items(folders, "sound").items) == ["op.1", "op.2"]


def test_the_medium_is_what_most_files_are(tmp_path):
    assert find_medium(touch(tmp_path, "a.png", "b.jpg", "c.wav")) == "picture"
    with pytest.raises(AudiostyleError, match="neither"):
        find_medium(touch(tmp_path / "empty", "a.txt"))


def test_hidden_files_are_passed_over(tmp_path):
    assert list(find_files(touch(tmp_path, ".a.wav", ".trash/b.wav", "c.wav"), "sound")) == ["c"]


@pytest.mark.parametrize(
    ("names", "message"), [(("a.wav", "a.flac"), "one name"), (("a.b.wav", "a.c.wav"), "both versions")]
)
def test_two_versions_of_one_system_are_an_error(tmp_path, names, message):
    ours, other = touch(tmp_path / "ours", *names), touch(tmp_path / "other", "a.wav")
    with pytest.raises(AudiostyleError, match=message):
        match_items({"ours": ours, "other": other}, "sound")


def test_nothing_in_common_is_an_error_that_shows_names(tmp_path):
    with pytest.raises(AudiostyleError, match=r"'a'.*'b'"):
        match_items({n: touch(tmp_path / n, f"{n}.wav") for n in ("a", "b")}, "sound")
    with pytest.raises(AudiostyleError, match="not a folder"):
        match_items({"a": tmp_path / "none"}, "sound")
    with pytest.raises(AudiostyleError, match="holds no recordings"):
        match_items({"a": touch(tmp_path / "c", "x.png")}, "sound")


def test_a_table_of_pairs_names_files_and_items(tmp_path):
    touch(tmp_path, "r/a.wav", "t/x.wav")
    table = tmp_path / "pairs.csv"
    table.write_text("item,result,truth\nfirst,r/a.wav,t/x.wav\n")
    assert read_pairs(table).items == {
        "first": {"result": tmp_path / "r/a.wav", "truth": tmp_path / "t/x.wav"}
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("result,truth\n", "no rows"),
        ("result,truth\nr.wav,\n", "line 2"),
        ("result,truth\nr.wav,none.wav\n", "no file"),
        ("result\nr.wav\nr.wav\n", "two rows"),
        ("result\nr.wav,extra\n", "line 2"),
    ],
)
def test_a_table_that_is_not_complete_names_the_line(tmp_path, text, message):
    touch(tmp_path, "r.wav")
    (tmp_path / "p.csv").write_text(text)
    with pytest.raises(AudiostyleError, match=message):
        read_pairs(tmp_path / "p.csv")


def test_a_table_that_is_not_there_is_one_line(tmp_path):
    with pytest.raises(AudiostyleError, match=r"none\.csv"):
        read_pairs(tmp_path / "none.csv")
