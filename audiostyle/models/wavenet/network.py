"""WaveNet, the autoregressive decoder: the next sample's distribution from all samples before it and a code.

van den Oord et al. 2016 (arXiv:1609.03499) for the network; Mor et al. 2018 (arXiv:1805.07848), §3.1, for its
conditioning on a latent code at frame rate and for the sizes of :data:`PAPER_WAVENET`.  Here it is as it is trained,
all samples of a known wave at once; :mod:`audiostyle.models.sampling` makes waves with it.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from audiostyle.errors import ModelNotFound, ShapeError
from audiostyle.models.wavenet.mulaw import CODES, SILENCE

WAVENET_RATE = 16000


@dataclass(frozen=True)
class WaveNetConfig:
    """Sizes of a WaveNet.

    Attributes:
        blocks, layers: ``blocks`` times ``layers`` layers of dilations 1, 2, 4, … 2^(layers − 1).
        channels, skips: of the residual path and of the skip path.
        condition: numbers in a frame of the code.
        hop: samples for which a frame of the code stands.
        entry: how a sample enters: ``embedding`` learns a vector for each of the 256 codes, ``scalar`` scales
            one vector by code / 255 − 1/2.
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
        """The dilation of every layer."""
        return tuple(2**layer for layer in range(self.layers)) * self.blocks

    @property
    def receptive_field(self) -> int:
        """How many samples back the distribution of the next one depends on, exactly.

        The entry sees two; every layer sees as far back again as its dilation.
        """
        return 2 + sum(self.dilations)

    def as_config(self) -> dict[str, Any]:
        """Return the plan as a manifest stores it; ``Plan(**config)`` is its inverse."""
        return asdict(self)


class _Entry(nn.Module):
    """A causal convolution of length 2 over one-hot codes, which is two tables of 256 rows."""

    def tables(self) -> Tensor:
        """Return (2, 256, C): what a code adds one sample later, and what it adds at once."""
        raise NotImplementedError

    def forward(self, codes: Tensor) -> Tensor:
        """(B, T) → (B, C, T)."""
        later, now = self.tables()
        held = F.pad(F.embedding(codes, later)[:, :-1], (0, 0, 1, 0))
        return (F.embedding(codes, now) + held).transpose(1, 2)


class EmbeddingEntry(_Entry):
    """A learned vector for each code (van den Oord et al. 2016)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(2, CODES, channels) * 0.5**0.5)

    def tables(self) -> Tensor:
        return self.weight


class ScalarEntry(_Entry):
    """The code as one number, code / 255 − 1/2 (Mor et al. 2018)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.causal = nn.Conv1d(1, channels, 2)

    def tables(self) -> Tensor:
        scalar = torch.arange(CODES, device=self.causal.weight.device) / (CODES - 1) - 0.5
        later, now = self.causal.weight[:, 0].T
        bias = self.causal.bias
        assert bias is not None
        return torch.stack([torch.outer(scalar, later), torch.outer(scalar, now) + bias])


_ENTRIES: Mapping[str, type[_Entry]] = {"embedding": EmbeddingEntry, "scalar": ScalarEntry}


class CausalLayer(nn.Module):
    """z = tanh(W_f ∗ x + V_f h) ⊙ σ(W_g ∗ x + V_g h), then 1×1 to residual and skip (2016, eq. 3).

    The last layer of a network has no residual: nothing comes after it.
    """

    def __init__(self, plan: WaveNetConfig, dilation: int, last: bool) -> None:
        super().__init__()
        self.dilated = nn.Conv1d(plan.channels, 2 * plan.channels, 2, dilation=dilation)
        self.condition = nn.Conv1d(plan.condition, 2 * plan.channels, 1, bias=False)
        self.skip = nn.Conv1d(plan.channels, plan.skips, 1)
        self.residual = None if last else nn.Conv1d(plan.channels, plan.channels, 1)

    def forward(self, x: Tensor, code: Tensor, hop: int) -> tuple[Tensor, Tensor]:
        """(B, C, T) and (B, Z, F) → input of the next layer (B, C, T), skip (B, S, T)."""
        past = self.dilated.dilation[0]
        taps = self.dilated(F.pad(x, (past, 0)))
        filtered, gate = (taps + _repeat_frames(self.condition(code), hop, x.shape[2])).chunk(2, dim=1)
        z = torch.tanh(filtered) * torch.sigmoid(gate)
        return (x if self.residual is None else x + self.residual(z)), self.skip(z)


