"""On a cluster, results are those of one process, in order, whatever dies; nothing is lost and nothing twice.

Most is tried with threads in place of machines.  The slow tests start a real cluster of two nodes (Ray;
skipped where it is not installed) and kill one of them, and the command, in the middle.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile
from chores import Chore
from fake_ray import FakeRay, RayError, RaySystemError

from audiostyle.cli.batch import cluster
from audiostyle.cli.batch.cluster import ClusterSettings, run_on_cluster
from audiostyle.cli.batch.ledger import NAME
from audiostyle.cli.batch.pool import run_tasks
from audiostyle.cli.batch.tasks import Outcome
from audiostyle.errors import AudiostyleError, ModelNotFound

SETTINGS = ClusterSettings()
# Of this machine alone; Ray replaces 127.0.0.1 by the machine's address.
NODE = {"num_cpus": 1, "object_store_memory": 100_000_000, "node_ip_address": "127.0.0.2"}


def ignore(*news):
    pass


@pytest.fixture
def ray(monkeypatch):
    return FakeRay().install(monkeypatch)


def test_outcomes_are_those_of_one_process_in_order(ray):
    tasks = [(1, "sleep"), (2, "fail"), (3, "bug"), (4, "do")]
    here = list(run_tasks(tasks, Chore(), jobs=1, on_progress=ignore))
    there = list(run_on_cluster(tasks, Chore(), SETTINGS, ignore))
    assert [(one.result, one.error) for one in there] == [(one.result, one.error) for one in here]
    assert ray.shut and ray.running == 0


@pytest.mark.parametrize(("at_once", "most"), [(None, 4), (2, 2), (9, 4)])
def test_no_more_is_under_way_than_there_is_room(ray, at_once, most):
    tasks = [(1, "sleep")] * 12
    assert len(list(run_on_cluster(tasks, Chore(), ClusterSettings(at_once=at_once), ignore))) == 12
    assert ray.most == most


def test_what_is_done_is_told_at_once_and_not_in_order(ray):
    told = []

    class FirstIsLast:
        def prepare(self):
            pass

        def __call__(self, task, progress):
            while task == 1 and len(told) < 2:  # it ends when the others have been told of
                time.sleep(0.001)
            return task

    list(run_on_cluster([1, 2, 3], FirstIsLast(), SETTINGS, ignore, lambda task, outcome: told.append(task)))
    assert sorted(told[:2]) == [2, 3] and told[2] == 1


@pytest.mark.parametrize("deed", ["model", None])
def test_what_would_fail_every_task_is_raised_once_and_ends_the_rest(ray, deed):
    tasks = [(1, "sleep"), (2, deed or "do"), (3, "sleep")]
    with pytest.raises(ModelNotFound if deed else AudiostyleError):
        list(run_on_cluster(tasks, Chore(fails=deed is None), SETTINGS, ignore))
    assert ray.shut


def fail(error):
    def get(ref, plain=FakeRay.get):
        if hasattr(ref, "done"):
            raise error
        return ref.value

    return get


def test_a_task_whose_machines_died_is_a_failure_of_its_own(ray, monkeypatch):
    monkeypatch.setattr(ray, "get", fail(RayError("worker crashed")))
    (outcome,) = run_on_cluster([(1, "do")], Chore(), SETTINGS, ignore)
    assert "died 4 times" in outcome.error and outcome.result is None


def test_the_end_of_the_cluster_is_one_line(ray, monkeypatch):
    monkeypatch.setattr(ray, "get", fail(RaySystemError("head is gone\nmore")))
    with pytest.raises(AudiostyleError, match=r"gone \(head is gone\); start the command again"):
        list(run_on_cluster([(1, "do")], Chore(), SETTINGS, ignore))


class Straggler:
    """Its second task hangs when it is done for the first time."""

    def __init__(self):
        self.tries, self.release = [], threading.Event()

    def prepare(self):
        pass

    def __call__(self, task, progress):
        self.tries.append(task)
        if task == 2 and self.tries.count(2) == 1:
            self.release.wait(60)
        return 10 * task


def test_what_hangs_gets_a_second_copy_of_which_the_first_to_end_counts(ray, monkeypatch):
    monkeypatch.setattr(cluster, "_SLOWEST", 0.05)
    monkeypatch.setattr(cluster, "_SLOW", 1.0)
    job, finished = Straggler(), []
    outcomes = list(run_on_cluster([1, 2, 3], job, SETTINGS, ignore, lambda task, _: finished.append(task)))
    assert outcomes == [Outcome(10), Outcome(20), Outcome(30)] and sorted(finished) == [1, 2, 3]
    assert sorted(job.tries) == [1, 2, 2, 3]
    assert sum(ref.canceled for ref in ray.refs) == 1
    job.release.set()


def test_an_interruption_cancels_what_is_under_way(ray):
    outcomes = run_on_cluster([(4, "do"), (1, "linger")], Chore(), SETTINGS, ignore)
    next(outcomes)
    with pytest.raises(KeyboardInterrupt):
        outcomes.throw(KeyboardInterrupt())
    assert ray.refs[1].canceled and ray.shut


def test_without_tasks_no_cluster_is_asked_for(ray):
    assert list(run_on_cluster([], Chore(), SETTINGS, ignore)) == [] and ray.settings == []


def test_threads_are_as_many_as_in_this_process(ray, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3")  # sums are rounded differently with another number
    list(run_on_cluster([(1, "do")], Chore(), SETTINGS, ignore))
    assert ray.settings[0]["runtime_env"]["env_vars"]["OMP_NUM_THREADS"] == "3"


def test_where_nothing_listens_it_is_one_line(ray):
    with pytest.raises(AudiostyleError, match=r"--address 127.0.0.1:1: no cluster"):
        list(run_on_cluster([(1, "do")], Chore(), ClusterSettings("127.0.0.1:1"), ignore))


def test_without_ray_it_is_said_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(AudiostyleError, match=r"audiostyle\[ray\]"):
        list(run_on_cluster([(1, "do")], Chore(), SETTINGS, ignore))


@pytest.fixture(scope="module")
def nodes():
    """A cluster of a head and one more node, of a core each."""
    utils = pytest.importorskip("ray.cluster_utils")
    import ray

    os.environ.update(RAY_worker_niceness="0", RAY_USAGE_STATS_ENABLED="0")
    made = utils.Cluster(initialize_head=True, head_node_args={**NODE, "include_dashboard": False})
    made.second = made.add_node(**NODE)
    made.wait_for_nodes()
    yield made
    made.shutdown()
    ray.shutdown()


@pytest.fixture
def album(tmp_path):
    folder = tmp_path / "album"
    folder.mkdir()
    time = np.arange(8 * 22050) / 22050
    for number in range(8):
        wave = 0.2 * np.sin(2 * np.pi * 220 * 2 ** (number / 12) * time) * np.exp(-(time % 0.5) * 3)
        soundfile.write(folder / f"{number}.wav", wave, 22050)
    return folder


def translate(album, out, *options):
    """Start the command, with the true translator in place of the tests' own."""
    command = [sys.executable, "-m", "audiostyle", "translate", str(album), "-d", "piano", "-o", str(out)]
    environment = {name: value for name, value in os.environ.items() if name != "AUDIOSTYLE_HOME"}
    environment["PYTHONPATH"] = str(Path(__file__).parents[3])
    return subprocess.Popen(
        [*command, *options, "--json"], stdout=subprocess.PIPE, text=True, env=environment
    )


