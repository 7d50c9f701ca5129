"""What belongs to a browser is its own, bounded, and removed."""

import pytest

from audiostyle.app.jobs import Job, Request
from audiostyle.app.limits import Limits
from audiostyle.app.sessions import Session, Sessions, Upload, measure
from audiostyle.serving.requests import Refused


def add_upload(session, size):
    key, folder = session.make_folder()
    (folder / "a.wav").write_bytes(b"x" * size)
    session.uploads[key] = Upload(key, "sound", folder / "a.wav")
    return session.uploads[key]


def add_job(session, size, state, paths=()):
    key, folder = session.make_folder()
    (folder / "r.flac").write_bytes(b"x" * size)
    session.jobs[key] = Job(key, Request("translate", paths, {}, "piano"), folder, state=state)
    return session.jobs[key]


def test_a_session_is_found_by_its_cookie_alone(tmp_path):
    sessions = Sessions(tmp_path, Limits())
    secret, session = sessions.open()
    other, _ = sessions.open()
    assert sessions.find(secret) is session and sessions.find(other) is not session
    assert sessions.find(None) is sessions.find("") is sessions.find(secret[:-1]) is None


def test_there_are_only_so_many(tmp_path):
    sessions = Sessions(tmp_path, Limits(sessions=2))
    for _ in range(2):
        add_upload(sessions.open()[1], 1)
    with pytest.raises(Refused) as refused:
        sessions.open()
    assert refused.value.status == 503


def test_whoever_opens_many_locks_nobody_out(tmp_path):
    sessions = Sessions(tmp_path, Limits(sessions=3))
    busy, session = sessions.open()
    add_upload(session, 1)
    arriving, session = sessions.open()
    session.expected = 5
    empty = [sessions.open()[0] for _ in range(20)]
    assert [secret for secret in (busy, arriving, *empty) if sessions.find(secret)] == [
        busy,
        arriving,
        empty[-1],
    ]
    assert len(list(tmp_path.iterdir())) == 3


def test_there_are_only_so_many_files_and_those_in_use_stay(tmp_path):
    session = Session(tmp_path)
    uploads = [add_upload(session, 0) for _ in range(4)]
    add_job(session, 0, "running", (uploads[0].path,))
    session.make_room(0, 500, 3)
    assert list(session.uploads) == [uploads[0].id, uploads[3].id] and not uploads[1].path.parent.exists()


def test_what_is_on_its_way_takes_room_too(tmp_path):
    session = Session(tmp_path)
    session.expected = 300
    session.make_room(200, 500, 9)
    with pytest.raises(Refused):
        session.make_room(201, 500, 9)


def test_what_is_idle_is_removed_with_its_files_and_its_jobs_are_canceled(tmp_path):
    forgotten = []
    sessions = Sessions(tmp_path, Limits(idle=10), forgotten.append)
    secret, session = sessions.open()
    add_upload(session, 100)
    job = add_job(session, 1, "running")
    sessions.sweep(session.seen + 9)
    assert sessions.find(secret) is session
    sessions.sweep(session.seen + 11)
    assert sessions.find(secret) is None and forgotten == [job] and list(tmp_path.iterdir()) == []


def test_the_oldest_makes_room_and_what_is_in_use_stays(tmp_path):
    session = Session(tmp_path)
    used, unused = add_upload(session, 100), add_upload(session, 100)
    done, running = add_job(session, 100, "done"), add_job(session, 100, "running", (used.path,))
    session.make_room(100, 500, 9)
    assert len(session.uploads) == 2 and len(session.jobs) == 2
    session.make_room(200, 500, 9)
    assert done.id not in session.jobs and not done.folder.exists()
    session.make_room(300, 500, 9)
    assert unused.id not in session.uploads and used.path.exists() and running.folder.exists()
    with pytest.raises(Refused) as refused:
        session.make_room(301, 500, 9)
    assert refused.value.status == 507 and measure(tmp_path) == 200


def test_an_upload_is_of_its_kind(tmp_path):
    session = Session(tmp_path)
    upload = add_upload(session, 1)
    assert session.get_upload(upload.id, "sound") is upload
    for name, kind in ((upload.id, "picture"), ("x", "sound"), (None, "sound"), ([], "sound")):
        with pytest.raises(Refused):
            session.get_upload(name, kind)
