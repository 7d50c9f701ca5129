"""``audiostyle translate`` from the outside: what lands where, what is said, what is left after trouble."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile


def samples(path):
    return soundfile.read(path, dtype="float32", always_2d=True)[0]


def hidden_files():
    return list(Path().rglob(".*"))


def test_a_file_is_translated_into_the_current_folder(audiostyle, song):
    source = song("music/song.wav", channels=2)
    result = audiostyle("translate", source, "--domain", "piano")
    assert (result.code, result.err) == (0, "")
    assert result.out == "music/song.wav -> song.piano.wav (0:00 in 0.5 s, 0x real time)\n"
    np.testing.assert_allclose(samples("song.piano.wav"), samples(source) / 2, atol=2**-15)


def test_several_domains_and_a_midi_file_in_one_run(audiostyle, song):
    result = audiostyle(
        "translate", song("song.flac"), "-d", "piano", "-d", "organ", "-o", "out/", "--midi", "a.mid"
    )
    assert result.code == 0
    assert sorted(path.name for path in Path("out").iterdir()) == ["song.organ.flac", "song.piano.flac"]
    assert Path("a.mid").is_file()
    assert "3 of 12 notes moved by octaves into the range of organ" in result.out


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_batch_goes_on_past_what_fails_and_says_so(audiostyle, song, jobs):
    for name in ("a", "damaged", "bug", "deep/z"):
        song(f"in/{name}.wav")
    result = audiostyle(
        "translate", "in", "gone.wav", "-d", "piano", "-o", "out", "-j", jobs, "--model", "tiny"
    )
    assert result.code == 3
    assert sorted(str(path) for path in Path("out").rglob("*.wav")) == [
        "out/a.piano.wav",
        "out/deep/z.piano.wav",
    ]
    assert "in/damaged.wav: is not audio; choose another file" in result.err
    assert "gone.wav: no such file" in result.err
    assert "3 of 5 failed: gone.wav, in/bug.wav, in/damaged.wav" in result.err
    assert "Traceback" not in result.err


def test_the_number_of_jobs_changes_nothing(audiostyle, song):
    for index in range(4):
        song(f"in/{index}.wav", seconds=0.1 * (4 - index))
    lines = []
    for jobs in (1, 3):
        result = audiostyle(
            "translate", "in", "-d", "piano", "-o", f"out{jobs}", "-j", jobs, "--json", "--model", "tiny"
        )
        lines.append([json.loads(line) for line in result.out.splitlines()])
        for record in lines[-1]:
            record["output"] = Path(record["output"]).name
    assert lines[0] == lines[1]
    for path in Path("out1").iterdir():
        assert path.read_bytes() == (Path("out3") / path.name).read_bytes()


@pytest.mark.parametrize(
    ("names", "code"), [(["damaged.wav"], 1), (["damaged.wav", "bug.wav"], 1), (["good.wav", "bug.wav"], 3)]
)
def test_the_exit_code_says_whether_some_or_all_failed(audiostyle, song, names, code):
    assert audiostyle("translate", *map(song, names), "-d", "piano").code == code


# Machines


def test_json_has_a_line_for_each_output_and_nothing_else_is_on_stdout(audiostyle, song):
    song("song.wav", channels=2)
    result = audiostyle("translate", "song.wav", "gone.wav", "-d", "piano", "-d", "organ", "--json")
    gone, piano, organ = [json.loads(line) for line in result.out.splitlines()]
    assert gone["input"] == "gone.wav" and "no such file" in gone["error"]
    assert {key: piano[key] for key in ("input", "output", "domain", "model", "sample_rate", "channels")} == {
        "input": "song.wav",
        "output": "song.piano.wav",
        "domain": "piano",
        "model": "universal",
        "sample_rate": 8000,
        "channels": 2,
    }
    assert (piano["seconds"], piano["real_time_factor"], piano["folded"], organ["folded"]) == (0.2, 0.4, 0, 3)
    assert len(piano["sha256"]) == 64


@pytest.mark.parametrize("json_too", [False, True])
def test_a_dry_run_says_what_would_happen_and_does_nothing(audiostyle, song, json_too):
    song("in/a.wav")
    before = sorted(Path().rglob("*"))
    result = audiostyle(
        "translate", "in", "-d", "piano", "-o", "out", "--dry-run", *(["--json"] if json_too else [])
    )
    assert result.code == 0
    assert "out/a.piano.wav" in result.out
    assert sorted(Path().rglob("*")) == before
    assert audiostyle("translate", "in", "gone", "-d", "piano", "--dry-run").code == 3


def test_quiet_says_only_what_went_wrong(audiostyle, song):
    result = audiostyle("translate", song("a.wav"), song("bug.wav"), "-d", "piano", "-q")
    assert result.out == ""
    assert all("bug" in line for line in result.err.splitlines())


def test_debug_shows_where_it_broke(audiostyle, song):
    assert "fake_translator.py" in audiostyle("translate", song("bug.wav"), "-d", "piano", "--debug").err


# Nothing is lost


def test_what_exists_is_kept_skipped_or_replaced_as_asked(audiostyle, song):
    song("song.wav")
    Path("song.piano.wav").write_text("dear")
    refused = audiostyle("translate", "song.wav", "-d", "piano")
    skipped = audiostyle("translate", "song.wav", "-d", "piano", "--skip-existing")
    assert (refused.code, skipped.code) == (1, 0)
    assert "song.piano.wav: exists already; use --overwrite" in refused.err
    assert "skipped" in skipped.out
    assert Path("song.piano.wav").read_text() == "dear"
    assert audiostyle("translate", "song.wav", "-d", "piano", "--overwrite").code == 0
    assert len(samples("song.piano.wav")) == 1600


@pytest.mark.parametrize("out", ["song.wav", "./song.wav"])
def test_the_input_is_never_replaced(audiostyle, song, out):
    before = song("song.wav").read_bytes()
    result = audiostyle("translate", "song.wav", "-d", "piano", "-o", out, "--overwrite")
    assert result.code == 2
    assert Path("song.wav").read_bytes() == before


def test_two_inputs_with_one_output_is_an_error_before_work_starts(audiostyle, song):
    result = audiostyle("translate", song("a.wav"), song("b.wav"), "-d", "piano", "-o", "out.wav")
    assert result.code == 2
    assert sorted(path.name for path in Path().iterdir()) == ["a.wav", "b.wav"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["-d", "paino"], 2, "did you mean 'piano'?; it has piano, organ"),
        (["-d", "piano", "--model", "univresal"], 1, "did you mean 'universal'?"),
        (["-d", "piano", "--format", "docx"], 2, "use one of wav, flac"),
        (["-d", "piano", "-o", "out.xyz"], 2, "cannot write suffix '.xyz'"),
        (["-d", "piano", "--subtype", "MP4"], 2, "use one of PCM_16"),
        (["-d", "piano", "--filename", "{x}.wav"], 2, "use only {stem}, {domain} and {ext}"),
        (["-d", "piano", "--out", "-", "--json"], 2, "both need stdout"),
        (["-d", "piano", "--overwrite", "--skip-existing"], 2, "exclude each other"),
    ],
)
def test_a_mistake_is_found_before_work_starts(audiostyle, song, arguments, code, message):
    result = audiostyle("translate", song("song.wav"), *arguments)
    assert result.code == code
    assert message in result.err and result.err.count("\n") == 1
    assert [path.name for path in Path().iterdir()] == ["song.wav"]


def test_a_device_that_is_not_there_is_one_line_and_not_one_for_each_input(audiostyle, song):
    result = audiostyle("translate", song("a.wav"), song("b.wav"), "-d", "piano", "--device", "cuda")
    assert (result.code, result.err.count("\n")) == (1, 1)
    assert "'cuda' does not work here" in result.err


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_damaged_model_is_one_line_and_not_one_for_each_input(audiostyle, song, tmp_path, jobs):
    (tmp_path / "home" / "models" / "tiny" / "tiny.piano.safetensors").write_bytes(b"")
    result = audiostyle(
        "translate", song("a.wav"), song("b.wav"), "-d", "piano", "--model", "tiny", "-j", jobs
    )
    assert result.code == 1
    assert result.err.count("\n") == 1 and "damaged" in result.err


def test_a_name_that_is_no_text_is_no_obstacle(program, song):
    song("x.wav").rename(os.fsdecode(b"caf\xe9.wav"))
    done = program("translate", os.fsdecode(b"caf\xe9.wav"), "-d", "piano", "--model", "tiny")
    assert done.returncode == 0, done.stderr
    assert os.path.exists(os.fsdecode(b"caf\xe9.piano.wav"))


# Pipes


def test_sound_goes_in_and_out_through_pipes(program, song):
    source = song("song.wav")
    done = program("translate", "-", "-d", "piano", "-o", "-", "--model", "tiny", stdin=source.read_bytes())
    assert done.returncode == 0, done.stderr
    np.testing.assert_allclose(samples(io.BytesIO(done.stdout)), samples(source) / 2, atol=2**-15)
    assert b"standard output" in done.stderr or b"- -> -" in done.stderr


def test_stdin_is_read_even_when_files_are_shared_out_to_processes(program, song):
    source = song("song.wav")
    done = program(
        "translate", "-", "song.wav", "-d", "piano", "--model", "tiny", "-j", 2, stdin=source.read_bytes()
    )
    assert done.returncode == 0, done.stderr
    assert Path("stdin.piano.wav").read_bytes() == Path("song.piano.wav").read_bytes()


# Trouble in the middle


def start(*arguments):
    command = [
        sys.executable,
        "-m",
        "audiostyle",
        "translate",
        *map(str, arguments),
        "-d",
        "piano",
        "--model",
        "tiny",
    ]
    # A shell's background job ignores SIGINT, and hands that on: here it must take effect again.
    process = subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    deadline = time.monotonic() + 120
    while not hidden_files():  # until work has begun
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.02)
    return process


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize(
    ("send", "number", "code"),
    [(os.killpg, signal.SIGINT, 130), (os.kill, signal.SIGINT, 130), (os.kill, signal.SIGTERM, 143)],
    ids=["Ctrl-C in a terminal", "SIGINT", "SIGTERM"],
)
def test_an_interruption_leaves_nothing_unfinished(song, jobs, send, number, code):
    for name in ("slow1", "slow2", "slow3"):
        song(f"in/{name}.wav", seconds=20)
    process = start("in", "-o", "out", "-j", jobs)
    send(process.pid, number)
    assert process.wait(timeout=120) == code
    message = process.communicate()[1].decode()
    assert "Traceback" not in message
    assert ("interrupted" in message) == (number == signal.SIGINT)
    assert not hidden_files() and not list(Path("out").iterdir())


def test_a_kill_leaves_no_output_and_no_process(song):
    song("in/slow1.wav", seconds=20)
    song("in/slow2.wav", seconds=20)
    process = start("in", "-o", "out", "-j", 2)
    process.kill()
    process.wait()
    assert not list(Path("out").glob("*.wav"))
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:  # the workers notice that their parent is gone
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            break
        time.sleep(0.05)
    else:
        pytest.fail("workers outlive their parent")
    process.stderr.close()


def test_a_folder_that_cannot_be_written_is_one_line(audiostyle, song):
    song("song.wav")
    Path("out").write_text("a file")
    result = audiostyle("translate", "song.wav", "-d", "piano", "-o", "out/")
    assert result.code == 1
    assert "out/song.piano.wav: cannot be written" in result.err


# The library


def test_the_decoder_is_chosen_by_name(audiostyle, song):
    song("song.wav")
    other = audiostyle("translate", "song.wav", "-d", "piano", "--decoder", "wavenet")
    assert (other.code, other.out) == (1, "")
    assert "model 'universal' has no decoder of the kind 'wavenet' for 'piano'" in other.err
    assert audiostyle("translate", "song.wav", "-d", "piano", "--decoder", "wavnet").code == 2


@pytest.mark.parametrize("temperature", ["0", "-1", "nan", "inf"])
def test_a_temperature_is_above_nothing(audiostyle, song, temperature):
    result = audiostyle("translate", song("song.wav"), "-d", "piano", "--temperature", temperature)
    assert result.code == 2 and "is not above 0" in result.err


def test_settings_of_a_wavenet_need_one(audiostyle, song):
    song("song.wav")
    for option in (("--temperature", "0.9"), ("--chunks", "3")):
        result = audiostyle("translate", "song.wav", "-d", "piano", *option)
        assert result.code == 2 and "add --decoder wavenet" in result.err
    assert audiostyle("translate", "song.wav", "-d", "piano", "--chunks", "0").code == 2


def test_how_notes_are_written_is_asked_for_with_the_notes(audiostyle, song):
    source = song("a.wav")
    for options in (["--midi-plain"], ["--quantize", "1/16"]):
        result = audiostyle("translate", source, "-d", "piano", *options)
        assert result.code == 2 and "add --midi PATH" in result.err
    result = audiostyle("translate", source, "-d", "piano", "--midi", "a.mid", "--quantize", "1/7")
    assert result.code == 2 and "'1/7' is no grid" in result.err
    result = audiostyle("translate", source, "-d", "piano", "--midi", "a.mid", "--midi-plain")
    assert result.code == 0


def test_parts_are_one_result(audiostyle, song):
    parts = ("--part", "melody=piano", "--part", "bass=organ", "--dry-run")
    result = audiostyle("translate", song("song.wav"), *parts)
    assert result.code == 0
    assert "song.band.wav" in result.out


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ([], "--domain NAME, or --part"),
        (["-d", "piano", "--part", "bass=organ"], "--domain NAME, or --part"),
        (["--part", "bass=organ", "--part", "bass=piano"], "named twice"),
        (["-d", "piano", "--stems", "x"], "add --part"),
    ],
)
def test_wrong_parts_are_usage_errors(audiostyle, song, arguments, reason):
    result = audiostyle("translate", song("song.wav"), *arguments)
    assert result.code == 2
    assert reason in result.err
