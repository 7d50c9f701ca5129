"""What is trained: decoders for an encoder that stays, or an encoder and its decoders at once.

Of pictures or of spectrograms: a batch is (B, colours, H, W), values about in [0, 1].
"""

from collections.abc import Callable, Sequence
from typing import cast

import torch
from torch import Tensor, nn

from audiostyle.models.vgg import VGGConfig, VGGEncoder
from audiostyle.training.autoencoders.batch_norm import add_batch_norm
from audiostyle.training.autoencoders.closed_form import solve_finest
from audiostyle.training.autoencoders.decoders import LevelDecoders, average_results, round_parts
from audiostyle.training.loop import PrefetchedBatches

Batches = Callable[[int], Tensor]
"""The batch of a step, which depends on nothing but the step."""

Losses = tuple[Tensor, dict[str, Tensor]]


_SOLVED = 16  # batches for the decoder of relu1_1


class ReconstructionTask:
    """See :class:`audiostyle.training.autoencoders.stage.Standardising`; how a loss comes about is left open.

    Args:
        module: what is trained.
        held_out: batches to validate with.
    """

    def __init__(self, module: nn.Module, batches: Batches, held_out: Sequence[Tensor]) -> None:
        self.module = module
        add_batch_norm(module)
        self.standardising = True
        self._batch, self._held_out = PrefetchedBatches(batches), held_out

    def losses(self, module: nn.Module, images: Tensor) -> Losses:
        """Return the sum of all levels' losses, and error and SSIM of each."""
        raise NotImplementedError

    def loss(self, step: int) -> tuple[Tensor, dict[str, float]]:
        """Return the loss of a step's batch, summed over the levels."""
        self.module.train(self.standardising)
        loss, parts = self.losses(self.module, self._batch(step))
        return loss, round_parts(parts)

    def validate(self, module: nn.Module) -> dict[str, float]:
        """Return the mean errors and SSIMs on held-out batches; the score is less the loss."""
        module.eval()
        with torch.no_grad():
            return average_results([self.losses(module, images) for images in self._held_out])


class DecodersTask(ReconstructionTask):
    """Decoders for a frozen encoder, whose activations have unit mean.  That of relu1_1 is solved at once."""

    def __init__(
        self, encoder: VGGEncoder, batches: Batches, held_out: Sequence[Tensor], *, unpool: bool = True
    ) -> None:
        decoders = LevelDecoders(encoder.plan, unpool=unpool)
        super().__init__(decoders, batches, held_out)
        self.encoder = encoder.eval().requires_grad_(False)
        solve_finest(decoders.level(1), self.encoder, map(batches, range(_SOLVED)))
        decoders.level(1).requires_grad_(False)

    def losses(self, module: nn.Module, images: Tensor) -> Losses:
        """See :meth:`ReconstructionTask.losses`."""
        with torch.no_grad():
            features, poolings = self.encoder.trace(images)
        return cast(LevelDecoders, module).losses(images, features, poolings)


class TrainableAutoencoder(nn.Module):
    """An encoder and the decoders that undo it by unpooling."""

    def __init__(self, plan: VGGConfig) -> None:
        super().__init__()
        self.encoder, self.decoders = VGGEncoder(plan), LevelDecoders(plan, unpool=True)


class AutoencoderTask(ReconstructionTask):
    """Encoder and decoders at once, from random weights and without a teacher."""

    def __init__(self, plan: VGGConfig, batches: Batches, held_out: Sequence[Tensor]) -> None:
        super().__init__(TrainableAutoencoder(plan), batches, held_out)

    def losses(self, module: nn.Module, images: Tensor) -> Losses:
        """See :meth:`ReconstructionTask.losses`."""
        both = cast(TrainableAutoencoder, module)
        return both.decoders.losses(images, *both.encoder.trace(images))
