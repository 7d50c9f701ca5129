"""A job that works on copies does what it does on files, and speaks of addresses."""

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from fake_ray import FakeRay

from audiostyle.cli.batch.inputs import find_inputs
from audiostyle.cli.batch.plan import BatchTask
from audiostyle.cli.batch.staging import StagedJob, is_staged, restate
from audiostyle.errors import AudioReadError, AudiostyleError


@pytest.fixture(autouse=True)
def scratch(tmp_path, monkeypatch):
    """Copies lie in a folder of the test's own, in which nothing is left."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


@dataclass
class Shout:
    """Writes its input in capitals, and what its styles say."""

    styles: tuple[str, ...] = ()
    fails: type[Exception] | None = None

    def prepare(self):
        self.said = b"".join(Path(style).read_bytes() for style in self.styles)

    def __call__(self, task, progress):
        if self.fails:
            raise self.fails(f"{task.input}: is bad")
        for path in task.list_files():
            Path(path).write_bytes(Path(task.input).read_bytes().upper() + self.said)
        return {"input": task.input, "outputs": list(task.outputs.values())}


def ignore(*news):
    pass


def do(job, task):
    staged = StagedJob(job)
    staged.prepare()
    try:
        return staged(task, ignore)
    finally:
        staged.release()


def test_results_lie_at_their_addresses_and_are_told_by_them(store):
    store.pipe("/in/a b.wav", b"sound")
    task = BatchTask(
        "memory://in/a b.wav", {"x": "memory://x/a.wav", "y": "memory://y/a.wav"}, "memory://a.mid"
    )
    told = do(Shout(), task)
    assert told == {"input": task.input, "outputs": list(task.outputs.values())}
    assert store.find("") == ["/a.mid", "/in/a b.wav", "/x/a.wav", "/y/a.wav"]
    assert store.cat("/x/a.wav") == b"SOUND"


def test_files_of_this_machine_are_not_copied(store, tmp_path):
    (tmp_path / "a.wav").write_bytes(b"sound")
    there = BatchTask(str(tmp_path / "a.wav"), {"x": "memory://a.wav", "y": str(tmp_path / "b.wav")})
    assert do(Shout(), there)["input"] == there.input
    assert (tmp_path / "b.wav").read_bytes() == store.cat("/a.wav") == b"SOUND"
    assert is_staged([there], Shout()) and not is_staged(
        [BatchTask("a.wav", {"x": "b.wav"})], Shout(("s.wav",))
    )


def test_what_all_tasks_need_is_fetched_once(store, monkeypatch):
    store.pipe({"/s.wav": b"!", "/a.wav": b"a"})
    staged = StagedJob(Shout(("memory://s.wav",)))
    staged.prepare()
    store.rm("/s.wav")
    staged.prepare()
    staged(BatchTask("memory://a.wav", {"x": "memory://b.wav"}), ignore)
    assert store.cat("/b.wav") == b"A!" and is_staged([], staged.job)
    staged.release()
    store.pipe("/s.wav", b"?")
    staged.prepare()  # it can be used again
    staged(BatchTask("memory://a.wav", {"x": "memory://b.wav"}), ignore)
    assert store.cat("/b.wav") == b"A?"
    staged.release()


def test_names_that_no_disk_takes_keep_their_suffix(store):
    name = "é" * 200 + ".wav"
    store.pipe(f"/{name}", b"a")

    class Suffix(Shout):
        def __call__(self, task, progress):
            super().__call__(task, progress)
            return Path(task.input).suffix

    assert do(Suffix(), BatchTask(f"memory://{name}", {"x": f"memory://out/{name}"})) == ".wav"
    assert store.exists(f"/out/{name}")


@pytest.mark.parametrize("error", [AudioReadError, FileNotFoundError, ZeroDivisionError])
def test_a_failure_leaves_nothing_and_names_the_address(store, error):
    store.pipe("/in/a.wav", b"sound")
    with pytest.raises(Exception) as caught:
        do(Shout(fails=error), BatchTask("memory://in/a.wav", {"x": "memory://b.wav"}))
    assert isinstance(caught.value, ZeroDivisionError | AudiostyleError | FileNotFoundError)
    if error is AudioReadError:
        assert type(caught.value) is error and str(caught.value) == "memory://in/a.wav: is bad"
    assert store.find("") == ["/in/a.wav"]


def test_what_names_a_copy_names_its_address_wherever_it_is():
    named = {"/t/0/a.wav": "s3://b/a.wav", "/t/1/o.wav": "s3://b/o.wav"}

    @dataclass(frozen=True)
    class Report:
        outputs: dict
        seconds: float

    report = Report({"piano": "/t/1/o.wav", "all": ("/t/0/a.wav", ["/t/1/o.wav", 3])}, 1.5)
    assert restate(report, named) == Report(
        {"piano": "s3://b/o.wav", "all": ("s3://b/a.wav", ["s3://b/o.wav", 3])}, 1.5
    )
    assert restate(restate(report, named), {}) == restate(report, named)


# The command


@pytest.fixture
def album(store, song):
    for name in ("a.wav", "cd/b.flac", "cd/damaged.wav"):
        store.pipe(f"/in/{name}", song(f"in/{name}").read_bytes())
    return store


@pytest.mark.parametrize("options", [(), ("--engine", "ray")])
def test_a_catalogue_in_a_store_is_that_of_a_disk(album, audiostyle, monkeypatch, options):
    FakeRay().install(monkeypatch)
    here = audiostyle("translate", "in", "-d", "piano", "-d", "organ", "-o", "out", "--midi", "mid")
    there = audiostyle(
        "translate", "memory://in", "-d", "piano", "-d", "organ", "-o", "memory://out", "--midi", "memory://mid",
        *options,
    )  # fmt: skip
    assert (here.code, there.code) == (3, 3)

    def localize(text):
        return text.replace("memory://", "")

    assert sorted(localize(there.out).splitlines()) == sorted(here.out.splitlines())
    assert localize(there.err) == here.err
    made = [path for root in ("out", "mid") for path in Path(root).rglob("*") if path.is_file()]
    assert sorted(f"/{path}" for path in made) == [name for name in album.find("") if "/in/" not in name]
    assert all(album.cat(f"/{path}") == path.read_bytes() for path in made)


def test_a_second_run_does_what_is_left_by_the_ledger_here(album, audiostyle, monkeypatch):
    FakeRay().install(monkeypatch)
    album.rm("/in/cd/damaged.wav")
    words = ("translate", "memory://in", "-d", "piano", "-o", "memory://out", "--engine", "ray", "--json")
    assert audiostyle(*words).code == 0
    (ledger,) = Path().glob(".audiostyle-ledger-*.jsonl")
    assert ledger.read_text().count('"done"') == 2 and album.find("/out") == [
        "/out/a.piano.wav",
        "/out/cd/b.piano.flac",
    ]
    album.rm("/out/a.piano.wav")
    album.pipe("/in/new.wav", album.cat("/in/a.wav"))
    again = [json.loads(line) for line in audiostyle(*words).out.splitlines()]
    skipped = {record["input"]: record.get("skipped", False) for record in again}
    assert skipped == {
        "memory://in/a.wav": False, "memory://in/cd/b.flac": True, "memory://in/new.wav": False,
    }  # fmt: skip


def test_what_is_there_is_refused_skipped_or_replaced_as_on_a_disk(album, audiostyle):
    album.pipe("/out/a.piano.wav", b"dear")
    words = ("translate", "memory://in/a.wav", "-d", "piano", "-o", "memory://out/")
    refused, skipped = audiostyle(*words), audiostyle(*words, "--skip-existing")
    assert (refused.code, skipped.code) == (1, 0) and album.cat("/out/a.piano.wav") == b"dear"
    assert "memory://out/a.piano.wav: exists already; use --overwrite" in refused.err
    assert audiostyle(*words, "--overwrite").code == 0 and len(album.cat("/out/a.piano.wav")) > 100
    own = audiostyle(
        "translate", "memory://in/a.wav", "-d", "piano", "-o", "memory://in/a.wav", "--overwrite"
    )
    assert own.code == 2 and "would replace the input" in own.err


def test_results_in_the_folder_of_the_inputs_are_no_inputs_of_the_next_run(album, audiostyle):
    words = ("translate", "memory://in", "-d", "piano", "-o", "memory://in", "--skip-existing", "--json")
    first, second = audiostyle(*words), audiostyle(*words)
    assert len(first.out.splitlines()) == len(second.out.splitlines()) == 3


def test_no_object_leads_out_of_the_folder_for_results(album, audiostyle, monkeypatch):
    names = ("/in/../../evil.wav", "/in/a.wav")  # a key of S3 may be anything
    monkeypatch.setattr(type(album), "find", lambda self, path, **more: {name: {"size": 1} for name in names})
    result = audiostyle("translate", "memory://in", "-d", "piano", "-o", "deep/er/out")
    assert "leads out of its folder" in result.err
    assert not list(Path().rglob("evil*")) and not list(Path("..").glob("evil*"))


def test_styles_in_a_store_leave_nothing_here(album, audiostyle):
    words = ("transfer", "memory://in/a.wav", "--method", "complex-wct", "--json")
    result = audiostyle(*words, "memory://in/cd/b.flac", "-o", "memory://out/")
    assert result.code == 0 and json.loads(result.out)["styles"] == ["memory://in/cd/b.flac"]
    assert album.find("/out") == ["/out/a.complex-wct.wav"]
    album.pipe("/in/bad.wav", b"no sound")
    bad = audiostyle(*words, "memory://in/bad.wav", "-o", "memory://bad/")
    assert bad.code == 1 and "memory://in/bad.wav" in bad.err and album.find("/bad") == []


def test_notices_name_addresses(album, audiostyle):
    album.pipe("/in/odd.wav", album.cat("/in/a.wav"))
    result = audiostyle("translate", "memory://in/odd.wav", "-d", "piano", "-o", "memory://out/")
    assert result.err == "audiostyle: memory://in/odd.wav: is odd\n"


@pytest.mark.parametrize("option", ["--stems", "--model"])
def test_what_must_be_here_is_refused_elsewhere(album, audiostyle, option):
    result = audiostyle("translate", "memory://in/a.wav", "--part", "melody=piano", option, "s3://bucket/x")
    assert result.code != 0 and "s3://bucket/x" in result.err


def test_paths_of_this_machine_ask_for_no_fsspec(program, song):
    song("a.wav")
    code = "import sys, audiostyle.cli.app as app\napp.run(sys.argv[1:])\nassert 'fsspec' not in sys.modules"
    command = [sys.executable, "-c", code, "translate", "a.wav", "-d", "piano", "--model", "tiny"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def bucket(monkeypatch):
    """A server that speaks S3, with one bucket (moto; skipped where it or s3fs is not installed)."""
    server_module, s3fs = pytest.importorskip("moto.server"), pytest.importorskip("s3fs")
    server = server_module.ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://{}:{}".format(*server.get_host_and_port()))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    system = s3fs.S3FileSystem(skip_instance_cache=True, use_listings_cache=False)
    system.mkdir("music")
    yield system
    server.stop()


@pytest.mark.slow
def test_a_killed_command_goes_on_between_two_buckets_of_a_real_server(bucket, song, tmp_path):
    pytest.importorskip("ray")
    for index in range(8):
        bucket.put_file(str(song(f"in/{index} é?.wav", seconds=3.0)), f"music/in/{index} é?.wav")
    words = ["translate", "s3://music/in", "-d", "piano", "--json", "--model", "universal"]
    environment = {name: value for name, value in os.environ.items() if name != "AUDIOSTYLE_HOME"}
    environment["PYTHONPATH"] = os.pathsep.join(
        [str(Path(__file__).parents[3]), *filter(os.path.isdir, sys.path)]
    )

    def start(*options):  # with the true translator
        command = [sys.executable, "-m", "audiostyle", *words, *options]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)

    first = start("-o", "s3://music/out", "--engine", "ray", "-j", "2")
    while not bucket.exists("music/out") or len(bucket.ls("music/out", refresh=True)) < 2:
        assert first.poll() is None
        time.sleep(0.05)
    first.kill()
    first.communicate()
    (ledger,) = Path().glob(".audiostyle-ledger-*.jsonl")
    done = ledger.read_text().count('"done"')
    second = start("-o", "s3://music/out", "--engine", "ray", "-j", "2")
    records = [json.loads(line) for line in second.communicate()[0].splitlines()]
    assert second.returncode == 0
    assert len(records) == 8 and sum(record.get("skipped", False) for record in records) == done < 8
    alone = start("-o", "alone")
    alone.communicate()
    made = sorted(path.name for path in Path("alone").iterdir())
    assert len(made) == 8 and sorted(bucket.find("music/out")) == [f"music/out/{name}" for name in made]
    assert all(bucket.cat(f"music/out/{name}") == Path("alone", name).read_bytes() for name in made)


def test_inputs_are_found_by_name_pattern_and_folder(album):
    found, problems = find_inputs(
        ["memory://in/cd/*.flac", "memory://in", "memory://in/a.wav", "memory://gone.wav"]
    )
    assert [source.path for source in found] == [
        "memory://in/cd/b.flac", "memory://in/a.wav", "memory://in/cd/damaged.wav",
    ]  # fmt: skip
    assert found[1].folder == Path(".") and found[2].folder == Path("cd")
    assert [problem.input for problem in problems] == ["memory://gone.wav"]
