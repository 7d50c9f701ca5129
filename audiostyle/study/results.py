"""Answers as they were stored, as rows, as a table for other programs, and as what models are fitted to."""

import csv
import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from audiostyle.atomic import write_atomically
from audiostyle.errors import AudiostyleError
from audiostyle.study.design import CANNOT_TELL, COUNTED, FIRST, PAIRS, TIE, Role, Study
from audiostyle.study.scale import Placements
from audiostyle.study.storage import explain_errors

Floats = NDArray[np.float64]

COLUMNS = (
    "study", "simulated", "session", "listener", "trial", "role", "item", "left", "right", "order", "answer",
    "milliseconds", "plays", "sample_rate", "received",
)  # fmt: skip
"""Of the table of raw answers."""

_QUERY = """
SELECT a.session, a.trial, t.role, t.item, t.stimuli, t.repeats, a.answer, a.milliseconds, a.plays,
       a.sample_rate, a.received
FROM answers a JOIN trials t USING (session, trial)
"""


@dataclass(frozen=True)
class Row:
    """One answer.

    Attributes:
        session: the listener's number.
        trial: position in the session.
        role: what the trial was for.
        item: whose versions were compared.
        stimuli: keys in the order shown, left first.
        repeats: position of the trial that this one asked again.
        answer: as :func:`~audiostyle.study.design.check_answer` wants it.
        milliseconds: from the trial's being shown to the answer.
        plays: how often each stimulus was played.
        sample_rate: of the listener's device, in hertz.
        received: seconds since 1970.
    """

    session: int
    trial: int
    role: Role
    item: str
    stimuli: tuple[str, ...]
    repeats: int | None
    answer: dict[str, object]
    milliseconds: float
    plays: tuple[int, ...]
    sample_rate: float | None
    received: float


@dataclass(frozen=True)
class Answers:
    """All answers of a study.

    Attributes:
        rows: by listener and trial.
        simulated: whether no person gave them.
        comments: session → what the listener wrote at the end.
        began, finished: how many listeners did.
    """

    rows: tuple[Row, ...]
    simulated: bool
    comments: dict[int, str]
    began: int
    finished: int


def read_answers(path: Path, study: Study) -> Answers:
    """Read all answers; a server may be writing meanwhile.

    Args:
        path: of the SQLite file.
        study: whose answers they must be.

    Raises:
        AudiostyleError: there are none, the file is damaged, or it belongs to another study.
    """
    if not path.is_file():
        raise AudiostyleError(f"{path}: there are no answers yet; run 'audiostyle study serve'")
    with explain_errors(path):
        db = sqlite3.connect(path, timeout=30)
        try:
            owner = db.execute("SELECT id, simulated FROM study").fetchone()
            if owner is None or owner[0] != study.id:
                raise AudiostyleError(f"{path}: holds the answers of another study")
            rows = [_make_row(row) for row in db.execute(f"{_QUERY} ORDER BY a.session, a.trial")]
            sessions = db.execute("SELECT session, finished, comment FROM sessions").fetchall()
        finally:
            db.close()
    known = study.by_key
    if any(key not in known for row in rows for key in row.stimuli):
        raise AudiostyleError(f"{path}: names stimuli that the study does not have; its file was changed")
    comments = {int(session): str(comment) for session, _, comment in sessions if comment}
    finished = sum(when is not None for _, when, _ in sessions)
    return Answers(tuple(rows), bool(owner[1]), comments, len(sessions), finished)


def _make_row(row: Sequence[object]) -> Row:
    session, trial, role, item, stimuli, repeats, answer, milliseconds, plays, rate, received = row
    return Row(
        int(session), int(trial), Role(role), str(item), tuple(json.loads(str(stimuli))), repeats,  # type: ignore[call-overload, arg-type]
        json.loads(str(answer)), float(milliseconds), tuple(json.loads(str(plays))), rate, float(received),  # type: ignore[arg-type]
    )  # fmt: skip


def write_table(answers: Answers, study: Study, path: Path) -> None:
    """Write all answers as CSV, one line each, with systems in place of keys.

    Raises:
        AudiostyleError: it cannot be written.
    """
    with (
        write_atomically(path, AudiostyleError) as temporary,
        temporary.open("w", encoding="utf-8", newline="") as file,
    ):
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for row in answers.rows:
            names = [_name_stimulus(study, key) for key in row.stimuli]
            left, right = names if study.design == PAIRS else ("", "")
            writer.writerow(
                [
                    study.id, int(answers.simulated), row.session, f"L{row.session + 1:03}", row.trial,
                    row.role.value,
                    guard_cell(row.item), guard_cell(left), guard_cell(right), guard_cell(" | ".join(names)),
                    json.dumps(row.answer), row.milliseconds, json.dumps(row.plays), row.sample_rate,
                    row.received,
                ]
            )  # fmt: skip


