"""Every metric of the registry has the form of the others and obeys the laws that all share."""

import importlib
import inspect

import numpy as np
import pytest
import torch

from audiostyle import evaluate
from audiostyle.errors import ShapeError
from audiostyle.evaluate.metrics import METRICS

RANDOM = np.random.default_rng(0)
PICTURE = RANDOM.random((20, 30, 3))
EXAMPLES = {
    "two recordings of one length": (RANDOM.standard_normal(4000), 8000),
    "two recordings of any music": (RANDOM.standard_normal(4000), 8000),
    "two recordings of any length": (RANDOM.standard_normal(4000), 8000),
    "two sets of embeddings": (RANDOM.standard_normal((20, 3)),),
    "a result, its content and its style": (PICTURE, PICTURE),
    "two sets of notes": (np.array([[0.0, 60.0], [0.5, 64.0]]),),
    "two piano rolls": (RANDOM.random((5, 4)) < 0.5,),
    "two pictures of one size": (RANDOM.random((20, 30, 3)),),
    "two pictures of any sizes": (RANDOM.random((20, 30, 3)),),
    "two films of one shape": (RANDOM.random((3, 8, 9, 3)), np.zeros((2, 8, 9, 2))),
    "two sets of feature maps": ([torch.randn(1, 3, 9, generator=torch.Generator().manual_seed(0))],),
}
"""What metrics compare: an example, and the arguments after it."""

MALFORMED = np.full((1, 1, 1, 1), np.nan)


@pytest.mark.parametrize("name", METRICS)
def test_equal_inputs_have_the_best_score(name):
    first, *further = EXAMPLES[METRICS[name].compares]
    assert METRICS[name].function(first, first, *further) == pytest.approx(METRICS[name].best, abs=1e-4)


@pytest.mark.parametrize("name", METRICS)
def test_malformed_inputs_are_refused_on_either_side(name):
    first, *further = EXAMPLES[METRICS[name].compares]
    malformed = [torch.from_numpy(MALFORMED)] if isinstance(first, list) else MALFORMED
    for pair in ((malformed, first), (first, malformed)):
        with pytest.raises(ShapeError):
            METRICS[name].function(*pair, *further)


@pytest.mark.parametrize("name", METRICS)
def test_its_module_has_the_form_of_the_others(name):
    module = importlib.import_module(METRICS[name].function.__module__)
    assert "Conventions\n----" in module.__doc__ and "Metrics\n----" in module.__doc__
    assert f":func:`{name}`" in module.__doc__
    lines = [inspect.getsourcelines(getattr(module, part))[1] for part in ("validate", name, "evaluate")]
    assert lines == sorted(lines)


@pytest.mark.parametrize("name", METRICS)
def test_its_modules_evaluate_gives_its_score(name):
    first, *further = EXAMPLES[METRICS[name].compares]
    module = importlib.import_module(METRICS[name].function.__module__)
    scores = module.evaluate(first, first, *further)
    assert scores[name] == METRICS[name].function(first, first, *further)
    assert set(scores) == {
        other for other in METRICS if METRICS[other].function.__module__ == module.__name__
    }


def test_every_metric_is_public():
    assert set(METRICS) <= set(evaluate.__all__)
    assert all(METRICS[name].function is getattr(evaluate, name) for name in METRICS)
