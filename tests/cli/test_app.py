"""The command's manners: instant help, one line for every error, an exit code that says what happened."""

import os
import subprocess
import sys

import pytest

from audiostyle.cli import app
from audiostyle.cli.console import UsageError
from audiostyle.errors import AudioReadError, ModelNotFound, UnknownDomain

HEAVY = {"torch", "librosa", "numpy", "scipy", "soundfile", "PIL", "rich", "multiprocessing"}


@pytest.mark.parametrize(
    "arguments",
    [["--help"], [], ["translate", "--help"], ["image", "--help"], ["image", "stylize", "-h"], ["--version"]],
)
def test_help_loads_nothing_heavy(arguments):
    code = (
        "import sys; from audiostyle.cli.app import run; code = run(sys.argv[1:]);"
        f"heavy = {HEAVY} & set(sys.modules); assert not heavy, heavy; sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "audiostyle" in done.stdout


def test_help_names_every_verb(audiostyle):
    text = audiostyle("--help").out
    assert all(command in text for command in app.COMMANDS)
    assert audiostyle().out == text
    assert audiostyle("-h").out == text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["trnslate"], "Did you mean 'translate'"),
        (["translate"], "Missing argument"),
        (["translate", "a.wav"], "--domain NAME, or --part ROLE=NAME"),
        (["translate", "a.wav", "-d", "piano", "--overwrit"], "--overwrite"),
        (["translate", "a.wav", "-d", "piano", "--strength", "2"], "--strength"),
        (["translate", "a.wav", "-d", "piano", "--jobs", "0"], "--jobs"),
        (["translate", "a.wav", "-d", "piano", "--clip", "hard"], "--clip"),
        (["translate", "a.wav", "-d", "piano", "--device", "gpu"], "none of auto, cpu, cuda"),
        (["models"], "Missing command"),
    ],
)
def test_a_mistake_in_the_command_is_one_line_and_code_2(audiostyle, arguments, message):
    result = audiostyle(*arguments)
    assert result.code == 2
    assert message in result.err
    assert result.err.startswith("audiostyle: ") and result.err.count("\n") == 1
    assert "--help'" in result.err
    assert result.out == ""


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (AudioReadError("song.wav: is bad"), 1),
        (ModelNotFound("no model"), 1),
        (UsageError("no"), 2),
        (UnknownDomain("no domain"), 2),
        (KeyboardInterrupt(), 130),
        (ZeroDivisionError("x"), 1),
    ],
)
@pytest.mark.parametrize("debug", [False, True])
def test_every_error_is_one_line_and_a_code_and_with_debug_a_traceback(
    audiostyle, monkeypatch, error, code, debug
):
    def fail(*arguments, **options):
        raise error

    monkeypatch.setattr("audiostyle.models.zoo.find_model", fail)
    result = audiostyle("domains", *(["--debug"] if debug else []))
    assert result.code == code
    assert result.err.splitlines()[-1].startswith("audiostyle: ")
    expects_traceback = debug and not isinstance(error, KeyboardInterrupt)
    assert ("Traceback" in result.err) == expects_traceback
    assert debug or result.err.count("\n") == 1


def test_a_notice_of_the_library_is_a_line_and_a_warning_of_another_is_not(audiostyle, monkeypatch):
    import logging
    import warnings

    from audiostyle.models import zoo

    real = zoo.find_model

    def find(*arguments, **options):
        logging.getLogger("audiostyle.translation").warning("out of memory; going on with the CPU")
        warnings.warn("something was deprecated", DeprecationWarning, stacklevel=1)
        return real(*arguments, **options)

    monkeypatch.setattr(zoo, "find_model", find)
    assert audiostyle("domains").err == "audiostyle: out of memory; going on with the CPU\n"


def test_the_package_runs_as_a_module_and_says_its_version(program):
    done = program("--version")
    assert done.returncode == 0
    assert done.stdout.startswith(b"audiostyle ")


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path):
    line = f"{sys.executable} -m audiostyle domains --model tiny | head -n 1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", line], capture_output=True, text=True)
    assert "Traceback" not in done.stderr
    assert done.stdout.startswith("DOMAIN")


def test_threads_are_settled_once_and_the_user_has_the_last_word(monkeypatch):
    from audiostyle.cli import fix_thread_count

    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.delenv("OMP_WAIT_POLICY", raising=False)
    fix_thread_count()
    assert os.environ["OMP_NUM_THREADS"] == "7"
    monkeypatch.delenv("OMP_NUM_THREADS")
    fix_thread_count()
    assert 1 <= int(os.environ["OMP_NUM_THREADS"]) <= 4
    assert os.environ.pop("OMP_WAIT_POLICY") == "PASSIVE"


def complete(line):
    """Return what the TAB key proposes at the end of a line, in bash."""
    environment = {**os.environ, "_AUDIOSTYLE_COMPLETE": "complete_bash", "COMP_WORDS": line}
    environment["COMP_CWORD"] = str(len(line.split(" ")) - 1)
    done = subprocess.run(
        [sys.executable, "-m", "audiostyle"], capture_output=True, text=True, env=environment
    )
    return done.stdout.split()


def test_the_tab_key_knows_commands_options_and_domains():
    assert complete("audiostyle tra") == ["translate", "transfer", "train"]
    assert complete("audiostyle translate --tran") == ["--transpose"]
    assert "organ" in complete("audiostyle translate -d o")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_there_for_the_usual_shells(shell):
    environment = {**os.environ, "_AUDIOSTYLE_COMPLETE": f"source_{shell}"}
    done = subprocess.run(
        [sys.executable, "-m", "audiostyle"], capture_output=True, text=True, env=environment
    )
    assert "_AUDIOSTYLE_COMPLETE" in done.stdout
