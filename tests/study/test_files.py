"""The study's file: what it says is checked, and nothing outside the study is ever named."""

import os
import tomllib

import pytest
import tomli_w

from audiostyle.errors import AudiostyleError
from audiostyle.study.files import get_token, load_study


def change(folder, change_it):
    path = folder / "study.toml"
    content = tomllib.loads(path.read_text())
    change_it(content)
    path.write_text(tomli_w.dumps(content))


def test_texts_and_plan_may_be_changed(folder):
    change(
        folder,
        lambda c: (
            c["texts"].update(consent="Ja?\nNein?"),
            c["plan"].update(trials=2),
            c["screening"].update(seconds=2),
        ),
    )
    study = load_study(folder)
    assert study.texts.consent == "Ja?\nNein?" and study.plan.trials == 2 and study.screening.seconds == 2.0


@pytest.mark.parametrize(
    ("change_it", "message"),
    [
        (lambda c: c.update(format=2), "format"),
        (lambda c: c.update(design="x"), "design"),
        (lambda c: c.pop("plan"), "'plan' is missing"),
        (lambda c: c["plan"].update(trails=2), "no entry 'trails'"),
        (lambda c: c["plan"].update(trials=0), "trials"),
        (lambda c: c["plan"].update(trials=2.5), "trials"),
        (lambda c: c["plan"].update(active=1), "active"),
        (lambda c: c["limits"].update(listeners=True), "listeners"),
        (lambda c: c["texts"].update(title=3), "title"),
        (lambda c: c["systems"].append("more"), "no stimulus"),
        (lambda c: c.update(systems=["ours"]), "two systems"),
        (lambda c: c.update(seed="x"), "seed"),
        (lambda c: c["stimuli"][0].update(file="../secret.flac"), "must lie in media"),
        (lambda c: c["stimuli"][0].update(file="/etc/passwd"), "must lie in media"),
        (lambda c: c["stimuli"][0].update(file="media/../study.toml"), "must lie in media"),
        (lambda c: c["stimuli"][0].update(key="../../x"), "hexadecimal"),
        (lambda c: c["stimuli"][0].update(what=1), "unexpected"),
    ],
)
def test_what_cannot_be_is_one_line_that_names_the_file(folder, change_it, message):
    change(folder, change_it)
    with pytest.raises(AudiostyleError, match=message) as caught:
        load_study(folder)
    assert "study.toml" in str(caught.value) and "\n" not in str(caught.value)


def test_links_out_of_the_study_are_refused(folder, tmp_path):
    stimulus = next((folder / "media").iterdir())
    stimulus.unlink()
    stimulus.symlink_to("/etc/passwd")
    with pytest.raises(AudiostyleError, match="is a link"):
        load_study(folder)


def test_another_folder_is_no_study(tmp_path):
    with pytest.raises(AudiostyleError, match="study new"):
        load_study(tmp_path)


def test_the_token_stays_and_is_for_its_owner_only(folder):
    token = get_token(folder)
    assert len(token) > 20 and get_token(folder) == token
    assert os.stat(folder / "token").st_mode & 0o077 == 0
