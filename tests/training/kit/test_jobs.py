"""The whole of a plan at small sizes: packed, run in a fresh folder, gathered, unpacked."""

import json
import shutil
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from audiostyle.training.kit.__main__ import main
from audiostyle.training.kit.jobs import run_jobs, start_detached


def _list_reports(folder):
    return {path.parent.name: json.loads(path.read_text()) for path in folder.glob("*/report.json")}


def test_a_plan_from_end_to_end(home, tmp_path_factory, monkeypatch, capsys):
    main(["plan.toml", "dry-run"])
    main(["plan.toml", "pack", "calls"])
    printed = capsys.readouterr().out
    assert "quick: 5 s" in printed and "call 1:" in printed and "travel with every call" in printed
    there = tmp_path_factory.mktemp("there")  # what travels: the code and the calls
    for name in ("trainer.py", "plan.toml"):
        shutil.copy(home / name, there)
    shutil.copytree(home / "calls", there / "calls")
    monkeypatch.chdir(there)
    main(["plan.toml", "run", "calls", "--seconds", "60", "--out", "results"])
    main(["plan.toml", "unpack", "results", "runs"])
    reports = _list_reports(there / "runs")
    assert [reports[name]["status"] for name in ("quick", "wrong", "late")] == [0, 1, 0]
    assert (there / "runs" / "quick" / "weights.bin").read_bytes() == bytes([200])
    assert (there / "runs" / "late" / "weights.bin").read_bytes() == b"\x07"
    assert (there / "runs" / "quick" / "details" / "state.bin").read_bytes() == bytes(3000)
    assert "something is wrong" in (there / "runs" / "wrong" / "log.txt").read_text()
    seconds = float((there / "runs" / "quick" / "log.txt").read_text().split()[-1])
    assert 30 < seconds <= 45  # of sixty, less the margin


def test_what_overruns_is_ended_and_has_its_results(plan, home):
    slow = plan.jobs[0].__class__("slow", "trainer", ("sleep", "{one}", "{out}", "{seconds}"), ("one",))
    said: list[str] = []
    inputs = {"one": home / "material" / "one.txt"}
    done = run_jobs([slow], inputs, home / "work", time.time() + 2.5, said.append)
    assert done == {"slow": None}
    assert json.loads((home / "work" / "slow" / "report.json").read_text())["ended"]
    assert (home / "work" / "slow" / "out" / "weights.bin").read_bytes() == b"\x07"
    assert "ended at the deadline" in said[-1]


def test_jobs_whose_inputs_come_later_are_run_by_a_later_call(plan, home):
    said: list[str] = []
    one = {"one": home / "material" / "one.txt"}
    assert set(run_jobs(plan.jobs, one, home / "work", time.time() + 30, said.append)) == {"wrong", "late"}
    assert "quick: not started, its input 'songs' has not arrived" in said
    both = one | {"songs": home / "material" / "songs"}
    assert run_jobs(plan.jobs, both, home / "work", time.time() + 30, said.append) == {"quick": 0}
    assert "late: was started before" in said


def test_jobs_of_a_lane_take_turns_and_share_its_time(plan, home):
    slow = replace(plan.jobs[2], name="slow", arguments=("sleep", "{one}", "{out}", "{seconds}"), lane="a")
    next_one = replace(plan.jobs[2], name="next", lane="a", share=3.0, margin=0.0)
    beside = replace(plan.jobs[2], name="beside", margin=0.0)
    said: list[str] = []
    inputs = {"one": home / "material" / "one.txt"}
    done = run_jobs([slow, next_one, beside], inputs, home / "work", time.time() + 12, said.append)
    assert done == {"beside": 0, "slow": None, "next": 0}
    order = [line.split(":")[0] for line in said if "started" in line]
    assert order == ["slow", "beside", "next"]
    report = json.loads((home / "work" / "slow" / "report.json").read_text())
    assert 2.5 < report["seconds"] < 9  # a quarter of the time, and what the machine took to end it
    seconds = {n: float((home / "work" / n / "log.txt").read_text().split()[-1]) for n in ("next", "beside")}
    assert seconds["beside"] > 10 and seconds["next"] < 9.1


def test_nothing_is_started_after_the_deadline(plan, home):
    inputs = {"one": home / "material" / "one.txt", "songs": home / "material" / "songs"}
    assert run_jobs(plan.jobs, inputs, home / "work", time.time(), lambda line: None) == {}
    assert not (home / "work" / "quick").exists()


def test_jobs_go_on_after_the_call_that_started_them(home, capsys):
    main(["plan.toml", "pack", "calls", "--jobs", "late"])
    main(["plan.toml", "start", "calls", "--seconds", "30", "--jobs", "late"])
    main(["plan.toml", "collect", "calls", "--out", "results", "--jobs", "late"])
    main(["plan.toml", "unpack", "results", "runs", "--jobs", "late"])
    assert "late: exit status 0" in capsys.readouterr().out


def test_a_detached_kit_writes_what_it_says(tmp_path):
    process = start_detached(["nowhere.toml", "dry-run"], tmp_path / "log.txt")
    assert "cannot be read" in (tmp_path / "log.txt").read_text() and process > 0


def test_an_unknown_job_ends_with_one_line(home):
    command = [sys.executable, "-m", "audiostyle.training.kit", "plan.toml", "dry-run", "--jobs", "none"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and done.stderr.count("\n") == 1 and "no job is called 'none'" in done.stderr


def test_wheels_that_are_none_are_one_line(plan, home):
    from audiostyle.errors import TrainingError

    (home / "whl").mkdir()
    (home / "whl" / "odd-1-py3-none-any.whl").write_bytes(b"no wheel")
    with pytest.raises(TrainingError, match="the wheels cannot be installed"):
        run_jobs([], {"wheels": home / "whl"}, home / "work", time.time() + 9, print)