class Head(nn.Module):
    """Sum of skips → ReLU → 1×1 + condition → ReLU → 1×1 → logits of the 256 codes."""

    def __init__(self, plan: WaveNetConfig) -> None:
        super().__init__()
        self.mix = nn.Conv1d(plan.skips, plan.skips, 1)
        self.condition = nn.Conv1d(plan.condition, plan.skips, 1, bias=False)
        self.logits = nn.Conv1d(plan.skips, CODES, 1)

    def forward(self, skips: Tensor, code: Tensor, hop: int) -> Tensor:
        """(B, S, T) and (B, Z, F) → (B, 256, T)."""
        mixed = self.mix(torch.relu(skips)) + _repeat_frames(self.condition(code), hop, skips.shape[2])
        return self.logits(torch.relu(mixed))


class WaveNet(nn.Module):
    """Codes of a wave and the frames of a latent code → logits of every sample, given those before it."""

    def __init__(self, plan: WaveNetConfig) -> None:
        super().__init__()
        self.plan = plan
        self.entry = _ENTRIES[plan.entry](plan.channels)
        last = len(plan.dilations) - 1
        self.layers = nn.ModuleList(
            CausalLayer(plan, dilation, number == last) for number, dilation in enumerate(plan.dilations)
        )
        self.head = Head(plan)

    @classmethod
    def from_config(cls, config: Mapping[str, Any], tensors: Mapping[str, Tensor], file: object) -> "WaveNet":
        """Return the network of a weight file's configuration and tensors, fit for use.

        Raises ModelNotFound, naming ``file``, where the one does not fit the other.
        """
        try:
            network = cls(WaveNetConfig(**config))
            network.load_state_dict({name: tensor.float() for name, tensor in tensors.items()})
        except (RuntimeError, TypeError, ValueError):
            raise ModelNotFound(f"{file}: the weights do not fit their configuration") from None
        return network.eval()

    def forward(self, codes: Tensor, condition: Tensor) -> Tensor:
        """Return the logits (B, 256, T) of every sample of a known wave ("teacher forcing").

        Args:
            codes: (B, T), mu-law codes of the wave; logits at t depend on those before t only.
            condition: (B, F, Z), frame f holds for samples f·hop … f·hop + hop − 1; later ones are unused.

        Raises:
            ShapeError: the condition has too few frames or is not of the plan's width.
        """
        check_condition(self.plan, condition.shape, codes.shape[1])
        before = F.pad(codes[:, :-1], (1, 0), value=SILENCE)
        code = condition.transpose(1, 2)
        x, total = self.entry(before), torch.zeros(())
        for layer in self.layers:
            x, skip = layer(x, code, self.plan.hop)
            total = total + skip
        return self.head(total, code, self.plan.hop)


def check_condition(plan: WaveNetConfig, shape: tuple[int, ...], samples: int) -> None:
    """Raise ShapeError unless ``shape`` is (…, F, Z) with the plan's Z and frames for ``samples`` samples."""
    frames, width = shape[-2:]
    if width != plan.condition:
        raise ShapeError(f"the condition has {width} numbers a frame; this network takes {plan.condition}")
    if frames * plan.hop < samples:
        raise ShapeError(f"the condition has {frames} frames of {plan.hop} samples, too few for {samples}")


def _repeat_frames(frames: Tensor, hop: int, samples: int) -> Tensor:
    """(B, C, F) → (B, C, samples): every frame repeated for the samples it stands for."""
    return frames.repeat_interleave(hop, dim=2)[..., :samples]


PAPER_WAVENET = WaveNetConfig(
    blocks=4, layers=10, channels=128, skips=128, condition=64, hop=800, entry="scalar"
)
"""As published for universal music translation: a latent of 64 at 20 Hz, 4,094 samples (256 ms) of memory."""

COMPACT_WAVENET = WaveNetConfig(blocks=2, layers=10, channels=64, skips=64, condition=352, hop=160)
"""For a laptop, an eighth of the arithmetic; the code is of :mod:`audiostyle.translation.wavenet.conditioning`."""
