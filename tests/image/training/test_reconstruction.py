"""The loss of a decoder: nothing for a perfect one, and only what belongs to its level."""

import torch

from audiostyle.image.training.reconstruction import down_to, reconstruction_loss, relative_error
from audiostyle.models.vgg import Decoder, Encoder, Plan, Trace

PLAN = Plan((4, 5, 6, 7), (2, 2, 1, 1))


class Oracle(Decoder):
    """A decoder that has been told."""

    def __init__(self, images: torch.Tensor, trace: Trace) -> None:
        super().__init__(PLAN, 4, unpool=True)
        self.told = images, trace

    def guess(self, x, poolings):
        return self.told


def test_a_decoder_that_knows_everything_has_no_loss():
    images = torch.rand(2, 3, 32, 32)
    trace, poolings = Encoder(PLAN).trace(images)
    loss, error = reconstruction_loss(Oracle(images, trace), images, trace, poolings)
    assert loss.item() == error.item() == 0


def test_every_map_inside_counts():
    images = torch.rand(1, 3, 32, 32)
    trace, poolings = Encoder(PLAN).trace(images)
    for name in ("features", "pooled"):
        for n in range(3):
            wrong = Trace(list(trace.features), list(trace.pooled))
            getattr(wrong, name)[n] = getattr(wrong, name)[n] + 1
            assert reconstruction_loss(Oracle(images, wrong), images, trace, poolings)[0] > 0


def test_the_relative_error_does_not_depend_on_scale():
    guess, truth = torch.rand(3, 4), torch.rand(3, 4)
    torch.testing.assert_close(relative_error(7 * guess, 7 * truth), relative_error(guess, truth))
    assert relative_error(torch.zeros_like(truth), truth) == 1


def test_the_truth_is_not_taught_to_agree_with_the_guess():
    images = torch.rand(1, 3, 16, 16)
    encoder, decoder = Encoder(PLAN), Decoder(PLAN, 4, unpool=True)
    trace, poolings = encoder.trace(images)
    truths = [f.detach().requires_grad_() for f in trace.features[:-1]]
    deepest = trace.features[-1].detach()
    loss, _ = reconstruction_loss(decoder, images, Trace([*truths, deepest], trace.pooled), poolings)
    loss.backward()
    assert all(truth.grad is None for truth in truths)


def test_the_part_of_a_trace_down_to_a_level_is_what_its_decoder_needs():
    images = torch.rand(1, 3, 24, 24)
    trace, poolings = Encoder(PLAN).trace(images)
    for level in (1, 2, 3, 4):
        loss, _ = reconstruction_loss(
            Decoder(PLAN, level, unpool=True), images, *down_to(level, trace, poolings)
        )
        assert loss.isfinite()
