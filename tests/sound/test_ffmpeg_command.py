"""ffmpeg opens the one file and nothing else, whatever that is called and whatever is in it."""

import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from audiostyle.errors import AudioReadError
from audiostyle.sound.ffmpeg import FfmpegDecoder
from audiostyle.sound.ffmpeg_command import FORMATS, name_input, probe

needs_ffmpeg = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="no ffmpeg program")


def test_names_are_paths_and_nothing_else():
    for name in ("-x.m4a", "http://a/b.m4a", "concat:a|b", "a %d.m4a", "data:x"):
        assert name_input(Path(name)).startswith("file:/")
    assert name_input(Path("a"), (1, 2)).endswith(f"file:{Path('a').absolute()}")


def test_formats_that_name_other_files_are_not_opened():
    listed = set(FORMATS.split(","))
    assert not listed & {
        "concat",
        "hls",
        "dash",
        "sdp",
        "rtsp",
        "rtp",
        "image2",
        "lavfi",
        "imf",
        "ffmetadata",
        "webvtt",
    }
    assert "" not in listed and len(listed) > 50


@pytest.fixture
def server():
    """A server on this machine that counts how often it is asked."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    running = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}/", asked
    running.shutdown()
    running.server_close()


@needs_ffmpeg
@pytest.mark.parametrize("suffix", [".m4a", ".sdp"])
def test_lists_of_files_and_addresses_are_refused(tmp_path: Path, recording, noise, server, suffix: str):
    secret = recording("secret.wav", noise(1, 44100))
    address, asked = server
    for text in (
        f"ffconcat version 1.0\nfile '{secret}'\n",
        f"ffconcat version 1.0\nfile {address}\n",
        f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{address}a.mp3\n#EXT-X-ENDLIST\n",
        f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile://{secret}\n#EXT-X-ENDLIST\n",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n",
        f'<?xml version="1.0"?><MPD><BaseURL>{address}</BaseURL></MPD>',
    ):
        path = tmp_path / f"list{suffix}"
        path.write_text(text)
        with pytest.raises(AudioReadError) as error:
            FfmpegDecoder(path)
        assert str(error.value).startswith(f"{path}: ") and "\n" not in str(error.value)
    assert not asked


@needs_ffmpeg
def test_probing_tells_streams_and_is_empty_for_junk(tmp_path: Path, recording, noise):
    path = recording("a.wav", noise(2, 4410))
    assert len(probe(name_input(path))["streams"]) == 1
    junk = tmp_path / "junk"
    junk.write_bytes(b"junk" * 100)
    assert not probe(name_input(junk)).get("streams")


@needs_ffmpeg
def test_allocations_are_bounded(tmp_path: Path, recording, noise):
    """An MP4 whose table promises four thousand million entries ends soon, in little memory."""
    path = tmp_path / "a.m4a"
    command = ["ffmpeg", "-v", "error", "-i", recording("a.wav", noise(1, 44100)), path]
    subprocess.run(command, check=True)
    data = bytearray(path.read_bytes())
    for table in (b"stsz", b"stco", b"stts", b"stsc"):
        place = data.index(table) + (12 if table == b"stsz" else 8)
        data[place : place + 4] = b"\xff\xff\xff\xf0"
    path.write_bytes(data)
    try:
        decoder = FfmpegDecoder(path)
        assert sum(block.shape[1] for block in decoder.blocks(4096)) < 10**6
        decoder.close()
    except AudioReadError as error:
        assert "\n" not in str(error)
