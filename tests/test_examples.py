"""Examples are short and use the public interface only; .ci/run runs them."""

import ast
import importlib
import sys
from pathlib import Path

import pytest

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.py"))
PUBLIC = {"audiostyle", "audiostyle.image", "audiostyle.augment", "audiostyle.evaluate", "audiostyle.study"}
SHORT = {"evaluate", "study"}  # imported from audiostyle
each = pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)


def test_there_are_eight():
    assert len(EXAMPLES) == 8


@each
def test_it_fits_a_screen_and_says_how_to_run_it(path):
    text = path.read_text("utf-8")
    assert len(text.splitlines()) < 40
    assert f"python examples/{path.name}" in (ast.get_docstring(ast.parse(text)) or "")


@each
def test_it_imports_what_is_public(path):
    allowed = PUBLIC | {"numpy", "soundfile", "PIL", "torch"} | sys.stdlib_module_names
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            assert {alias.name for alias in node.names} <= allowed
        elif isinstance(node, ast.ImportFrom):
            assert node.module in allowed


@each
def test_every_name_of_ours_is_in_a_table_of_public_names(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Attribute) and (package := ast.unparse(node.value)) in PUBLIC | SHORT:
            name = f"audiostyle.{package}" if package in SHORT else package
            if f"{name}.{node.attr}" not in PUBLIC:
                assert node.attr in importlib.import_module(name).__all__
