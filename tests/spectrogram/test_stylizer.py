"""Every prepared method keeps the promises of a stylizer, on which cutting into segments relies."""

import inspect

import pytest
import torch

from audiostyle.spectrogram.methods import METHODS, prepare_method
from audiostyle.spectrogram.stylizer import Stylizer


@pytest.mark.parametrize("name", METHODS)
def test_segments_and_context_are_whole_hops(inputs, name):
    stylizer: Stylizer = prepare_method(name, {})(inputs)
    assert stylizer.hop > 0 and stylizer.context >= 0 and stylizer.context % stylizer.hop == 0
    assert stylizer.segment is None or (stylizer.segment > 0 and stylizer.segment % stylizer.hop == 0)
    assert stylizer.device == torch.device("cpu")


@pytest.mark.parametrize("name", METHODS)
def test_progress_need_not_be_told(inputs, name):
    parameters = inspect.signature(prepare_method(name, {})(inputs)).parameters
    assert list(parameters) == ["wave", "progress"] and parameters["progress"].default is None
