"""Moments gathered over time."""

import torch

from audiostyle.style import Moments
from audiostyle.style.memory import MomentMemory


def measure(seed, shift=0.0):
    generator = torch.Generator().manual_seed(seed)
    return Moments.from_features(torch.rand(1, 3, 50, generator=generator) + shift)


def test_a_repeated_frame_has_its_own_moments():
    memory, own = MomentMemory(), measure(0)
    for _ in range(20):
        found = memory(own)
        memory.end_frame()
    torch.testing.assert_close(found.mean, own.mean)
    torch.testing.assert_close(found.scatter / found.count, own.scatter / own.count)


def test_without_forgetting_it_pools_exactly():
    memory = MomentMemory(half_life=1e12)
    for seed in range(4):
        found = memory(measure(seed))
        memory.end_frame()
    pooled = Moments.pool([measure(seed) for seed in range(4)])
    torch.testing.assert_close(found.mean, pooled.mean)
    torch.testing.assert_close(found.covariance, pooled.covariance)


def test_each_place_has_a_memory_of_its_own_and_a_new_scene_none():
    memory = MomentMemory()
    for shift in (0.0, 0.1):
        first, second = memory(measure(0, shift)), memory(measure(1, 5 + shift))
        memory.end_frame()
    assert float((second.mean - first.mean).min()) > 4
    memory.forget()
    torch.testing.assert_close(memory(measure(2)).mean, measure(2).mean)


def test_what_depends_on_the_styles_is_computed_once():
    memory, times = MomentMemory(), []
    for _ in range(3):
        assert memory.recall("looks", lambda: times.append(1) or 7) == 7
        memory.end_frame()
    memory.forget()
    memory.recall("looks", lambda: times.append(1) or 8)
    assert len(times) == 1
