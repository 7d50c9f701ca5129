"""torchaudio's Python parts, whether or not its extension loads: each case in a process of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

IMPORT = "from audiostyle.sound.torchaudio_compat import functional, transforms\nimport sys\n"
IMPORT_ALONE = "import audiostyle.sound.torchaudio_compat"
HALF = "print(sorted(n for n in sys.modules if n.split('.')[0] == 'torchaudio'))"


def run_python(code: str, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    start = f"import sys; sys.path.insert(0, {str(path)!r})\n" if path else ""
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", start + code], capture_output=True, text=True
    )


def make_package(folder: Path, extension: str, functional: str = "NAME = 'functional'") -> Path:
    """A small torchaudio whose ``_extension`` runs the line ``extension`` when imported."""
    root = folder / "torchaudio"
    (root / "_extension").mkdir(parents=True)
    (root / "_internal.py").write_text("")
    (root / "_extension" / "__init__.py").write_text(f"_IS_TORCHAUDIO_EXT_AVAILABLE = True\n{extension}\n")
    (root / "functional.py").write_text(
        f"from torchaudio._extension import _IS_TORCHAUDIO_EXT_AVAILABLE\n{functional}"
    )
    (root / "transforms.py").write_text("")
    (root / "__init__.py").write_text("from . import _internal, _extension, functional, transforms\n")
    return folder


def test_the_installed_one_computes():
    code = (
        "import torch; wave = torch.sin(torch.arange(44100) / 10)[None]\n"
        "assert transforms.MelSpectrogram(44100, n_mels=40)(wave).shape == (1, 40, 221)\n"
        "assert functional.resample(wave, 44100, 22050).shape == (1, 22050)\n"
        "coded = functional.mu_law_encoding(wave, 256)\n"
        "assert (functional.mu_law_decoding(coded, 256) - wave).abs().max() < 0.05\n"
        "import torchaudio; assert torchaudio.functional is functional\n"
    )
    result = run_python(IMPORT + code)
    assert result.returncode == 0, result.stderr


def test_after_somebody_elses_failed_import_it_still_works():
    code = "try:\n    import torchaudio\nexcept Exception:\n    pass\n"
    result = run_python(code + IMPORT + "functional.melscale_fbanks")
    assert result.returncode == 0, result.stderr


def test_an_extension_that_loads_is_used(tmp_path: Path):
    code = IMPORT + "print(functional.NAME, functional._IS_TORCHAUDIO_EXT_AVAILABLE)"
    assert run_python(code, make_package(tmp_path, "")).stdout == "functional True\n"


@pytest.mark.parametrize("error", ["OSError", "RuntimeError", "ImportError"])
def test_an_extension_that_fails_is_left_out(tmp_path: Path, error: str):
    code = IMPORT + "print(functional.NAME, functional._IS_TORCHAUDIO_EXT_AVAILABLE)"
    assert run_python(code, make_package(tmp_path, f"raise {error}('no')")).stdout == "functional False\n"


def test_when_both_ways_fail_nothing_half_imported_stays(tmp_path: Path):
    folder = make_package(tmp_path, "raise OSError('no')", functional="raise ValueError('broken')")
    code = f"try:\n    {IMPORT_ALONE}\nexcept ValueError as e:\n    print(e)\nimport sys; {HALF}"
    assert run_python(code, folder).stdout == "broken\n[]\n"


def test_without_torchaudio_the_error_says_so():
    code = (
        "import sys\n"
        "class Absent:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'torchaudio': raise ModuleNotFoundError('none', name=name)\n"
        "sys.meta_path.insert(0, Absent())\n"
        f"try:\n    {IMPORT_ALONE}\n"
        f"except ModuleNotFoundError as e:\n    print(e.name); {HALF}"
    )
    assert run_python(code).stdout == "torchaudio\n[]\n"


def test_what_needs_the_extension_says_so(tmp_path: Path):
    functional = "from torchaudio._extension import fail_if_no_align\n@fail_if_no_align\ndef align(): pass\n"
    code = IMPORT + "try:\n    functional.align()\nexcept RuntimeError as e:\n    print(e)"
    assert (
        "compiled extension"
        in run_python(code, make_package(tmp_path, "raise OSError('no')", functional)).stdout
    )
