"""A study appears whole or not at all."""

import pytest
from studies import write_pictures, write_sounds

from audiostyle.errors import AudiostyleError
from audiostyle.study.creation import create_study
from audiostyle.study.files import load_study


@pytest.mark.parametrize("design", ["pairs", "choice", "scale"])
def test_what_is_made_can_be_read_again(tmp_path, design):
    made, remarks = create_study(
        tmp_path / "a" / "study", write_sounds(tmp_path / "in"), "Which?", design=design
    )
    assert load_study(tmp_path / "a" / "study") == made
    assert made.texts.title == "study" and made.texts.question == "Which?" and len(remarks) == 1


def test_pictures_make_a_study_too(tmp_path):
    made, _ = create_study(tmp_path / "study", write_pictures(tmp_path / "in"), "Which?")
    assert made.medium == "picture" and all(s.file.endswith(".png") for s in made.stimuli)


def test_two_studies_have_different_ids_and_the_same_plan(tmp_path):
    folders = write_sounds(tmp_path / "in")
    one, other = (create_study(tmp_path / name, folders, "Which?", seed=4)[0] for name in "xy")
    assert one.id != other.id and one.stimuli == other.stimuli and one.plan == other.plan


def test_after_an_error_nothing_is_left(tmp_path):
    folders = write_sounds(tmp_path / "in")
    (folders["ours"] / "b.wav").write_bytes(b"no sound")
    with pytest.raises(AudiostyleError, match=r"b\.wav"):
        create_study(tmp_path / "study", folders, "Which?")
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"question": " "}, "question"),
        ({"design": "paris"}, "did you mean 'pairs'"),
        ({"listeners": 0}, "listeners"),
        ({"trials": 0}, "trials"),
        ({"rename": "source"}, "cannot be called"),
    ],
)
def test_settings_that_cannot_be_are_one_line(tmp_path, changes, message):
    folders = write_sounds(tmp_path / "in")
    if name := changes.pop("rename", None):
        folders[name] = folders.pop("ours")
    question = changes.pop("question", "Which?")
    with pytest.raises(AudiostyleError, match=message):
        create_study(tmp_path / "study", folders, question, **changes)


def test_a_folder_that_exists_is_never_touched(tmp_path):
    with pytest.raises(AudiostyleError, match="exists already"):
        create_study(tmp_path, write_sounds(tmp_path / "in"), "Which?")
