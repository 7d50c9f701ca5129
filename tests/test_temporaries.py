"""What a process leaves when it is killed is deleted by the next one; what a living one holds is not."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from audiostyle import temporaries
from audiostyle.temporaries import Temporary, hold_folder, release_folder

pytestmark = pytest.mark.skipif(temporaries.fcntl is None, reason="needs flock")

HOLD = """
import sys
from pathlib import Path
from audiostyle.temporaries import Temporary, hold_folder
folder = Path(sys.argv[1])
made = [Temporary(folder), Temporary(folder, is_folder=True)]
made[0].path.write_text("half"), (made[1].path / "half").write_text("half")
hold = hold_folder(folder)
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path: Path):
    """A process that holds a temporary file, a temporary folder, and the folder of both."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    yield process
    process.kill()
    process.wait()


def tidy_anew(folder: Path) -> list[str]:
    """Tidy as a new process would, and return what is left."""
    temporaries._tidied.clear()
    temporaries.tidy(folder)
    return sorted(path.name for path in folder.iterdir())


def test_temporaries_of_a_living_process_stay_and_those_of_a_killed_one_go(tmp_path: Path, holder):
    assert len(tidy_anew(tmp_path)) == 2
    with pytest.raises(BlockingIOError):
        hold_folder(tmp_path)
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    assert tidy_anew(tmp_path) == []
    release_folder(hold_folder(tmp_path))


def test_only_temporaries_are_deleted(tmp_path: Path):
    """Neither other hidden files nor links, and nothing behind a link."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").touch()
    folder = tmp_path / "folder"
    folder.mkdir()
    names = (".audiostyle-x", ".audiostyle.part", "audiostyle-1.part", ".part", "song.wav")
    for name in names:
        (folder / name).touch()
    (folder / ".audiostyle-1.part").symlink_to(outside)
    os.mkfifo(folder / ".audiostyle-2.part")
    assert tidy_anew(folder) == sorted([*names, ".audiostyle-1.part", ".audiostyle-2.part"])
    assert (outside / "kept").exists()


def test_a_private_temporary_is_for_its_user_alone(tmp_path: Path):
    for is_folder, mode in ((False, 0o600), (True, 0o700)):
        temporary = Temporary(tmp_path, is_folder=is_folder, private=True)
        assert temporary.path.stat().st_mode & 0o777 == mode
        temporary.delete()
        temporary.delete()
    assert list(tmp_path.iterdir()) == []


def test_names_are_not_reused_and_nothing_is_written_through_a_planted_link(tmp_path: Path, monkeypatch):
    """Whoever guesses a name and puts a link there gets an error, not the content."""
    monkeypatch.setattr(temporaries.uuid, "uuid4", lambda: type("Known", (), {"hex": "0" * 32}))
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (tmp_path / f".audiostyle-{'0' * 32}.part").symlink_to(victim)
    with pytest.raises(FileExistsError):
        Temporary(tmp_path)
    assert victim.read_text() == "mine"


def test_where_no_descriptor_is_left_nothing_is_left_behind(tmp_path: Path, monkeypatch):
    def fail(path, **_):
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(temporaries, "_lock", fail)
    with pytest.raises(OSError, match="Too many open files"):
        Temporary(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_temporary_that_was_tidied_before_it_was_held_is_made_again(tmp_path: Path, monkeypatch):
    real, calls = temporaries._lock, []

    def lose_the_first(path: Path, **options):
        calls.append(path)
        if len(calls) == 1:
            path.unlink()
        return real(path, **options)

    monkeypatch.setattr(temporaries, "_lock", lose_the_first)
    temporary = Temporary(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [temporary.path.name]
    assert len(calls) == 2
    temporary.delete()
