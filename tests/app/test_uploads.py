"""Names are harmless, what breaks off leaves nothing, what is no sound is refused in a sentence."""

import asyncio
import os

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.app.limits import Limits
from audiostyle.app.sessions import Session, Upload
from audiostyle.app.uploads import clean_name, inspect_upload, receive_upload
from audiostyle.serving.requests import Refused

LIMITS = Limits(upload=1000, session=2000, spare=0)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_any_name_becomes_a_plain_file(name):
    clean = clean_name(name)
    assert clean and "/" not in clean and "\0" not in clean and not clean.startswith(".")
    assert clean == os.path.basename(clean) and clean.isprintable()
    assert len(os.fsencode(clean)) <= 200  # results are called after it, and disks take 255
    assert clean_name(clean) == clean


def receive(session, chunks, size=0, limits=LIMITS, fails=False):
    async def stream():
        for chunk in chunks:
            yield chunk
        if fails:
            raise Refused(413, "too large")

    return asyncio.run(receive_upload(session, "sound", "a b.wav", size, stream(), limits))


def test_a_file_arrives_as_it_was_sent(tmp_path):
    upload = receive(Session(tmp_path), [b"abc", b"", b"def"])
    assert upload.path.name == "a b.wav" and upload.path.read_bytes() == b"abcdef"
    assert upload.path.is_relative_to(tmp_path) and upload.kind == "sound"


def test_what_breaks_off_leaves_nothing(tmp_path):
    with pytest.raises(Refused):
        receive(Session(tmp_path), [b"abc"], fails=True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["日本語の長い題名" * 20 + ".wav", "😀" * 300, "é" * 200 + "." + "😀" * 50])
def test_long_names_in_any_script_fit_on_a_disk(tmp_path, name):
    path = tmp_path / clean_name(name)
    path.touch()
    assert len(path.stem) > 30 and name.startswith(path.stem)


def test_of_many_at_a_time_there_is_room_for_each(tmp_path):
    session, chunk = Session(tmp_path), b"x" * 500

    async def slowly():
        for _ in range(2):
            await asyncio.sleep(0.001)
            yield chunk

    async def send_all():
        sent = (receive_upload(session, "sound", "a.wav", 1000, slowly(), LIMITS) for _ in range(5))
        return await asyncio.gather(*sent, return_exceptions=True)

    results = asyncio.run(send_all())
    assert sum(isinstance(one, Upload) for one in results) == 2  # 2000 bytes are allowed
    assert all(isinstance(one, Upload | Refused) for one in results) and session.expected == 0


def test_a_full_disk_is_said_before_anything_is_taken(tmp_path):
    with pytest.raises(Refused, match="disk") as refused:
        receive(Session(tmp_path), [b"abc"], limits=Limits(spare=2**62))
    assert refused.value.status == 507 and list(tmp_path.iterdir()) == []


def test_a_recording_is_described(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.zeros((4000, 2)), 8000)
    about = inspect_upload(Upload("id", "sound", tmp_path / "a.wav")).describe()
    assert about == {
        "id": "id", "kind": "sound", "name": "a.wav", "seconds": 0.5, "channels": 2, "sample_rate": 8000,
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["sound", "picture"])
def test_what_is_something_else_is_removed_with_a_sentence_that_tells_no_folders(tmp_path, kind):
    folder = tmp_path / "x"
    folder.mkdir()
    (folder / "a.wav").write_bytes(b"no sound and no picture at all")
    with pytest.raises(Refused) as refused:
        inspect_upload(Upload("id", kind, folder / "a.wav"))
    assert refused.value.reason.startswith("a.wav: ") and str(tmp_path) not in refused.value.reason
    assert refused.value.status == 422 and not folder.exists()
