"""WaveNet, the autoregressive decoder: a sample's distribution from all samples before it and a condition.

van den Oord et al. 2016 (arXiv:1609.03499) for the network; Mor et al. 2018 (arXiv:1805.07848), §3.1, for its
conditioning on a latent at frame rate and for the sizes of :data:`PAPER_WAVENET`.  Here the network is as it
is trained, all samples of a known wave at once; :mod:`audiostyle.models.wavenet.sampling` makes waves.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from audiostyle.errors import ShapeError
from audiostyle.models.loading import explain_misfits
from audiostyle.models.wavenet.mulaw import CODES, SILENCE

WAVENET_RATE = 16000
"""Sample rate in hertz at which every WaveNet here works, as published."""


@dataclass(frozen=True)
class WaveNetConfig:
    """Sizes of a WaveNet.

    Attributes:
        blocks, layers: ``blocks`` times ``layers`` layers of dilations 1, 2, 4, … 2^(layers − 1).
        channels, skips: of the residual path and of the skip path.
        condition: numbers Z in a frame of the condition.
        hop: samples for which a frame of the condition stands.
        entry: how a sample enters: ``embedding`` learns a vector for each of the 256 mu-law codes, ``scalar``
            scales one vector by k / 255 − 1/2 for mu-law code k.

    Raises:
        ValueError: a size is not a whole number above 0, or the entry is unknown.

    Example:
        >>> WaveNetConfig(blocks=4, layers=10, channels=8, skips=8, condition=3, hop=100).receptive_field
        4094
    """

    blocks: int
    layers: int
    channels: int
    skips: int
    condition: int
    hop: int
    entry: Literal["embedding", "scalar"] = "embedding"

    def __post_init__(self) -> None:
        sizes = (self.blocks, self.layers, self.channels, self.skips, self.condition, self.hop)
        if not all(isinstance(size, int) and size > 0 for size in sizes) or self.entry not in _ENTRIES:
            raise ValueError(f"not the sizes of a WaveNet: {self}")

    @property
    def dilations(self) -> tuple[int, ...]:
        """The dilation of every layer, in samples."""
        return tuple(2**layer for layer in range(self.layers)) * self.blocks

    @property
    def receptive_field(self) -> int:
        """How many samples back the distribution of the next one depends on, exactly.

        The entry sees two; every layer sees as far back again as its dilation.
        """
        return 2 + sum(self.dilations)

    def as_config(self) -> dict[str, int | str]:
        """Return the sizes as a manifest stores them; :meth:`from_config` is the inverse."""
        return asdict(self)

    @classmethod
    def from_config(cls, config: Mapping[str, object]) -> "WaveNetConfig":
        """Return the sizes that a manifest's table holds.

        Raises:
            TypeError: a size is missing or has a name that is none.
            ValueError: the sizes are none of a WaveNet.
        """
        return cls(**cast(dict[str, int], dict(config)))  # type: ignore[arg-type]  # checked by __post_init__


class _Entry(nn.Module):
    """A causal convolution of length 2 over one-hot mu-law codes, which is two tables of 256 rows."""

    def tables(self) -> Tensor:
        """Return (2, 256, C): what a mu-law code adds to the next sample's input, and to its own."""
        raise NotImplementedError

    def forward(self, codes: Tensor) -> Tensor:
        """Turn mu-law codes (B, T) into the input of the first layer, (B, C, T)."""
        previous, current = self.tables()
        delayed = F.pad(F.embedding(codes, previous)[:, :-1], (0, 0, 1, 0))
        return (F.embedding(codes, current) + delayed).transpose(1, 2)


class EmbeddingEntry(_Entry):
    """A learned vector for each mu-law code (van den Oord et al. 2016)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(2, CODES, channels) * 0.5**0.5)

    def tables(self) -> Tensor:
        """Return the learned vectors, (2, 256, C)."""
        return self.weight


class ScalarEntry(_Entry):
    """Mu-law code k as one number, k / 255 − 1/2 (Mor et al. 2018)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.causal = nn.Conv1d(1, channels, 2)

    def tables(self) -> Tensor:
        """Return the scaled vectors, (2, 256, C)."""
        scalar = torch.arange(CODES, device=self.causal.weight.device) / (CODES - 1) - 0.5
        previous, current = self.causal.weight[:, 0].T
        bias = self.causal.bias
        assert bias is not None
        return torch.stack([torch.outer(scalar, previous), torch.outer(scalar, current) + bias])


_ENTRIES: Mapping[str, type[_Entry]] = {"embedding": EmbeddingEntry, "scalar": ScalarEntry}


class CausalLayer(nn.Module):
    """The gated dilated layer: z = tanh(W_f ∗ x + V_f h) ⊙ σ(W_g ∗ x + V_g h) (2016, eq. 3).

    1×1 convolutions lead from z to the residual and to the skip path.  The last layer of a network has no
    residual: nothing comes after it.
    """

    def __init__(self, config: WaveNetConfig, dilation: int, last: bool) -> None:
        super().__init__()
        self.dilated = nn.Conv1d(config.channels, 2 * config.channels, 2, dilation=dilation)
        self.condition = nn.Conv1d(config.condition, 2 * config.channels, 1, bias=False)
        self.skip = nn.Conv1d(config.channels, config.skips, 1)
        self.residual = None if last else nn.Conv1d(config.channels, config.channels, 1)

    def forward(self, x: Tensor, condition: Tensor, hop: int) -> tuple[Tensor, Tensor]:
        """Return the next layer's input (B, C, T) and the skip (B, S, T).

        Args:
            x: (B, C, T), this layer's input.
            condition: (B, Z, F), its frames.
            hop: samples for which a frame stands.
        """
        dilation = self.dilated.dilation[0]
        taps = self.dilated(F.pad(x, (dilation, 0)))
        filtered, gate = (taps + _repeat_frames(self.condition(condition), hop, x.shape[2])).chunk(2, dim=1)
        z = torch.tanh(filtered) * torch.sigmoid(gate)
        return (x if self.residual is None else x + self.residual(z)), self.skip(z)


