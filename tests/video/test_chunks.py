"""Stretches on the disk: exact, counted only when whole, and only for the same work."""

import numpy as np
import pytest
import torch
from films import make_pan

from audiostyle.errors import VideoWriteError
from audiostyle.style import Moments
from audiostyle.style.memory import MomentMemory
from audiostyle.video.chunks import Stretches
from audiostyle.video.reading import Frame
from audiostyle.video.steady import Steadiness


def save(stretches, number, pictures, memory=None):
    frames = [Frame(picture, n) for n, picture in enumerate(pictures)]
    steadiness = Steadiness(frame=pictures[-1], change=np.full(pictures[-1].shape, 0.25, np.float32))
    steadiness.counts, steadiness.scenes = np.full(pictures[-1].shape[:2], 7, np.float32), number + 1
    stretches.save(number, frames, steadiness, memory or MomentMemory())


def test_frames_and_memory_come_back_exactly(tmp_path):
    pictures, memory = make_pan(5, 31, 45), MomentMemory()
    memory(Moments.from_features(torch.rand(1, 3, 40)))
    stretches = Stretches(tmp_path / "work", {"a": 1})
    save(stretches, 0, pictures[:3])
    save(stretches, 1, pictures[3:], memory)
    stretches.__exit__()
    again = Stretches(tmp_path / "work", {"a": 1})
    assert again.count() == 2
    np.testing.assert_array_equal(list(again.read()), pictures)
    steadiness, recalled = Steadiness(), MomentMemory()
    again.recall(1, steadiness, recalled)
    np.testing.assert_array_equal(steadiness.frame, pictures[-1])
    assert steadiness.counts.shape == pictures[-1].shape[:2] and steadiness.counts.min() == 7
    assert steadiness.change.max() == 0.25 and steadiness.scenes == 2
    torch.testing.assert_close(recalled.kept[0].scatter, memory.kept[0].scatter)


def test_a_stretch_without_its_memory_does_not_count(tmp_path):
    stretches = Stretches(tmp_path / "work", {})
    save(stretches, 0, make_pan(2))
    save(stretches, 1, make_pan(2))
    (tmp_path / "work" / "000000.safetensors").unlink()
    assert stretches.count() == 0


def test_another_work_begins_anew(tmp_path):
    with Stretches(tmp_path / "work", {"a": 1}) as stretches:
        save(stretches, 0, make_pan(2))
    assert Stretches(tmp_path / "work", {"a": 2}).count() == 0


def test_damaged_memory_is_one_line(tmp_path):
    stretches = Stretches(tmp_path / "work", {})
    save(stretches, 0, make_pan(2))
    (tmp_path / "work" / "000000.safetensors").write_bytes(b"x")
    with pytest.raises(VideoWriteError, match="is damaged"):
        stretches.recall(0, Steadiness(), MomentMemory())


def test_two_processes_do_not_work_in_one_folder(tmp_path):
    with Stretches(tmp_path / "work", {}), pytest.raises(VideoWriteError, match="another process makes"):
        Stretches(tmp_path / "work", {})
    assert Stretches(tmp_path / "work", {}).count() == 0
