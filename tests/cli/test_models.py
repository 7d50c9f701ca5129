"""``audiostyle models``: list, show, verify, path."""

import json
from pathlib import Path

import pytest


def test_list_has_the_shipped_and_the_users_own(audiostyle):
    lines = audiostyle("models", "list").out.splitlines()
    assert [line.split()[0] for line in lines] == ["MODEL", "universal", "tiny"]
    records = [json.loads(line) for line in audiostyle("models", "list", "--json").out.splitlines()]
    assert [record["domains"] for record in records] == [["piano", "organ"]] * 2


def test_show_has_every_card(audiostyle):
    text = audiostyle("models", "show").out
    assert "universal 1 (Apache-2.0): a model for tests" in text
    assert all(f"# Card of {part}" in text for part in ("encoder", "piano", "organ"))
    assert json.loads(audiostyle("models", "show", "tiny", "--json").out)["model"] == "tiny"


def test_machines_are_told_the_same_fields_in_every_version(audiostyle, tmp_path):
    record = json.loads(audiostyle("models", "show", "tiny", "--json").out)
    fields = {"model", "version", "license", "licence", "summary", "path", "sha256", "domains"}
    assert record.keys() == fields and record["license"] == record["licence"] == "Apache-2.0"
    checks = audiostyle("models", "verify", "tiny", "--json").out.splitlines()
    assert all(json.loads(line).keys() == {"file", "ok", "message"} for line in checks)


def test_verify_names_each_file(audiostyle):
    result = audiostyle("models", "verify")
    assert result.code == 0
    assert [line[:2] for line in result.out.splitlines()] == ["ok"] * 6


@pytest.mark.parametrize("arguments", [["tiny"], []])
@pytest.mark.parametrize("file", ["tiny.piano.safetensors", "tiny.toml"])
def test_verify_finds_what_is_damaged(audiostyle, tmp_path, arguments, file):
    (tmp_path / "home" / "models" / "tiny" / file).write_bytes(b"x")
    result = audiostyle("models", "verify", *arguments)
    assert result.code == 1
    assert file in result.err
    records = [json.loads(line) for line in audiostyle("models", "verify", "--json").out.splitlines()]
    assert [Path(record["file"]).name for record in records if not record["ok"]] == [file]


def test_path_is_a_folder_to_use_in_a_script(audiostyle, tmp_path):
    assert audiostyle("models", "path").out.strip() == str(tmp_path / "home" / "models")
    assert audiostyle("models", "path", "tiny").out.strip() == str(tmp_path / "home" / "models" / "tiny")
    assert audiostyle("models", "path", "tini").code == 1
