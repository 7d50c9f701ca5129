"""Tasks of autoencoders: decoders for an encoder that is given, or an encoder and its decoders at once.

Of pictures or of spectrograms: a batch is (B, C, H, W), values about in [0, 1].
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
"""Returns the batch of a step, which depends on nothing but the step."""

Losses = tuple[Tensor, dict[str, Tensor]]
"""A loss, and its parts by name."""

_CLOSED_FORM_BATCHES = 16  # that the decoder of relu1_1 is solved for


class ReconstructionTask:
    """A :class:`~audiostyle.training.autoencoders.stage.BatchNormTask`; a subclass computes the losses.

    Args:
        module: what is trained; batch normalization is added to it.
        batches: to train on.
        held_out: batches to validate with.
    """

    def __init__(self, module: nn.Module, batches: Batches, held_out: Sequence[Tensor]) -> None:
        self.module = module
        add_batch_norm(module)
        self.freeze_statistics = False
        self._batch, self._held_out = PrefetchedBatches(batches), held_out

    def losses(self, module: nn.Module, images: Tensor) -> Losses:
        """Return the sum of all levels' losses on a batch, and error and SSIM of each."""
        raise NotImplementedError

    def loss(self, step: int) -> tuple[Tensor, dict[str, float]]:
        """Return the loss of a step's batch, summed over the levels."""
        self.module.train(not self.freeze_statistics)
        loss, parts = self.losses(self.module, self._batch(step))
        return loss, round_parts(parts)

    def validate(self, module: nn.Module) -> dict[str, float]:
        """Return the mean errors and SSIMs on held-out batches; the score is the negative mean loss."""
        module.eval()
        with torch.no_grad():
            return average_results([self.losses(module, images) for images in self._held_out])


class DecodersTask(ReconstructionTask):
    """Decoders for an encoder that is not trained.

    Args:
        encoder: whose activations have a mean of 1, see :func:`~audiostyle.models.vgg.normalize_activations`.
        batches: to train on; the decoder of relu1_1 is solved for the first of them at once.
        held_out: batches to validate with.
        unpool: how the decoders enlarge, see :class:`~audiostyle.models.vgg.VGGDecoder`.

    Example:
        >>> config = VGGConfig((2, 2, 2, 2), (1, 1, 1, 1))
        >>> pictures = torch.rand(1, 3, 16, 16)
        >>> task = DecodersTask(VGGEncoder(config), lambda step: pictures, [pictures])
        >>> sorted(task.validate(task.module))[-1]
        'ssim 4'
    """

    def __init__(
        self, encoder: VGGEncoder, batches: Batches, held_out: Sequence[Tensor], *, unpool: bool = True
    ) -> None:
        decoders = LevelDecoders(encoder.config, unpool=unpool)
        super().__init__(decoders, batches, held_out)
        self.encoder = encoder.eval().requires_grad_(False)
        solve_finest(decoders.level(1), self.encoder, map(batches, range(_CLOSED_FORM_BATCHES)))
        decoders.level(1).requires_grad_(False)

    def losses(self, module: nn.Module, images: Tensor) -> Losses:
        """See :meth:`ReconstructionTask.losses`."""
        with torch.no_grad():
            features, poolings = self.encoder.trace(images)
        return cast(LevelDecoders, module).losses(images, features, poolings)


class TrainableAutoencoder(nn.Module):
    """An encoder and the decoders that undo it by unpooling.

    Args:
        config: sizes of the encoder, which decoders mirror.

    Example:
        >>> both = TrainableAutoencoder(VGGConfig((2, 2, 2, 2), (1, 1, 1, 1)))
        >>> both.encoder.level, len(both.decoders)
        (4, 4)
    """

    def __init__(self, config: VGGConfig) -> None:
        super().__init__()
        self.encoder, self.decoders = VGGEncoder(config), LevelDecoders(config, unpool=True)


class AutoencoderTask(ReconstructionTask):
    """Encoder and decoders at once, from random weights and without a teacher.

    Args:
        config: sizes of the encoder.
        batches: to train on, (B, C, H, W) each.
        held_out: batches to validate with.

    Example:
        >>> config = VGGConfig((2, 2, 2, 2), (1, 1, 1, 1))
        >>> pictures = torch.rand(1, 3, 16, 16)
        >>> task = AutoencoderTask(config, lambda step: pictures, [pictures])
        >>> sorted(task.loss(0)[1])[:2]
        ['error 1', 'error 2']
    """

    def __init__(self, config: VGGConfig, batches: Batches, held_out: Sequence[Tensor]) -> None:
        super().__init__(TrainableAutoencoder(config), batches, held_out)

    def losses(self, module: nn.Module, images: Tensor) -> Losses:
        """See :meth:`ReconstructionTask.losses`."""
        both = cast(TrainableAutoencoder, module)
        return both.decoders.losses(images, *both.encoder.trace(images))
