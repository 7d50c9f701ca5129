"""The task of universal music translation as published: encoder and WaveNets together, without notes.

Mor et al. 2018 (arXiv:1805.07848), §3.  Two kinds of steps take turns.  In one, the critic learns to tell the
domain from the latent of clean waves; in the other, the encoder and a domain's decoder learn to reconstruct a
wave from the latent of a detuned copy, and the encoder to confuse the critic:

    reconstruction − λ · cross-entropy of the critic.                                    (eq. 2)

The published minus has no bound, and reimplementations saw it diverge; here by default the gradient is
reversed behind the encoder, which has the same direction, with λ rising from 0 (Ganin & Lempitsky 2015).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import librosa
import numpy as np
import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn import functional as F

from audiostyle.models.critic import DomainCritic, reverse_gradient
from audiostyle.models.wavenet import mulaw
from audiostyle.models.wavenet.encoder import WaveEncoder
from audiostyle.models.wavenet.network import PAPER_WAVENET, WAVENET_RATE, WaveNet, WaveNetConfig
from audiostyle.training.distributed import get_own_share, replicate
from audiostyle.training.loop import PrefetchedBatches
from audiostyle.translation.training.wavenet.coded_excerpts import CodedExcerpts, Place
from audiostyle.translation.training.wavenet.samples import write_sample
from audiostyle.translation.training.wavenet.teacher_forcing import logits_over_time

_VALIDATION_EXCERPTS = 12
_WINDOW = 256  # samples of the phase vocoder's window; a detuned part has several
_DETUNED = 0.5  # semitones at most, either way


@dataclass(frozen=True)
class PaperSettings:
    """Sizes of networks and batches, as published.

    Attributes:
        config: sizes of every decoder; the encoder has the same latent, hop and channels.
        encoder_blocks: blocks of the encoder, each of as many layers as a decoder's.
        batch: excerpts in a batch, of all processes together.
        frames: length of an excerpt in frames of 50 ms.
        confusion: λ at the end.
        ramp: steps over which λ rises from 0.
        adversary: how the encoder confuses the critic: ``reversal`` of its gradient, or as published the
            ``negative`` cross-entropy.

    Example:
        >>> PaperSettings(batch=4).config.receptive_field
        4094
    """

    config: WaveNetConfig = PAPER_WAVENET
    encoder_blocks: int = 3
    batch: int = 32
    frames: int = 15
    confusion: float = 1e-2
    ramp: int = 5000
    adversary: Literal["reversal", "negative"] = "reversal"


class PublishedNetworks(nn.Module):
    """Encoder, critic and decoders; called, they return the loss of one of the two kinds of steps.

    Args:
        settings: sizes and adversary.
        domains: names of the decoders.
        dtype: that the decoders compute in.
    """

    def __init__(self, settings: PaperSettings, domains: list[str], dtype: torch.dtype) -> None:
        super().__init__()
        config = settings.config
        self.encoder = WaveEncoder(
            settings.encoder_blocks, config.layers, config.channels, config.condition, config.hop
        )
        self.critic = DomainCritic(config.condition, len(domains))
        self.networks = nn.ModuleDict({name: WaveNet(config) for name in domains})
        self.dtype, self.adversary = dtype, settings.adversary

    def forward(
        self,
        codes: Tensor,
        labels: Tensor,
        detuned: Tensor | None = None,
        domain: str = "",
        weight: float = 0.0,
    ) -> tuple[Tensor, Tensor]:
        """Return the loss, and for the log the critic's accuracy or the reconstruction loss.

        Args:
            codes: (B, T), mu-law codes of clean waves.
            labels: (B,), the numbers of their domains.
            detuned: (B, T), the same waves detuned; None for a step of the critic.
            domain: of all waves, in a step of encoder and decoder.
            weight: λ.
        """
        if detuned is None:
            with torch.no_grad():
                latent = self.encoder(codes)
            verdict = self.critic(latent)
            return F.cross_entropy(verdict, labels), (verdict.argmax(dim=1) == labels).float().mean()
        latent = self.encoder(detuned)
        network = self.networks[domain]
        assert isinstance(network, WaveNet)
        logits = logits_over_time(network, codes, latent, self.dtype)
        reconstruction = F.cross_entropy(logits.float().flatten(0, 1), codes.T.flatten())
        confusion = self._confusion(latent, labels, weight)
        return reconstruction + confusion, reconstruction.detach()

    def _confusion(self, latent: Tensor, labels: Tensor, weight: float) -> Tensor:
        """Return the loss that trains the encoder, but not the critic, to confuse the critic."""
        fixed = {name: parameter.detach() for name, parameter in self.critic.named_parameters()}
        if self.adversary == "negative":
            return -weight * F.cross_entropy(functional_call(self.critic, fixed, latent), labels)
        verdict = functional_call(self.critic, fixed, reverse_gradient(latent, weight))
        return F.cross_entropy(verdict, labels)


class PaperTask:
    """A :class:`~audiostyle.training.loop.Task` that trains the published system.

    Args:
        settings: sizes and weights of losses.
        training, held_out: excerpts of every domain, with the hop of the decoders.
        seed: of the batches.
        samples: folder for excerpts that are reconstructed at each validation, or None.
        bfloat16: compute the decoders in reduced precision.
        device: where to compute; None is the CPU.

    Example:
        >>> import tempfile, soundfile
        >>> audio = Path(tempfile.mkdtemp(), "noise.wav")
        >>> soundfile.write(audio, np.random.default_rng(0).uniform(-0.1, 0.1, 16000), 16000)
        >>> excerpts = {"noise": CodedExcerpts([(audio, None)], frames=20, hop=100)}
        >>> config = WaveNetConfig(1, 2, channels=4, skips=4, condition=3, hop=100, entry="scalar")
        >>> task = PaperTask(PaperSettings(config, encoder_blocks=1, batch=2, frames=20), excerpts, excerpts)
        >>> sorted(task.loss(0)[1])
        ['chance', 'critic', 'critic_accuracy']
    """

    def __init__(
        self,
        settings: PaperSettings,
        training: Mapping[str, CodedExcerpts],
        held_out: Mapping[str, CodedExcerpts],
        *,
        seed: int = 0,
        samples: Path | None = None,
        bfloat16: bool = False,
        device: torch.device | None = None,
    ) -> None:
        self.settings, self.domains, self.seed = settings, list(training), seed
        self.training, self.device = training, device or torch.device("cpu")
        self.samples, self.step = samples, 0
        dtype = torch.bfloat16 if bfloat16 else torch.float32
        self.module = PublishedNetworks(settings, self.domains, dtype).to(self.device)
        self._replica = replicate(self.module)
        self.held_out = held_out
        self._batches = PrefetchedBatches(self._prepare)
        self._accuracy = 1 / len(self.domains)

    def loss(self, step: int) -> tuple[Tensor, dict[str, float]]:
        """Return the critic's loss in even steps, and that of the encoder and a decoder in odd ones."""
        self.step = step + 1
        codes, labels, detuned = (part.to(self.device) for part in self._batches(step))
        if step % 2 == 0:
            loss, accuracy = self._replica(codes, labels)
            self._accuracy = accuracy.item()
            return loss, self._make_line({"critic": loss.item()})
        domain = self._get_domain(step)
        weight = self.settings.confusion * min(1.0, step / self.settings.ramp)
        loss, reconstruction = self._replica(codes, labels, detuned, domain, weight)
        return loss, self._make_line({domain: reconstruction.item(), "confusion": weight})

    def _make_line(self, numbers: dict[str, float]) -> dict[str, float]:
        """Add the critic's accuracy to the numbers of a line of the log."""
        numbers |= {"critic_accuracy": self._accuracy, "chance": 1 / len(self.domains)}
        return {name: round(value, 4) for name, value in numbers.items()}

    def _get_domain(self, step: int) -> str:
        """Return the domain whose turn it is."""
        return self.domains[step // 2 % len(self.domains)]

    def _prepare(self, step: int) -> tuple[Tensor, Tensor, Tensor]:
        """Return codes, labels and detuned codes: of all domains for the critic, else of one domain."""
        rows = []
        for item in get_own_share(self.settings.batch):
            rng = np.random.default_rng([self.seed, step, item])
            domain = self._get_domain(step) if step % 2 else self.domains[item % len(self.domains)]
            codes = self.training[domain].codes(self.training[domain].draw(rng))
            rows.append((codes, self.domains.index(domain), detune(codes, rng) if step % 2 else codes))
        clean, labels, detuned = (torch.from_numpy(np.stack(part)) for part in zip(*rows, strict=True))
        return clean.long(), labels, detuned.long()

    @torch.no_grad()
    def validate(self, module: nn.Module) -> dict[str, float]:
        """Return the loss of every domain given its waves' latent; the score is the negative of the mean."""
        assert isinstance(module, PublishedNetworks)
        losses, correct = {}, []
        for number, (name, excerpts) in enumerate(self.held_out.items()):
            label, found = torch.tensor([number], device=self.device), []
            for place in excerpts.spread(_VALIDATION_EXCERPTS):  # one by one: together they fill the memory
                codes = self._codes(excerpts, place)
                found.append(module(codes, label, codes, name)[1].item())
                correct.append(module(codes, label)[1].item())
            losses[name] = round(float(np.mean(found)), 4)
            if self.samples:
                self._write_sample(module, name, excerpts, next(excerpts.spread(1)))
        numbers = {"critic_accuracy": round(float(np.mean(correct)), 4), "chance": 1 / len(self.domains)}
        return {"score": -round(float(np.mean(list(losses.values()))), 4)} | losses | numbers

    def _codes(self, excerpts: CodedExcerpts, place: Place) -> Tensor:
        """Return the mu-law codes of an excerpt as a batch of one, (1, T)."""
        return torch.from_numpy(excerpts.codes(place))[None].long().to(self.device)

    def _write_sample(
        self, module: PublishedNetworks, domain: str, excerpts: CodedExcerpts, place: Place
    ) -> None:
        """Write an excerpt of a domain as the domain's decoder reconstructs it."""
        network, latent = module.networks[domain], module.encoder(self._codes(excerpts, place))[0]
        assert isinstance(network, WaveNet) and self.samples
        path = self.samples / f"{domain}.{self.step:06d}.wav"
        write_sample(path, network, latent.cpu().numpy(), excerpts, place)


def detune(codes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return mu-law codes (T,) of which a part, a quarter to a half, is shifted by up to half a semitone.

    Args:
        codes: (T,), mu-law codes.
        rng: draws the part and the shift.
    """
    length = int(len(codes) * rng.uniform(0.25, 0.5))
    first = int(rng.integers(0, len(codes) - length + 1))
    part = mulaw.decode(torch.from_numpy(codes[first : first + length]).long()).numpy()
    steps = rng.uniform(-_DETUNED, _DETUNED)
    shifted = librosa.effects.pitch_shift(part, sr=WAVENET_RATE, n_steps=steps, n_fft=_WINDOW)
    result = codes.copy()
    result[first : first + length] = mulaw.encode(torch.from_numpy(shifted).float()).to(torch.uint8).numpy()
    return result
