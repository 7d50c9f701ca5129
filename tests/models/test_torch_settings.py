"""Whatever a program has set in torch, results are the same, and its settings are as they were."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import numpy as np
import pytest
import torch

from audiostyle.image import METHODS, smooth, stylize
from audiostyle.models.torch_settings import own_settings
from audiostyle.spectrogram.transfer import transfer
from audiostyle.translation.translator import Translator

RATE = 16_000


@contextmanager
def double_precision() -> Iterator[None]:
    torch.set_default_dtype(torch.float64)
    try:
        yield
        assert torch.get_default_dtype() == torch.float64
    finally:
        torch.set_default_dtype(torch.float32)


@contextmanager
def determinism() -> Iterator[None]:
    torch.use_deterministic_algorithms(True)
    try:
        yield
        assert torch.are_deterministic_algorithms_enabled()
    finally:
        torch.use_deterministic_algorithms(False)


SETTINGS: dict[str, Callable[[], AbstractContextManager[object]]] = {
    "float64": double_precision,
    "deterministic": determinism,
    "device": lambda: torch.device("meta"),
    "autocast": lambda: torch.autocast("cpu", torch.bfloat16),
    "inference": torch.inference_mode,
    "no_grad": torch.no_grad,
}


def sounds() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    tone = 0.1 * np.sin(2 * np.pi * 440 / RATE * np.arange(RATE // 2))
    return (tone + 0.01 * rng.standard_normal(RATE // 2)).astype(np.float32), (
        0.1 * rng.standard_normal(RATE // 2)
    ).astype(np.float32)


def pictures() -> np.ndarray:
    return np.random.default_rng(0).random((2, 24, 32, 3), np.float32)


WORK: dict[str, Callable[[], object]] = {
    "translate": lambda: Translator.from_pretrained(device="cpu").translate(
        sounds()[0], RATE, domain="organ"
    ),
    **{
        f"transfer-{method}": lambda method=method, options=options: transfer(
            *sounds(), sample_rate=RATE, method=method, **options
        )
        for method, options in (
            ("wct", {"levels": (2, 1)}),
            ("complex-wct", {"levels": (1,)}),
            ("musaicing", {"iterations": 2}),
            ("gram", {"iterations": 1}),
        )
    },
    **{f"image-{method}": lambda method=method: stylize(*pictures(), method=method) for method in METHODS},
    "smooth": lambda: smooth(*map(torch.from_numpy, pictures()), method="exact"),
}


@pytest.fixture(scope="module")
def expected() -> dict[str, np.ndarray]:
    return {}


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("work", WORK)
def test_results_do_not_depend_on_the_programs_settings(expected, work, setting):
    if work not in expected:
        expected[work] = np.asarray(WORK[work]())
    with SETTINGS[setting]():
        found = WORK[work]()
    np.testing.assert_array_equal(np.asarray(found), expected[work])


def test_the_first_in_and_the_last_out_share_what_was_set():
    inside, leave = threading.Event(), threading.Event()

    @own_settings()
    def stay() -> None:
        inside.set()
        leave.wait(20)

    with double_precision():
        thread = threading.Thread(target=stay)
        with own_settings():
            thread.start()
            inside.wait(20)
            assert torch.get_default_dtype() == torch.float32
        assert torch.get_default_dtype() == torch.float32  # the other is still at work
        leave.set()
        thread.join()
        assert torch.get_default_dtype() == torch.float64


def test_an_error_leaves_the_settings_as_they_were():
    with double_precision(), pytest.raises(ZeroDivisionError), own_settings():
        raise ZeroDivisionError
