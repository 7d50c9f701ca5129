"""A table does what its method does, to the content and to what was taken like it."""

import numpy as np
import pytest
import torch

from audiostyle.errors import AudiostyleError, ShapeError
from audiostyle.image import apply_lut, grade, make_lut, mkl, read_cube, reinhard, write_cube
from audiostyle.image.grading.table import ColorTable, make_grid
from audiostyle.image.lut import GLOBAL

STEP = 1 / 255


@pytest.mark.parametrize(("name", "function"), [("mkl", mkl), ("reinhard", reinhard)])
def test_a_table_does_what_the_method_does(landscape_pair, tmp_path, name, function):
    content, style = landscape_pair
    write_cube(tmp_path / "a.cube", make_lut(content, style, method=name), name)
    found = apply_lut(content, tmp_path / "a.cube")
    assert np.abs(found - function(content, style)).mean() < STEP


def test_the_table_of_grading_is_grading_without_parts(landscape_pair):
    content, style = landscape_pair
    found = apply_lut(content, make_lut(content, style))
    np.testing.assert_allclose(found, grade(content, style, segments="none"), atol=1e-5)


def test_the_table_of_grading_brings_colors_to_the_style(landscape_pair):
    from audiostyle.evaluate import sliced_wasserstein

    content, style = landscape_pair
    found = apply_lut(content, make_lut(content, style))
    assert sliced_wasserstein(found, style) < 0.3 * sliced_wasserstein(content, style)


def test_what_a_table_holds_does_not_depend_on_place(landscape_pair):
    content, style = landscape_pair
    table, turned = make_lut(content, style), make_lut(content[::-1], style[:, ::-1])
    np.testing.assert_allclose(table.values, turned.values, atol=1e-5)


def test_files_and_tables_do_the_same(landscape_pair, tmp_path):
    content, style = landscape_pair
    table = make_lut(content, style)
    write_cube(tmp_path / "a.cube", table, "look")
    assert (
        np.abs(
            apply_lut(content, tmp_path / "a.cube") - apply_lut(content, read_cube(tmp_path / "a.cube"))
        ).max()
        == 0
    )
    assert np.abs(apply_lut(content, tmp_path / "a.cube") - apply_lut(content, table)).max() < 1e-5


def test_kind_layout_and_alpha_stay(landscape_pair):
    table = ColorTable.from_values(1 - make_grid(2))
    content = (landscape_pair[0] * 255).astype(np.uint8)
    np.testing.assert_array_equal(apply_lut(content, table), 255 - content)
    with_alpha = np.concatenate([content, content[..., :1]], axis=2)
    np.testing.assert_array_equal(apply_lut(with_alpha, table)[..., 3], content[..., 0])
    assert apply_lut(torch.from_numpy(landscape_pair[0]), table).dtype == torch.float32


def test_strength_mixes(landscape_pair):
    content, table = landscape_pair[0], ColorTable.from_values(1 - make_grid(2))
    np.testing.assert_array_equal(apply_lut(content, table, strength=0.0), content)
    np.testing.assert_allclose(apply_lut(content, table, strength=0.5), 0.5, atol=1e-6)
    with pytest.raises(ShapeError, match="strength"):
        apply_lut(content, table, strength=2.0)


@pytest.mark.parametrize("name", ["photowct", "mlk", 3])
def test_methods_that_no_table_holds_are_refused(landscape_pair, name):
    with pytest.raises(AudiostyleError, match=f"use one of {', '.join(GLOBAL)}"):
        make_lut(*landscape_pair, method=name)
