"""The pipeline: a survey, then the method, spread over the channels; silence is passed through."""

import numpy as np
import pytest
import torch

from audiostyle.errors import AudiostyleError
from audiostyle.sound.recording import ArraySource, Recording
from audiostyle.spectrogram.inputs import TransferInputs
from audiostyle.spectrogram.pipeline import apply_method

RATE = 4000
CPU = torch.device("cpu")


class Inverter:
    """A method whose result is the content turned upside down."""

    device, hop, context, segment = CPU, 1, 0, None

    def __init__(self, inputs: TransferInputs) -> None:
        self.inputs = inputs

    def __call__(self, wave: torch.Tensor, progress=None) -> torch.Tensor:
        return -wave


def run(wave: np.ndarray, styles, prepare=Inverter, **options) -> np.ndarray:
    content = Recording(ArraySource(wave), RATE, len(wave))
    return np.concatenate(list(apply_method(content, styles, prepare, device=CPU, **options)), axis=1)


def test_the_result_is_spread_as_the_content_is(content, style):
    wave = np.stack([content.numpy(), 0.5 * content.numpy()])
    np.testing.assert_allclose(run(wave, [style]), -wave, atol=2e-3)
    # The mixture of content and result is half of the content; as loud as the content, it is the content.
    np.testing.assert_allclose(run(wave, [style], strength=0.25), wave, atol=2e-3)


def test_the_result_goes_on_beyond_the_ends_while_it_is_made(content, style):
    """A method that sees silence there would end the result softer than it ends inside."""

    class Smoother(Inverter):
        def __call__(self, wave: torch.Tensor, progress=None) -> torch.Tensor:
            return torch.nn.functional.avg_pool1d(wave.abs()[None], 801, 1, 400)[0]

    tone = np.sin(np.arange(8000, dtype=np.float32))[None]
    made = run(tone, [style], Smoother, strength=1.0)[0]
    np.testing.assert_allclose(made / np.median(made), 1, atol=0.05)


def test_progress_is_that_of_the_content(content, style):
    told = []
    run(content.numpy()[None], [style], progress=lambda done, total: told.append((done, total)))
    assert told == sorted(told) and told[-1] == pytest.approx((len(content) / RATE,) * 2)


def test_the_method_is_told_about_the_content(content, style):
    seen: list[TransferInputs] = []

    def prepare(inputs: TransferInputs) -> Inverter:
        seen.append(inputs)
        return Inverter(inputs)

    run(content.numpy()[None], [style, style], prepare, weights=[1, 3])
    (inputs,) = seen
    assert inputs.weights == [0.25, 0.75] and inputs.device == CPU and inputs.sample_rate == RATE
    torch.testing.assert_close(torch.cat(list(inputs.excerpts)), content)
    assert inputs.content_spectrum.rms == pytest.approx(float(content.square().mean().sqrt()), rel=0.1)


def test_silence_is_passed_through_without_a_method(style):
    def refuse(inputs: TransferInputs) -> Inverter:
        raise AssertionError("prepared for silence")

    assert not run(np.zeros((2, 900), np.float32), [style], refuse).any()


def test_styles_are_called_by_their_names(content, style):
    with pytest.raises(AudiostyleError, match=r"^rain\.wav: is silent"):
        run(content.numpy()[None], [0 * style], names=["rain.wav"])