def guard_cell(text: str) -> str:
    """Return a text that spreadsheets do not take for a formula.

    Example:
        >>> guard_cell("=1+1"), guard_cell("song")
        ("'=1+1", 'song')
    """
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _name_stimulus(study: Study, key: str) -> str:
    stimulus = study.by_key[key]
    return stimulus.system + (" (made worse)" if stimulus.degraded else "")


def count_pairs(rows: Iterable[Row], study: Study, listeners: Sequence[int]) -> tuple[Floats, Floats, Floats]:
    """Return preferences, ties and abstentions, each (listeners, systems, systems).

    Args:
        rows: answers; those to trials for training and screening are passed over.
        study: gives the order of systems.
        listeners: numbers of those who count, in order.

    Returns:
        How often each preferred the row to the column; how often each found both alike, symmetric; how often
        each could not tell, symmetric.
    """
    system = {
        key: study.systems.index(s.system) for key, s in study.by_key.items() if s.system in study.systems
    }
    place = {listener: n for n, listener in enumerate(listeners)}
    wins, ties, abstained = np.zeros((3, len(listeners), len(study.systems), len(study.systems)))
    for row in rows:
        if row.role not in COUNTED or row.session not in place:
            continue
        who, choice = place[row.session], row.answer["choice"]
        left, right = (system[key] for key in row.stimuli)
        if choice in (TIE, CANNOT_TELL):
            matrix = ties if choice == TIE else abstained
            matrix[who, left, right] += 1
            matrix[who, right, left] += 1
        else:
            better, worse = (left, right) if choice == FIRST else (right, left)
            wins[who, better, worse] += 1
    return wins, ties, abstained


def count_pairs_in(db: sqlite3.Connection, study: Study) -> tuple[Floats, Floats]:
    """Return preferences and ties of all listeners together so far, (systems, systems) each."""
    rows = [_make_row(row) for row in db.execute(f"{_QUERY} WHERE t.role = 'main'")]
    everyone = sorted({row.session for row in rows})
    wins, ties, _ = count_pairs(rows, study, everyone)
    return wins.sum(axis=0), ties.sum(axis=0)


def count_votes(rows: Iterable[Row], study: Study, listeners: Sequence[int]) -> tuple[Floats, Floats]:
    """Return how often each listener picked each system, and had the choice, (listeners, systems) each.

    Args:
        rows: answers; those to trials for training and screening are passed over.
        study: gives the order of systems.
        listeners: numbers of those who count, in order.
    """
    known = study.by_key
    place = {listener: n for n, listener in enumerate(listeners)}
    picked, shown = np.zeros((2, len(listeners), len(study.systems)))
    for row in rows:
        if row.role not in COUNTED or row.session not in place:
            continue
        systems = [study.systems.index(known[key].system) for key in row.stimuli]
        shown[place[row.session], systems] += 1
        picked[place[row.session], systems[int(str(row.answer["choice"]))]] += 1
    return picked, shown


def collect_placements(
    rows: Iterable[Row], study: Study, listeners: Sequence[int]
) -> tuple[Placements, list[str]]:
    """Return all placements on pages that count, without versions that were made worse.

    Args:
        rows: answers.
        study: whose answers they are.
        listeners: numbers of those who count, in order.

    Returns:
        Placements, and the keys of the stimuli by their numbers.

    Raises:
        ShapeError: there are none.
    """
    known = study.by_key
    place = {listener: n for n, listener in enumerate(listeners)}
    numbers: dict[str, int] = {}
    columns: list[tuple[int, int, int, float]] = []
    page = 0
    for row in rows:
        if row.role not in COUNTED or row.session not in place:
            continue
        positions = row.answer["positions"]
        assert isinstance(positions, list)
        for key, position in zip(row.stimuli, positions, strict=True):
            if not known[key].degraded:
                number = numbers.setdefault(key, len(numbers))
                columns.append((place[row.session], page, number, float(position)))
        page += 1
    who, where, what, position = zip(*columns, strict=True) if columns else ((), (), (), ())
    return Placements.of(
        np.array(who, int), np.array(where, int), np.array(what, int), np.array(position)
    ), list(numbers)


def list_listeners(rows: Iterable[Row]) -> list[int]:
    """Return the numbers of all listeners with an answer that counts, sorted."""
    return sorted({row.session for row in rows if row.role in COUNTED})
