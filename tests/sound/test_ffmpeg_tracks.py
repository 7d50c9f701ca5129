"""The default track, where it is on the time line, and words about both."""

import pytest

from audiostyle.sound.ffmpeg_tracks import Track, choose_track


def stream(
    index: int, start: object = "0.000000", default: int = 0, kind: str = "audio", cover: int = 0
) -> dict:
    disposition = {"default": default, "attached_pic": cover}
    return {
        "index": index,
        "codec_type": kind,
        "start_time": start,
        "duration": "9.0",
        "disposition": disposition,
    }


def choose(*streams: dict, container: str = "mov,mp4", start: str = "0.000000") -> Track:
    return choose_track({"streams": list(streams), "format": {"format_name": container, "start_time": start}})


def test_the_default_track_or_else_the_first():
    assert choose(stream(0, kind="video"), stream(1), stream(2, default=1)).index == 2
    assert choose(stream(0, kind="video", default=1), stream(3), stream(4)).index == 3
    assert not choose(stream(1)).remarks
    assert "2 sound tracks" in choose(stream(1), stream(2)).remarks[0]


@pytest.mark.parametrize(
    "container, origin, start, delay",
    [
        ("mov,mp4", "0.5", "0.5", 0.5),  # its time line begins at 0, whatever comes first
        ("matroska,webm", "0.0", "0.7", 0.7),
        ("matroska,webm", "3600.0", "3600.7", 0.7),  # a broadcast
        ("mpegts", "1.4", "1.9", 0.5),
        ("mpegts", "1.4", "1.4", 0.0),
        ("mov,mp4", "0.0", "0.021", 0.0),  # what encoders put before the sound
        ("mov,mp4", "0.0", "-0.5", 0.0),
        ("mov,mp4", "0.0", "1e12", 0.0),  # no such thing
        ("mov,mp4", "0.0", "N/A", 0.0),
    ],
)
def test_sound_that_starts_late(container: str, origin: str, start: str, delay: float):
    track = choose(stream(0, start), container=container, start=origin)
    assert track.delay == pytest.approx(delay)
    assert bool(track.remarks) == bool(delay)


def test_pictures_tags_and_nothing_at_all():
    assert choose(stream(0), stream(1, kind="video", cover=1)).picture == 1
    assert choose_track({}) == Track() == choose_track({"streams": [stream(0, kind="video")]})
    tagged = {"streams": [stream(0)], "format": {"tags": {"TITLE": "x"}}}
    assert choose_track(tagged).tags == (("title", "x"),)
