"""The notebooks run from the first cell to the last; their own assertions hold."""

import ast
import json
import os
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).resolve().parents[1] / "notebooks").glob("*.ipynb"))


def read_code(path):
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def test_there_are_notebooks_of_sound_and_of_pictures():
    assert {path.stem for path in NOTEBOOKS} == {"translate", "transfer", "photographs"}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_what_is_stored_is_python_without_outputs_and_checks_itself(path):
    notebook = json.loads(path.read_text("utf-8"))
    code = "\n".join(read_code(path))
    assert any(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(code)))
    assert not any(cell.get("outputs") for cell in notebook["cells"])  # they would be megabytes
    assert notebook["cells"][0]["cell_type"] == "markdown"


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs(path, tmp_path, monkeypatch):
    nbclient = pytest.importorskip("nbclient")
    nbformat = pytest.importorskip("nbformat")
    pytest.importorskip("ipykernel")
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    notebook = nbformat.read(path, as_version=4)
    client = nbclient.NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(tmp_path)}})
    client.execute()  # an exception of a cell is one here
    pictures = [
        output
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if "image/png" in output.get("data", {})
    ]
    assert pictures
    if folder := os.environ.get("AUDIOSTYLE_NOTEBOOKS"):  # to look at them
        nbformat.write(notebook, Path(folder, path.name))
