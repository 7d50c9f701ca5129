"""Each check tries the thing itself, and none raises whatever state the installation is in."""

import os
import shutil
import sys

import pytest

from audiostyle.cli import checks
from audiostyle.models import zoo


def find(name):
    return next(check for check in checks.run_checks() if check.name == name)


@pytest.mark.parametrize("module", ["torch", "soundfile"])
def test_a_missing_library_is_reported_with_a_remedy(monkeypatch, module):
    monkeypatch.setitem(sys.modules, module, None)  # importing it now fails
    check = find({"torch": "torch", "soundfile": "MP3"}[module])
    assert not check.ok and check.essential
    assert module in check.detail and "pip install" in check.remedy


def test_a_damaged_weight_file_is_essential(tmp_path):
    (tmp_path / "weights" / "universal.organ.safetensors").write_bytes(b"")
    check = find("model universal")
    assert not check.ok and check.essential
    assert "universal.organ.safetensors" in check.detail


def test_a_package_without_weights_is_broken(tmp_path):
    shutil.rmtree(tmp_path / "weights")
    assert not find("weights").ok


def test_a_damaged_model_of_the_users_own_is_not_the_installations_fault(tmp_path):
    (tmp_path / "home" / "models" / "tiny" / "tiny.toml").write_text("")
    assert all(check.ok for check in checks._check_weights())


def test_without_ffmpeg_everything_essential_works(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    check = checks._check_ffmpeg()
    assert not check.ok and not check.essential
    program = tmp_path / "ffmpeg"
    program.write_text("#!/bin/sh\nexit 3\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/bin")
    assert not checks._check_ffmpeg().ok


def test_the_store_need_not_exist_but_must_be_possible(monkeypatch, tmp_path):
    monkeypatch.setenv("AUDIOSTYLE_HOME", str(tmp_path / "not" / "yet"))
    assert checks._check_store().ok
    assert not zoo.store_folder().exists()
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("AUDIOSTYLE_HOME", str(tmp_path / "file"))
    check = checks._check_store()
    assert not check.ok and "AUDIOSTYLE_HOME" in check.remedy
