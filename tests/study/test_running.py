"""The server as a process: it listens, is killed, and goes on."""

import json
import socket
import subprocess
import sys
import urllib.request

import pytest

pytest.importorskip("uvicorn")

from audiostyle.errors import AudiostyleError
from audiostyle.study.running import serve_study


def test_a_port_that_is_taken_is_one_line(folder):
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(AudiostyleError, match="another --port"),
    ):
        serve_study(folder, port=taken.getsockname()[1])


def test_after_a_kill_the_next_server_goes_on(folder):
    def start():
        command = [sys.executable, "-m", "audiostyle", "study", "serve", str(folder), "--port", "0", "-q"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        return process, process.stdout.readline().strip()

    def post(link, path, content, cookie=""):
        headers = {"content-type": "application/json", "cookie": cookie}
        request = urllib.request.Request(link + path, json.dumps(content).encode(), headers)
        with urllib.request.urlopen(request, timeout=300) as response:
            return json.load(response), response.headers.get("set-cookie", "").partition(";")[0]

    process, link = start()
    state, cookie = post(link, "api/begin", {"consent": True})
    answer = {"answer": {"choice": "tie"}, "milliseconds": 5, "plays": [1, 1], "sample_rate": None}
    state, _ = post(link, "api/answer", answer | {"trial": state["trial"]}, cookie)
    process.kill()
    process.communicate()
    process, link = start()
    again, _ = post(link, "api/answer", answer | {"trial": 0}, cookie)  # its acknowledgment was lost
    assert again == state and again["trial"] == 1
    process.terminate()
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 143 and "Traceback" not in errors
