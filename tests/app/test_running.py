"""What is offered, and the command as a process."""

import os
import signal
import subprocess
import sys
import urllib.request

import pytest

pytest.importorskip("uvicorn")

from audiostyle.app.running import make_offer, serve_app
from audiostyle.errors import ModelNotFound
from audiostyle.spectrogram.methods import METHODS


def test_everything_that_does_not_take_minutes_is_offered():
    offer = make_offer()
    assert "piano" in offer.domains and "band" in offer.domains and "grade" in offer.pictures
    assert set(METHODS) - set(offer.transfers) == {"ulyanov", "optimize"}
    assert "mosaic" in offer.networks


def test_another_model_is_refused_before_anything_listens():
    with pytest.raises(ModelNotFound):
        serve_app(model="nothing", announce=pytest.fail)


def test_ctrl_c_ends_it_and_leaves_nothing(tmp_path):
    command = [sys.executable, "-m", "audiostyle", "app", "--port", "0", "--no-browser", "-q"]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's & has it ignored
    )
    link = process.stdout.readline().strip()
    assert b"audiostyle" in urllib.request.urlopen(link, timeout=60).read()
    urllib.request.urlopen(f"{link}api/state", timeout=60)
    assert [path.name[0] for path in tmp_path.iterdir()] == ["."]
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130 and "Traceback" not in errors
    assert [path for path in tmp_path.iterdir() if path.suffix == ".part"] == []
