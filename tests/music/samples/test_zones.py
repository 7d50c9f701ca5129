"""Zones: every key and velocity within range plays something, the nearest where nothing is exact."""

from pathlib import Path

import pytest

from audiostyle.music.samples.zones import SampledInstrument, Zone

SOFT = Zone(Path("soft.wav"), 60, (58, 62), (1, 50))
LOUD = Zone(Path("loud.wav"), 60, (58, 62), (80, 127))
HIGH = Zone(Path("high.wav"), 72, (70, 74))
NOISE = Zone(Path("noise.wav"), 60, (60, 60), sounds_on_release=True)
INSTRUMENT = SampledInstrument("x", (SOFT, LOUD, HIGH, NOISE))


@pytest.mark.parametrize(
    ("key", "velocity", "zone"),
    [
        (60, 1, SOFT),
        (60, 127, LOUD),
        (60, 60, SOFT),
        (60, 75, LOUD),
        (64, 100, LOUD),
        (67, 5, HIGH),
        (99, 5, HIGH),
    ],
)
def test_the_nearest_zone_is_played(key, velocity, zone):
    assert INSTRUMENT.find_zones(key, velocity) == [zone]


def test_releases_are_apart():
    assert INSTRUMENT.find_zones(60, 90, on_release=True) == [NOISE]
    assert INSTRUMENT.find_zones(61, 90, on_release=True) == []
    assert SampledInstrument("x", (SOFT, NOISE)).range == (58, 62)


@pytest.mark.parametrize("tracking", [0.0, 0.5, 1.0])
def test_levels_rise_with_velocity_as_far_as_they_follow_it(tracking):
    zone = Zone(Path("a.wav"), 60, (0, 127), tracking=tracking)
    levels = [zone.get_level(velocity) for velocity in range(1, 128)]
    assert levels == sorted(levels)
    assert levels[-1] == 1
    assert levels[63] == pytest.approx((64 / 127) ** (2 * tracking))