class Head(nn.Module):
    """Sum of skips → ReLU → 1×1 + condition → ReLU → 1×1 → logits of the 256 mu-law codes."""

    def __init__(self, config: WaveNetConfig) -> None:
        super().__init__()
        self.mix = nn.Conv1d(config.skips, config.skips, 1)
        self.condition = nn.Conv1d(config.condition, config.skips, 1, bias=False)
        self.logits = nn.Conv1d(config.skips, CODES, 1)

    def forward(self, skips: Tensor, condition: Tensor, hop: int) -> Tensor:
        """Return the logits (B, 256, T) for the sum of skips (B, S, T) and the condition (B, Z, F)."""
        mixed = self.mix(torch.relu(skips)) + _repeat_frames(self.condition(condition), hop, skips.shape[2])
        return self.logits(torch.relu(mixed))


class WaveNet(nn.Module):
    """The network: logits of every sample of a wave, given the samples before it and a condition.

    Args:
        config: sizes of the network; weights start at random.

    Example:
        >>> config = WaveNetConfig(blocks=1, layers=3, channels=4, skips=4, condition=2, hop=10)
        >>> WaveNet(config)(torch.full((1, 20), SILENCE), torch.zeros(1, 2, 2)).shape
        torch.Size([1, 256, 20])
    """

    def __init__(self, config: WaveNetConfig) -> None:
        super().__init__()
        self.config = config
        self.entry = _ENTRIES[config.entry](config.channels)
        last = len(config.dilations) - 1
        self.layers = nn.ModuleList(
            CausalLayer(config, dilation, number == last) for number, dilation in enumerate(config.dilations)
        )
        self.head = Head(config)

    @classmethod
    def from_config(
        cls, config: Mapping[str, object], tensors: Mapping[str, Tensor], file: object
    ) -> "WaveNet":
        """Return the network of a weight file's sizes and tensors, in single precision and evaluation mode.

        Raises:
            ModelNotFound: the tensors do not fit the sizes; the message names ``file``.
        """
        with explain_misfits(file):
            network = cls(WaveNetConfig.from_config(config))
            network.load_state_dict({name: tensor.float() for name, tensor in tensors.items()})
        return network.eval()

    def forward(self, codes: Tensor, condition: Tensor) -> Tensor:
        """Return the logits (B, 256, T) of every sample of a known wave ("teacher forcing").

        Args:
            codes: (B, T), mu-law codes of the wave; logits at t depend on those before t only.
            condition: (B, F, Z), frame f holds for samples f·hop … f·hop + hop − 1; later ones are unused.

        Raises:
            ShapeError: the condition has too few frames or another width than the network's.
        """
        check_condition(self.config, condition.shape, codes.shape[1])
        before = F.pad(codes[:, :-1], (1, 0), value=SILENCE)
        frames = condition.transpose(1, 2)
        x, total = self.entry(before), torch.zeros(())
        for layer in self.layers:
            x, skip = layer(x, frames, self.config.hop)
            total = total + skip
        return self.head(total, frames, self.config.hop)


def check_condition(config: WaveNetConfig, shape: tuple[int, ...], samples: int) -> None:
    """Raise ShapeError unless ``shape`` is (…, F, Z) with the network's Z, and F frames last ``samples``.

    Args:
        config: sizes of the network.
        shape: of the condition, (…, F, Z).
        samples: how many samples the condition is wanted for.

    Raises:
        ShapeError: Z is another number than the network's, or F · hop is less than ``samples``.

    Example:
        >>> check_condition(COMPACT_WAVENET, (1, 2, 3), samples=320)
        Traceback (most recent call last):
        audiostyle.errors.ShapeError: the condition has 3 numbers a frame; this network takes 352
    """
    frames, width = shape[-2:]
    if width != config.condition:
        raise ShapeError(f"the condition has {width} numbers a frame; this network takes {config.condition}")
    if frames * config.hop < samples:
        raise ShapeError(f"the condition has {frames} frames of {config.hop} samples, too few for {samples}")


def _repeat_frames(frames: Tensor, hop: int, samples: int) -> Tensor:
    """Repeat every frame for the samples it stands for, (B, C, F) → (B, C, samples)."""
    return frames.repeat_interleave(hop, dim=2)[..., :samples]


PAPER_WAVENET = WaveNetConfig(
    blocks=4, layers=10, channels=128, skips=128, condition=64, hop=800, entry="scalar"
)
"""As published for universal music translation: a latent of 64 at 20 Hz, a receptive field of 256 ms."""

COMPACT_WAVENET = WaveNetConfig(blocks=2, layers=10, channels=64, skips=64, condition=352, hop=160)
"""For a laptop: an eighth of the arithmetic.  Its condition, at 100 Hz, is made of notes."""
