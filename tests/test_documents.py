"""The documents are true: their commands parse, their links lead somewhere, their Python runs."""

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from PIL import Image
from typer.main import get_command

from audiostyle.cli.app import build_app

ROOT = Path(__file__).resolve().parent.parent
GENERATED = {  # in docs/, written by its build
    "_build", "api", "results", "command-line.md", "architecture.md", "benchmarks.md", "changelog.md",
    "contributing.md", "security.md",
}  # fmt: skip

DOCUMENTS = sorted(
    {
        *ROOT.glob("*.md"),
        *(ROOT / "examples").glob("*.md"),
        *(ROOT / "benchmarks").glob("*.md"),
        *(path for path in (ROOT / "docs").rglob("*.md") if not GENERATED & set(path.parts)),
    }
)
FENCE = re.compile(r"^( *)```(\w+)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^()\s]+)\)")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def find_blocks(path: Path, language: str) -> list[str]:
    return [block for _, kind, block in FENCE.findall(path.read_text("utf-8")) if kind == language]


def find_commands() -> Iterator[tuple[str, str]]:
    """Yield (document, command) of every ``audiostyle …`` in a block of shell code."""
    for path in DOCUMENTS:
        for block in find_blocks(path, "sh"):
            for line in block.replace("\\\n", " ").splitlines():
                if "audiostyle" not in line:
                    continue
                words = shlex.split(line, comments=True)
                while words:
                    end = next((i for i, word in enumerate(words) if word in ("&&", "|", ">")), len(words))
                    command, words = words[:end], words[end + 1 :]
                    if command and Path(command[0]).name == "audiostyle":
                        yield name_of(path), shlex.join(command[1:])


COMMANDS = list(find_commands())


def test_there_are_commands_to_check() -> None:
    assert {"README.md", "docs/tutorials/texture.md"} <= {document for document, _ in COMMANDS}


@pytest.mark.parametrize(("document", "line"), COMMANDS)
def test_commands_have_options_and_values_that_exist(document: str, line: str) -> None:
    command: Any = get_command(build_app())
    words, path = shlex.split(line), ["audiostyle"]
    while words and words[0] in getattr(command, "commands", {}):
        path.append(words[0])
        command, words = command.commands[words[0]], words[1:]
    command.make_context(" ".join(path), words)  # raises where an option, or a value of it, is not known


def list_anchors(path: Path) -> set[str]:
    """Return the anchors of a Markdown file's headings, as GitHub and MyST make them."""
    text = re.sub(r"^```.*?^```$", "", path.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_links_lead_to_files_and_headings(path: Path) -> None:
    for target in LINK.findall(path.read_text("utf-8")):
        if "://" in target:
            continue
        file, _, anchor = target.partition("#")
        found = (path.parent / file).resolve() if file else path
        assert found.exists(), f"{name_of(path)}: {target}"
        assert not anchor or anchor in list_anchors(found), f"{name_of(path)}: {target}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_files_named_in_documents_exist(path: Path) -> None:
    places = r"(?:audiostyle|benchmarks|docs|recipes|tests|examples)/[\w./-]+\.(?:py|md|toml|flac|mid)"
    for name in re.findall(rf"`({places})`", path.read_text("utf-8")):
        if not re.search(r"NAME", name) and path.name != "CHANGELOG.md":
            assert (ROOT / name).exists(), f"{name_of(path)}: {name}"


@pytest.fixture
def material(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that the tutorials name, each as small as it can be."""
    wave, rate = soundfile.read(ROOT / "examples" / "chorale.flac", stop=2 * 44100, always_2d=True)
    (tmp_path / "examples").mkdir()
    soundfile.write(tmp_path / "examples" / "chorale.flac", wave, rate)
    soundfile.write(tmp_path / "song.wav", wave.mean(axis=1), rate)
    rng = np.random.default_rng(0)
    for name in ("rain.wav", "sea.wav"):
        soundfile.write(tmp_path / name, 0.1 * rng.standard_normal(2 * rate), rate)
    for name in ("photo.jpg", "style.jpg"):
        Image.fromarray(rng.integers(0, 256, (64, 80, 3), dtype=np.uint8)).save(tmp_path / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


WITH_PYTHON = [path for path in DOCUMENTS if find_blocks(path, "python")]


@pytest.mark.parametrize("path", WITH_PYTHON, ids=name_of)
def test_python_in_documents_runs(path: Path, material: Path) -> None:
    """The blocks of one document run one after the other, as a reader would run them."""
    wave, _ = soundfile.read(material / "examples" / "chorale.flac", dtype="float32", always_2d=True)
    names: dict[str, object] = {"wave": wave.T}
    for block in find_blocks(path, "python"):
        exec(compile(ast.parse(block), name_of(path), "exec"), names)
