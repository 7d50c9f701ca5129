"""What a decoder is to do: give back the picture, and the encoder's maps on the way.

The published projects compare the features of a re-encoded result (Li et al. 2017, eq. 1), which costs two
more passes through the encoder.  Here every map inside the decoder is compared with its counterpart in the
encoder: the same aim, found layer by layer, without them.
"""

from collections.abc import Sequence

from torch import Tensor

from audiostyle.models.vgg import Decoder, Pooling, Trace

INSIDE = 0.05
"""Weight of the maps beside the picture's mean absolute error."""


def reconstruction_loss(
    decoder: Decoder, images: Tensor, trace: Trace, poolings: Sequence[Pooling]
) -> tuple[Tensor, Tensor]:
    """Return (loss, mean absolute error of the picture) of decoding the deepest map of ``trace``.

    ``trace`` and ``poolings`` are those of ``images`` (B, 3, H, W), down to the decoder's level.
    """
    picture, guesses = decoder.guess(trace.features[-1], poolings)
    error = (picture - images).abs().mean()
    loss = error
    for guess, truth in zip(
        guesses.features[:-1] + guesses.pooled, trace.features[:-1] + trace.pooled, strict=True
    ):
        loss = loss + INSIDE * relative_error(guess, truth.detach())
    return loss, error


def relative_error(guess: Tensor, truth: Tensor) -> Tensor:
    """Return the squared error as a share of the truth's power."""
    return (guess - truth).square().mean() / truth.square().mean().clamp(min=1e-8)


def down_to(level: int, trace: Trace, poolings: Sequence[Pooling]) -> tuple[Trace, list[Pooling]]:
    """Return the part of a trace that reluN_1 is the deepest map of."""
    return Trace(trace.features[:level], trace.pooled[: level - 1]), list(poolings[: level - 1])
