"""The server of studies under load, killed at random moments, and attacked.

``--load N``: so many listeners at once, each answering as fast as the server does (no thinking), on the
machine that also runs them; time from an answer's being sent to its being stored and acknowledged.  ``--kills
N``: the process gets SIGKILL at random moments under load; every answer that was acknowledged must be in the
file.  ``--hostile``: requests that must be refused.  Without options, all of it; stored in
``results/study_server.md``.  Ten minutes.
"""

import argparse
import asyncio
import json
import random
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
import numpy as np
import report
import soundfile

from audiostyle.study.creation import create_study

ANSWERS = 20  # of each listener under load
STUDY = [sys.executable, "-m", "audiostyle", "study"]
THINKING = 5.0  # seconds between two answers of a listener who is quick; the harder test has none


class Server:
    """The command as a process."""

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.folder, self.link = folder, f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [*STUDY, "serve", str(self.folder), "--port", str(self.port)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        if not self.process.stdout.readline():
            raise SystemExit(self.process.communicate()[1])

    def kill(self) -> str:
        self.process.kill()
        return self.process.communicate()[1]


def make_study(root: Path, trials: int, listeners: int = 100_000) -> Path:
    """Make a study of pairs of two systems on one short sound, without limits of rate."""
    for number, name in enumerate(("ours", "theirs")):
        (root / "in" / name).mkdir(parents=True)
        soundfile.write(
            root / "in" / name / "a.wav", 0.1 * (1 + number) * np.sin(np.arange(8000) * 0.1), 8000
        )
    folder = root / "study"
    create_study(folder, {name: root / "in" / name for name in ("ours", "theirs")}, "Which?", trials=trials)
    text = (folder / "study.toml").read_text("utf-8")
    text = text.replace("sessions_per_minute = 60.0", "sessions_per_minute = 1000000.0")
    text = text.replace("requests_per_second = 10.0", "requests_per_second = 100000.0")
    (folder / "study.toml").write_text(
        text.replace("listeners = 1000\n", f"listeners = {listeners}\n"), "utf-8"
    )
    return folder


def make_answer(state: dict) -> dict:
    return {
        "trial": state["trial"],
        "answer": {"choice": random.choice(["first", "second", "tie"])},
        "milliseconds": 1000,
        "plays": [1, 1],
        "sample_rate": 48000,
    }


async def take_part(
    link: str, seconds: list[float], acknowledged: list[tuple[str, int, str]], thinking: float, tries: int
) -> None:
    """Answer as a browser does, until the server is gone or the session at its end.

    A server closes idle connections; an answer that is sent at that moment is sent again, as the page does.
    """
    limits = httpx.Limits(max_connections=1)
    async with httpx.AsyncClient(base_url=link, timeout=60, limits=limits) as client:
        try:
            state = (await client.post("/api/begin", json={"consent": True})).raise_for_status().json()
            secret = next(iter(client.cookies.jar)).value or ""
            for _ in range(ANSWERS):
                if state["stage"] != "trial":
                    return
                await asyncio.sleep(random.uniform(0, 2 * thinking))
                answer = make_answer(state)
                began = time.perf_counter()
                for left in range(tries - 1, -1, -1):
                    try:
                        response = await client.post("/api/answer", json=answer)
                        break
                    except httpx.TransportError:
                        if not left:
                            raise
                seconds.append(time.perf_counter() - began)
                if response.status_code == 200:
                    acknowledged.append((secret, answer["trial"], answer["answer"]["choice"]))
                state = response.raise_for_status().json()
        except httpx.TransportError:
            return


def load_together(
    link: str, listeners: int, thinking: float
) -> tuple[list[float], list[tuple[str, int, str]]]:
    seconds: list[float] = []
    acknowledged: list[tuple[str, int, str]] = []

    async def run() -> None:
        await asyncio.gather(*(take_part(link, seconds, acknowledged, thinking, 3) for _ in range(listeners)))

    asyncio.run(run())
    return seconds, acknowledged


def count_missing(folder: Path, acknowledged: list[tuple[str, int, str]]) -> int:
    """Return how many acknowledged answers are not in the file, or not as they were given."""
    import hashlib

    with sqlite3.connect(folder / "answers.sqlite") as db:
        query = "SELECT secret, trial, answer FROM answers JOIN sessions USING (session)"
        stored = {
            (secret, trial): json.loads(answer)["choice"] for secret, trial, answer in db.execute(query)
        }
    hashes = {secret: hashlib.sha256(secret.encode()).hexdigest() for secret, _, _ in acknowledged}
    return sum(stored.get((hashes[secret], trial)) != choice for secret, trial, choice in acknowledged)


def measure_load(listeners: int, thinking: float) -> list[object]:
    """Return a row: listeners, thinking, answers, percentiles in milliseconds, answers lost."""
    with tempfile.TemporaryDirectory() as root:
        folder = make_study(Path(root), trials=ANSWERS)
        server = Server(folder)
        server.start()
        began = time.perf_counter()
        seconds, acknowledged = load_together(server.link, listeners, thinking)
        elapsed = time.perf_counter() - began
        server.kill()
        lost = count_missing(folder, acknowledged) + listeners * ANSWERS - len(acknowledged)
    middle, high, highest = (1000 * np.quantile(seconds, share) for share in (0.5, 0.95, 1))
    pause = f"{thinking:g} s" if thinking else "none"
    rate = len(acknowledged) / elapsed
    return [
        listeners,
        pause,
        len(acknowledged),
        f"{rate:.0f}/s",
        f"{middle:.0f}",
        f"{high:.0f}",
        f"{highest:.0f}",
        lost,
    ]


def measure_kills(kills: int) -> str:
    """Kill the server at random moments under load, always on the same study; return what was found."""
    with tempfile.TemporaryDirectory() as root:
        folder = make_study(Path(root), trials=ANSWERS)
        acknowledged: list[tuple[str, int, str]] = []
        server = Server(folder)
        for _ in range(kills):
            server.start()

            async def run(server: Server = server) -> None:
                before = len(acknowledged)
                people = [
                    asyncio.create_task(take_part(server.link, [], acknowledged, 0, 1)) for _ in range(8)
                ]
                while random.random() < 0.99 and len(acknowledged) == before:  # or while they begin
                    await asyncio.sleep(0.01)
                await asyncio.sleep(random.uniform(0, 0.5))
                server.process.kill()
                await asyncio.gather(*people, return_exceptions=True)

            asyncio.run(run())
            server.process.communicate()
        with sqlite3.connect(folder / "answers.sqlite") as db:
            sound = db.execute("PRAGMA integrity_check").fetchone()[0]
            stored = db.execute("SELECT count(*) FROM answers").fetchone()[0]
        missing = count_missing(folder, acknowledged)
    return (
        f"{kills} kills (SIGKILL) at random moments under the load of 8 listeners: {len(acknowledged)} "
        f"answers were acknowledged, {missing} of them are missing or changed; {stored} are stored; the file "
        f"is {sound!r}."
    )


def list_hostile(state: dict, key: str) -> list[tuple[str, str, str, dict]]:
    """Return what must be refused: kind, method, path, and the rest of the request."""
    good = make_answer(state)
    text = json.dumps(good)
    typed = {"content-type": "application/json"}
    paths = [
        "/../study.toml",
        "/media/../study.toml",
        "/media/..%2f..%2fetc%2fpasswd",
        "/media/%2e%2e/answers.sqlite",
        "/web/..%5c..%5cserver.py",
        "/web/....//server.py",
        "/media/" + "a" * 5000,
        "/media/x%00.flac",
        "/token",
        "/answers.sqlite",
        "/study.toml",
        "/.git/config",
        "//etc/passwd",
        "/media/" + key + "/../../token",
    ]
    bodies = [
        b"",
        b"[]",
        b"null",
        b'{"trial": NaN}',
        b"{" * 5000,
        b"\xff\xfe",
        b'{"trial": 1e999}',
        b'{"__proto__": {}}',
        b'{"trial": ' + b"9" * 4000 + b"}",
    ]
    changed = [
        {"trial": good["trial"] + 1},
        {"trial": -1},
        {"trial": 2**40},
        {"trial": "0"},
        {"trial": "0; DROP TABLE answers"},
        {"answer": {"choice": "' OR 1=1 --"}},
        {"answer": {"choice": "<script>"}},
        {"answer": "first"},
        {"plays": [1]},
        {"answer": {"choice": "first", "session": 0}},
        {"session": 0},
        {"milliseconds": -5},
        {"milliseconds": "1"},
        {"plays": [10**400, 1]},
        {"plays": [1, None]},
        {"sample_rate": -1},
        {"answer": {"choice": ["first"]}},
    ]
    return [
        *(("path traversal and files that are not the page's", "GET", path, {}) for path in paths),
        *(("bodies without JSON", "POST", "/api/answer", {"content": b, "headers": typed}) for b in bodies),
        *(("forged answers", "POST", "/api/answer", {"json": good | change}) for change in changed),
        *(
            ("wrong types, origins and hosts", "POST", "/api/answer", {"content": text, "headers": headers})
            for headers in (
                {"content-type": "text/plain"},
                {"content-type": "multipart/form-data"},
                {},
                typed | {"origin": "http://evil.example"},
                typed | {"host": "evil.example"},
            )
        ),
        ("oversized bodies", "POST", "/api/comment", {"content": b"x" * 10_000_000, "headers": typed}),
        ("oversized bodies", "POST", "/api/comment", {"json": {"comment": "x" * 5000}}),
        *(("other methods", method, "/api/answer", {}) for method in ("PUT", "DELETE", "PATCH", "TRACE")),
    ]


def measure_hostile() -> str:
    """Send what must be refused; return a table of it."""
    with tempfile.TemporaryDirectory() as root:
        folder = make_study(Path(root), trials=ANSWERS)
        server = Server(folder)
        server.start()
        with httpx.Client(base_url=server.link) as client, httpx.Client(base_url=server.link) as stranger:
            state = client.post("/api/begin", json={"consent": True}).json()
            replayed = make_answer(state)
            state = client.post("/api/answer", json=replayed).json()
            requests = list_hostile(state, state["stimuli"][0])
            counts: dict[str, list[int]] = {}
            for kind, method, path, rest in requests:
                try:
                    status = client.request(method, path, **rest).status_code
                except httpx.TransportError:  # the connection is closed on who does not stop sending
                    status = 413
                counts.setdefault(kind, [0, 0])
                counts[kind][0] += 1
                counts[kind][1] += 400 <= status < 500
            other = replayed | {"answer": {"choice": "cannot-tell"}}
            replays = [client.post("/api/answer", json=other).status_code == 409]
            replays += [
                client.post("/api/answer", json=replayed).json()["trial"] == state["trial"]
            ]  # changes nothing
            counts["replayed answers"] = [2, sum(replays)]
            forged = [
                {f"listener-{state['study']}": value} for value in ("0", "1", "' OR 1=1 --", "a" * 5000)
            ]
            thefts = [
                stranger.get(f"/media/{state['stimuli'][0]}", cookies=cookies).status_code
                for cookies in forged
            ]
            counts["forged and missing cookies"] = [
                len(thefts),
                sum(status in (400, 401, 431) for status in thefts),
            ]
        log = server.kill()
        with sqlite3.connect(folder / "answers.sqlite") as db:
            stored = db.execute("SELECT count(*) FROM answers").fetchone()[0]
    table = report.format_table(["kind", "sent", "refused"], [[kind, *pair] for kind, pair in counts.items()])
    lines = log.count("refused")
    stored_line = f"Answers stored: {stored} (the one that was given)."
    return f"{table}\n\nThe log has {lines} lines about refusals. {stored_line}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--load", type=int, help="listeners at once")
    parser.add_argument("--kills", type=int, help="how often the server is killed")
    parser.add_argument("--hostile", action="store_true")
    given = parser.parse_args()
    everything = not (given.load or given.kills or given.hostile)
    header = [
        "listeners at once",
        "thinking, mean",
        "answers",
        "rate",
        "median ms",
        "p95 ms",
        "slowest ms",
        "lost",
    ]
    parts = ["# The server of studies", report.describe_run()]
    if given.load or everything:
        cases = [(given.load, 0.0)] if given.load else [(50, 0.0), (50, THINKING), (500, THINKING)]
        parts.append(
            "Listeners run on the same machine; must: p95 below 200 ms with 50, nothing lost; aim: 500."
        )
        parts.append(report.format_table(header, [measure_load(*case) for case in cases]))
    if given.kills or everything:
        parts.append(measure_kills(given.kills or 100))
    if given.hostile or everything:
        parts.append(measure_hostile())
    text = "\n\n".join(parts)
    print(text)
    if everything:
        print(report.store("study_server", text))


if __name__ == "__main__":
    main()
