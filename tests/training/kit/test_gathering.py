"""What comes back keeps to the limits, the most important first, and is what there was."""

import zipfile

import numpy as np
import pytest

from audiostyle.errors import TrainingError
from audiostyle.training.kit.gathering import gather_results, unpack_results
from audiostyle.training.kit.plan import Job, Limits

JOBS = [
    Job("a", "m", (), results=("*.safetensors", "*.state")),
    Job("b", "m", (), results=("*.safetensors", "*.state")),
]


@pytest.fixture
def work(tmp_path):
    """Two jobs with weights of 5 and 40 kB and states of 30 kB."""
    rng = np.random.default_rng(0)
    for job, size in (("a", 5000), ("b", 40000)):
        out = tmp_path / "work" / job / "out"
        out.mkdir(parents=True)
        (out / "x.safetensors").write_bytes(rng.bytes(size))
        (out / "x.state").write_bytes(rng.bytes(30000))
        (out / "notes.txt").write_text("not asked for")
        (out.parent / "log.txt").write_text("a log")
    return tmp_path / "work"


def test_everything_comes_back_as_it_was_in_pieces_too(work, tmp_path):
    limits = Limits(files=8, file_bytes=24000, result_bytes=8 * 24000)
    assert gather_results(JOBS, work, tmp_path / "back", limits) == []
    archives = list((tmp_path / "back").iterdir())
    assert len(archives) <= 8 and all(path.stat().st_size <= 24000 for path in archives)
    unpacked = unpack_results(tmp_path / "back", tmp_path / "runs")
    assert len(unpacked) == 6
    for job in "ab":
        for name in ("x.safetensors", "x.state"):
            assert (tmp_path / "runs" / job / name).read_bytes() == (work / job / "out" / name).read_bytes()
        assert (tmp_path / "runs" / job / "log.txt").read_text() == "a log"


def test_weights_of_all_jobs_come_before_the_state_of_any(work, tmp_path):
    limits = Limits(files=4, file_bytes=23000, result_bytes=92000)
    left_out = gather_results(JOBS, work, tmp_path / "back", limits)
    assert [line.split(":")[0] for line in left_out] == ["b/x.state"]
    assert (tmp_path / "runs" / "b" / "x.safetensors") in unpack_results(tmp_path / "back", tmp_path / "runs")


def test_of_a_job_that_never_began_nothing_comes_back(tmp_path):
    assert gather_results(JOBS, tmp_path / "nowhere", tmp_path / "back", Limits()) == []
    assert list((tmp_path / "back").iterdir()) == []


def test_long_logs_come_back_from_their_end(work, tmp_path):
    (work / "a" / "log.txt").write_text("x" * 300_000 + "the end")
    gather_results(JOBS, work, tmp_path / "back", Limits())
    unpack_results(tmp_path / "back", tmp_path / "runs")
    text = (tmp_path / "runs" / "a" / "log.txt").read_text()
    assert text.endswith("the end") and len(text) == 200_000


def test_archives_cannot_write_elsewhere(tmp_path):
    with zipfile.ZipFile(tmp_path / "results-1.zip", "w") as archive:
        archive.writestr("../evil.txt", "x")
    with pytest.raises(TrainingError, match="does not belong into a folder"):
        unpack_results(tmp_path, tmp_path / "runs")
    (tmp_path / "results-1.zip").write_bytes(b"no archive")
    with pytest.raises(TrainingError, match="damaged archive"):
        unpack_results(tmp_path, tmp_path / "runs")
