"""Compiled functions compute the same wherever their code can be kept, even nowhere."""

import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import numba
import pytest

from audiostyle import compilation

MODULE = """
from audiostyle.compilation import njit

@njit(nogil=True)
def double(x):
    return 2 * x
"""
SOURCES = Path(__file__).parents[1]


def run(folder: Path, code: str, **environment: str) -> str:
    settings = {**os.environ, "PYTHONPATH": f"{folder}:{SOURCES}", **environment}
    done = subprocess.run([sys.executable, "-c", code], env=settings, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def module(tmp_path):
    """A folder with a module in which a file stands where compiled code would go; there is no home either."""
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "doubling.py").write_text(MODULE)
    (tmp_path / "package" / "__pycache__").write_text("no folder, so that not even root can write to it")
    return tmp_path / "package"


def test_code_goes_to_a_folder_of_the_users_own_where_package_and_home_cannot_be_written(module, tmp_path):
    code = "import doubling; print(doubling.double(21), doubling.double._cache_hits.total())"
    environment = {"HOME": "/dev/null", "XDG_CACHE_HOME": "/dev/null", "TMPDIR": str(tmp_path)}
    assert run(module, code, **environment) == "42 0"
    assert run(module, code, **environment) == "42 1"
    [folder] = tmp_path.glob("audiostyle-*")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_code_is_not_kept_where_nothing_can_be_written(module, monkeypatch):
    monkeypatch.setattr(compilation, "find_spare_folder", lambda: None)
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null")
    monkeypatch.syspath_prepend(str(module))
    import doubling

    assert doubling.double(21) == 42
    assert isinstance(doubling.double._cache, numba.core.caching.NullCache)


@pytest.mark.parametrize("suffix", [".nbi", ".nbc"])
def test_damaged_code_is_made_again(tmp_path, suffix):
    (tmp_path / "doubling.py").write_text(MODULE)
    code = "import doubling; print(doubling.double(21), doubling.double._cache_hits.total())"
    environment = {"NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    assert run(tmp_path, code, **environment) == "42 0"
    [kept] = (tmp_path / "cache").rglob(f"*{suffix}")
    kept.write_bytes(kept.read_bytes()[:20])
    assert run(tmp_path, code, **environment) == "42 0"
    assert run(tmp_path, code, **environment) == "42 1"


def test_a_full_disk_is_no_error_of_a_function(monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    @compilation.njit()
    def double(x):
        return 2 * x

    monkeypatch.setattr(double._cache._cache._impl.locator, "ensure_cache_path", fail)
    assert double(21.5) == 43


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_the_spare_folder_is_always_the_same(temporary):
    assert compilation.find_spare_folder() == compilation.find_spare_folder()
    assert compilation.find_spare_folder().parent == temporary


@pytest.mark.skipif(os.name == "nt", reason="folders for temporary files are the user's own there")
def test_code_of_others_is_never_run(temporary):
    own = compilation.find_spare_folder()
    own.chmod(0o777)
    assert compilation.find_spare_folder() is None
    own.chmod(0o700)
    temporary.chmod(0o777)  # without the sticky bit anybody may put another folder in its place
    assert compilation.find_spare_folder() is None
    temporary.chmod(0o1777)
    assert compilation.find_spare_folder() == own
    own.rename(temporary / "elsewhere")
    own.symlink_to(temporary / "elsewhere")
    assert compilation.find_spare_folder() is None
    own.unlink()
    own.write_text("a file")
    assert compilation.find_spare_folder() is None


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can give files away")
def test_a_folder_that_another_has_made_is_left_alone(temporary):
    compilation.find_spare_folder()
    os.chown(temporary / f"audiostyle-{os.getuid()}", 12345, 12345)
    assert compilation.find_spare_folder() is None


def test_where_code_is_kept_can_be_told(monkeypatch):
    kept, where = compilation.describe_cache()
    assert kept and Path(where).is_dir()

    def refuse(*_):
        raise RuntimeError("cannot cache function")

    monkeypatch.setattr(compilation, "_keep_as_usual", refuse)
    assert compilation.describe_cache()[0] is False


@pytest.mark.skipif(os.name == "nt", reason="every user has a home there")
def test_a_user_without_a_home_gets_no_folder_called_so(module, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", "~")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert Path(compilation.describe_cache()[1]).parent == compilation.find_spare_folder()
    assert not (tmp_path / "~").exists()