def start(album, out, nodes):
    return translate(album, out, "--engine", "ray", "--address", nodes.address)


def read_done(out):
    ledger = out / NAME
    lines = ledger.read_text().splitlines() if ledger.exists() else []
    return [record["input"] for record in map(json.loads, lines) if record["state"] == "done"]


def wait_for_done(out, count, process):
    while len(read_done(out)) < count:
        assert process.poll() is None
        time.sleep(0.05)


def check_same(album, tmp_path, out):
    """The files are those of one process, to the last bit, and nothing else is there."""
    one = tmp_path / "one"
    process = translate(album, one)
    process.communicate()
    assert process.returncode == 0
    made = sorted(path.name for path in one.iterdir())
    assert len(made) == 8 and sorted(path.name for path in out.iterdir()) == sorted([*made, NAME])
    for name in made:
        assert (one / name).read_bytes() == (out / name).read_bytes()


@pytest.mark.slow
def test_a_node_is_killed_and_nothing_is_lost_or_twice(nodes, album, tmp_path):
    out = tmp_path / "out"
    process = start(album, out, nodes)
    wait_for_done(out, 2, process)
    nodes.remove_node(nodes.second, allow_graceful=False)
    printed, _ = process.communicate(timeout=500)
    assert process.returncode == 0
    records = [json.loads(line) for line in printed.splitlines()]
    assert [os.path.basename(record["input"]) for record in records] == [f"{n}.wav" for n in range(8)]
    assert len(read_done(out)) == len(set(read_done(out))) == 8
    check_same(album, tmp_path, out)


@pytest.mark.slow
def test_the_command_is_killed_and_the_next_one_does_what_is_left(nodes, album, tmp_path):
    out = tmp_path / "out"
    process = start(album, out, nodes)
    wait_for_done(out, 2, process)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    before = {path: path.stat().st_mtime_ns for path in map(out.joinpath, os.listdir(out))}
    done = {os.path.basename(name) for name in read_done(out)}
    printed, _ = start(album, out, nodes).communicate(timeout=500)
    records = [json.loads(line) for line in printed.splitlines()]
    skipped = {os.path.basename(record["input"]) for record in records if record.get("skipped")}
    assert skipped == done and len(records) == 8
    for name in done:
        kept = out / name.replace(".wav", ".piano.wav")
        assert kept.stat().st_mtime_ns == before[kept]
    check_same(album, tmp_path, out)
