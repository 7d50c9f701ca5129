"""The tests mirror the package file for file; the exceptions are listed here, with where they are tested."""

from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PACKAGE = TESTS.parent / "audiostyle"

ELSEWHERE = {  # module → the tests that cover it
    # Entry modules, which parse arguments and call what is tested elsewhere.
    "__main__.py": "cli/test_app.py",
    "training/kit/__main__.py": "training/kit/test_jobs.py",
    "translation/training/wavenet/__main__.py": "translation/training/wavenet/test_timed_training.py",
    "translation/training/expressive/__main__.py": "translation/training/expressive/test_timed_training.py",
    # Protocols: what keeps them is tested for each kind.
    "translation/encoders.py": "translation/test_kinds.py",
    "translation/synthesizers.py": "translation/test_kinds.py",
    # Parts of a training, which are tested by training.
    "translation/training/expressive/ensembles.py": "translation/training/expressive/test_recordings.py",
    "translation/training/expressive/players.py": "translation/training/expressive/test_recordings.py",
}

OF_NO_MODULE = {
    # Of the repository: documents, examples, the tests' own helpers, tables of contents, this rule.
    "test_documents.py",
    "test_gpu.py",
    "test_examples.py",
    "test_devices.py",
    "test_tables.py",
    "test_mirror.py",
    "test_man_page.py",
    "test_notebooks.py",
    # Of the package as a whole: short versions of benchmarks.
    "test_fuzz.py",
    "test_security.py",
    "test_torture.py",
    # Of the pages of studies, in a browser.
    "study/test_browser.py",
    "app/test_browser.py",
    # Of the weights that come with the package.
    "translation/test_shipped_weights.py",
    # Of trainings as a whole.
    "translation/training/wavenet/test_together.py",
}


def name_test(module: str) -> str:
    """Return where the tests of a module belong; those of a package itself are in ``test_init.py``."""
    path = Path(module)
    return (path.parent / f"test_{path.stem.strip('_')}.py").as_posix()


def list_files(folder: Path, pattern: str) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob(pattern))


MODULES = list_files(PACKAGE, "*.py")


@pytest.mark.parametrize("module", [name for name in MODULES if not name.endswith("__init__.py")])
def test_every_module_has_its_tests(module: str) -> None:
    expected = ELSEWHERE.get(module, name_test(module))
    assert (TESTS / expected).is_file()
    assert module not in ELSEWHERE or not (TESTS / name_test(module)).exists(), "it needs no exception"


@pytest.mark.parametrize("test", list_files(TESTS, "test_*.py"))
def test_every_file_of_tests_has_its_module(test: str) -> None:
    assert (test in OF_NO_MODULE) != (test in map(name_test, MODULES))


def test_the_lists_name_what_exists() -> None:
    assert set(ELSEWHERE) <= set(MODULES)
    assert all((TESTS / test).exists() for test in OF_NO_MODULE)
