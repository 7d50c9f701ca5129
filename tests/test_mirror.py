"""The tests mirror the package file for file; the exceptions are listed here, with where they are tested."""

from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PACKAGE = TESTS.parent / "audiostyle"

ELSEWHERE = {  # module → the tests that cover it
    # Entry modules, which parse arguments and call what is tested elsewhere.
    "__main__.py": "cli/test_app.py",
    "translation/training/expressive/__main__.py": "translation/training/expressive/test_timed_training.py",
    # Protocols: what keeps them is tested for each kind.
    "translation/encoders.py": "translation/test_kinds.py",
    "translation/synthesizers.py": "translation/test_kinds.py",
    # The layout of weights in memory: whatever is wrong in it shows in the sound that is computed from it.
    "models/wavenet/sampling/packing.py": "models/wavenet/sampling/test_stepping.py",
    # Parts of a training, which are tested by training.
    "image/training/distillation.py": "image/training/test_tasks.py",
    "spectrogram/training/crops.py": "spectrogram/training/test_material.py",
    "spectrogram/training/recipe.py": "spectrogram/training/test_material.py",
    "training/autoencoders/decoders.py": "training/autoencoders/test_batch_norm.py",
    "training/autoencoders/tasks.py": "image/training/test_tasks.py",
    "training/distributed.py": "translation/training/wavenet/test_together.py",
    "training/recordings.py": "spectrogram/training/test_material.py",
    "translation/training/expressive/ensembles.py": "translation/training/expressive/test_recordings.py",
    "translation/training/expressive/players.py": "translation/training/expressive/test_recordings.py",
    "translation/training/wavenet/coded_excerpts.py": "translation/training/wavenet/test_compact.py",
    "translation/training/wavenet/export.py": "translation/training/wavenet/test_universal.py",
    "translation/training/wavenet/samples.py": "translation/training/wavenet/test_compact.py",
}

OF_NO_MODULE = {
    # Of the repository: documents, examples, the tests' own helpers, tables of contents, this rule.
    "test_documents.py",
    "test_examples.py",
    "test_devices.py",
    "test_tables.py",
    "test_mirror.py",
    # Of the weights that come with the package.
    "translation/test_shipped_weights.py",
    # Of trainings as a whole.
    "image/training/test_tasks.py",
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
