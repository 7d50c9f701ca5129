"""A plan of small jobs in a folder of its own, which is the present one."""

from pathlib import Path

import pytest

from audiostyle.training.kit.plan import read_plan

TRAINER = '''
"""Adds up the bytes of its input, for as long as it is told to."""

import pathlib, sys, time

what, source, out = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
if what == "fail":
    sys.exit("something is wrong")
files = sorted(source.rglob("*")) if source.is_dir() else [source]
(out / "weights.bin").write_bytes(bytes([sum(b"".join(f.read_bytes() for f in files if f.is_file())) % 256]))
(out / "details").mkdir()
(out / "details" / "state.bin").write_bytes(bytes(3000))
print("trained for", sys.argv[4])
if what == "sleep":
    time.sleep(600)
'''

PLAN = """
[inputs]
songs = "material/songs"
one = "material/one.txt"

[limits]
call_bytes = 20000
file_bytes = 16384

[jobs.quick]
module = "trainer"
arguments = ["add", "{songs}", "{out}", "{seconds}"]
inputs = ["songs"]
results = ["weights.bin", "details/*"]
seconds = 5

[jobs.wrong]
module = "trainer"
arguments = ["fail", "{one}", "{out}", "{seconds}"]
inputs = ["one"]

[jobs.late]
module = "trainer"
arguments = ["add", "{one}", "{out}", "{seconds}"]
inputs = ["one"]
"""


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    """The present folder, with a plan, the module of its jobs, and their inputs."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "trainer.py").write_text(TRAINER)
    (tmp_path / "plan.toml").write_text(PLAN)
    songs = tmp_path / "material" / "songs"
    (songs / "more").mkdir(parents=True)
    (songs / "a.flac").write_bytes(b"\x01" * 100)
    (songs / "more" / "b.flac").write_bytes(b"\x02" * 50)
    (tmp_path / "material" / "one.txt").write_bytes(b"\x07")
    return tmp_path


@pytest.fixture
def plan(home):
    """The plan of :func:`home`."""
    return read_plan(home / "plan.toml")
