"""Settings: a preset with changes, checked before the work."""

import pytest

from audiostyle.errors import AudiostyleError
from audiostyle.image.optimization.presets import get_preset
from audiostyle.image.optimization.settings import Overrides, choose_settings, list_sizes, make_descent


def test_without_changes_it_is_the_preset():
    assert choose_settings("nnst", Overrides()) == get_preset("nnst")


def test_changes_replace_what_they_name_and_nothing_else():
    made = choose_settings("gatys", Overrides(loss="mrf", layers=["relu3_1"], start="noise", rate=0.5))
    assert (made.loss, made.layers, made.start, made.rate) == ("mrf", ("relu3_1",), "noise", 0.5)
    assert made.sizes == get_preset("gatys").sizes


@pytest.mark.parametrize(
    ("sizes", "iterations", "expected"),
    [
        (None, 7, (7, 7)),
        ((64,), None, (200,)),
        ((64, 128, 0), (3, 2, 1), (3, 2, 1)),
        ((32, 64, 0), 5, (5, 5, 5)),
    ],
)
def test_every_size_has_its_iterations(sizes, iterations, expected):
    assert choose_settings("gatys", Overrides(sizes=sizes, iterations=iterations)).iterations == expected


def test_sizes_grow_to_the_pictures_own_and_not_beyond():
    made = choose_settings("gatys", Overrides(sizes=(512, 64, 0)))
    assert list_sizes(made, 300) == [64, 300] and list_sizes(made, 900) == [64, 512, 900]


def test_the_descent_is_told_all():
    descent = make_descent(choose_settings("strotss", Overrides(rate=0.1)), 30)
    assert (descent.iterations, descent.optimizer, descent.step, descent.round) == (30, "adam", 0.1, 1)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"loss": "gramm"}, "did you mean 'gram'"),
        ({"start": "style"}, "start must be one of content, noise, photowct"),
        ({"sizes": (8,)}, "sizes must be 16 pixels or more"),
        ({"sizes": ()}, "sizes must be lengths"),
        ({"iterations": (1, 2, 3)}, "2 sizes need as many iterations, or one, not 3"),
        ({"iterations": -1}, "iterations must be a whole number of 0 or more"),
        ({"optimizer": "sgd"}, "optimizer must be lbfgs or adam"),
        ({"rate": 0}, "rate must be above 0"),
        ({"photorealism": -1}, "photorealism must be 0 or more"),
        ({"layers": "relu3_1"}, "layers must be names"),
    ],
)
def test_slips_are_named(changes, message):
    with pytest.raises(AudiostyleError, match=message):
        choose_settings("gatys", Overrides(**changes))
