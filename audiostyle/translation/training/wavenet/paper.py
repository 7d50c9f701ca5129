"""Universal music translation as published: encoder and decoders learned together, without notes (2018, §3).

Two steps take turns.  In the one, the critic learns to tell the domain from the latent of clean waves; in the
other, encoder and a domain's decoder learn to give a wave back from the latent of a detuned one, and the
encoder to mislead the critic:

    reconstruction − λ · cross-entropy of the critic.                                    (eq. 2)

Published, that minus has no bound and diverges in others' hands; here by default its gradient is reversed
behind the encoder, which is the same direction, with λ rising from 0 (Ganin & Lempitsky 2015).
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
_WINDOW = 256  # samples, of the phase vocoder that detunes: a stretch has several
_DETUNED = 0.5  # semitones at most, either way


@dataclass(frozen=True)
class PaperSettings:
    """Sizes as published; ``batch`` excerpts of ``frames`` frames of 50 ms.

    Attributes:
        plan: of every decoder; the encoder has its latent, hop and channels.
        encoder_blocks: of as many layers as a decoder's block.
        confusion: λ at the end.
        ramp: steps over which λ rises from 0.
        adversary: how the encoder misleads the critic: by the gradient reversed, or published, by −CE.
    """

    plan: WaveNetConfig = PAPER_WAVENET
    encoder_blocks: int = 3
    batch: int = 32
    frames: int = 15
    confusion: float = 1e-2
    ramp: int = 5000
    adversary: Literal["reversal", "negative"] = "reversal"


class Universal(nn.Module):
    """Encoder, critic and decoders; to call it is to take one of the two steps' losses."""

    def __init__(self, settings: PaperSettings, domains: list[str], dtype: torch.dtype) -> None:
        super().__init__()
        plan = settings.plan
        self.encoder = WaveEncoder(
            settings.encoder_blocks, plan.layers, plan.channels, plan.condition, plan.hop
        )
        self.critic = DomainCritic(plan.condition, len(domains))
        self.networks = nn.ModuleDict({name: WaveNet(plan) for name in domains})
        self.dtype, self.adversary = dtype, settings.adversary

    def forward(
        self,
        codes: Tensor,
        labels: Tensor,
        detuned: Tensor | None = None,
        domain: str = "",
        weight: float = 0.0,
    ) -> tuple[Tensor, Tensor]:
        """Return the loss, and what to log beside it: the critic's accuracy, or reconstruction's loss.

        Args:
            codes: (B, T), of clean waves.
            labels: (B,), the numbers of their domains.
            detuned: (B, T), the same waves detuned, of one ``domain``; without them it is the critic's step.
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
        """Return what turns the encoder, but not the critic, against the critic's verdict."""
        fixed = {name: parameter.detach() for name, parameter in self.critic.named_parameters()}
        if self.adversary == "negative":
            return -weight * F.cross_entropy(functional_call(self.critic, fixed, latent), labels)
        verdict = functional_call(self.critic, fixed, reverse_gradient(latent, weight))
        return F.cross_entropy(verdict, labels)


class PaperTask:
    """What :func:`audiostyle.training.loop.train` trains.

    Args:
        training, held_out: excerpts of every domain, of the plan's hop.
        samples: folder for excerpts given back at each validation, or None.
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
        self.module = Universal(settings, self.domains, dtype).to(self.device)
        self._replica = replicate(self.module)
        self.held_out = held_out
        self._batches = PrefetchedBatches(self._prepare)
        self._accuracy = 1 / len(self.domains)

    def loss(self, step: int) -> tuple[Tensor, dict[str, float]]:
        """Return the critic's loss in even steps, in odd ones that of the encoder and the next decoder."""
        self.step = step + 1
        codes, labels, detuned = (part.to(self.device) for part in self._batches(step))
        if step % 2 == 0:
            loss, accuracy = self._replica(codes, labels)
            self._accuracy = accuracy.item()
            return loss, self._told({"critic": loss.item()})
        domain = self._domain(step)
        weight = self.settings.confusion * min(1.0, step / self.settings.ramp)
        loss, reconstruction = self._replica(codes, labels, detuned, domain, weight)
        return loss, self._told({domain: reconstruction.item(), "confusion": weight})

    def _told(self, numbers: dict[str, float]) -> dict[str, float]:
        numbers |= {"critic_accuracy": self._accuracy, "chance": 1 / len(self.domains)}
        return {name: round(value, 4) for name, value in numbers.items()}

    def _domain(self, step: int) -> str:
        return self.domains[step // 2 % len(self.domains)]

    def _prepare(self, step: int) -> tuple[Tensor, Tensor, Tensor]:
        """Return codes, labels and detuned codes: for the critic of all domains, else of the next in turn."""
        rows = []
        for item in get_own_share(self.settings.batch):
            rng = np.random.default_rng([self.seed, step, item])
            domain = self._domain(step) if step % 2 else self.domains[item % len(self.domains)]
            codes = self.training[domain].codes(self.training[domain].draw(rng))
            detuned = detune(codes, rng) if step % 2 else codes
            rows.append((codes, self.domains.index(domain), detuned))
        true, labels, heard = (torch.from_numpy(np.stack(part)) for part in zip(*rows, strict=True))
        return true.long(), labels, heard.long()

    @torch.no_grad()
    def validate(self, module: nn.Module) -> dict[str, float]:
        """Return each domain's loss given the latent of its own waves; the score is minus their mean."""
        assert isinstance(module, Universal)
        losses, right = {}, []
        for number, (name, excerpts) in enumerate(self.held_out.items()):
            label, found = torch.tensor([number], device=self.device), []
            for place in excerpts.spread(_VALIDATION_EXCERPTS):  # one by one: together they fill the memory
                codes = self._codes(excerpts, place)
                found.append(module(codes, label, codes, name)[1].item())
                right.append(module(codes, label)[1].item())
            losses[name] = round(float(np.mean(found)), 4)
            if self.samples:
                self._play(module, name, excerpts, next(excerpts.spread(1)))
        numbers = {"critic_accuracy": round(float(np.mean(right)), 4), "chance": 1 / len(self.domains)}
        return {"score": -round(float(np.mean(list(losses.values()))), 4)} | losses | numbers

    def _codes(self, excerpts: CodedExcerpts, place: Place) -> Tensor:
        """(1, T)."""
        return torch.from_numpy(excerpts.codes(place))[None].long().to(self.device)

    def _play(self, module: Universal, domain: str, excerpts: CodedExcerpts, place: Place) -> None:
        """Write an excerpt of a domain as the domain's decoder gives it back."""
        network, latent = module.networks[domain], module.encoder(self._codes(excerpts, place))[0]
        assert isinstance(network, WaveNet) and self.samples
        path = self.samples / f"{domain}.{self.step:06d}.wav"
        write_sample(path, network, latent.cpu().numpy(), excerpts, place)


def detune(codes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return codes (T,) with a stretch of a quarter to a half of them shifted by up to half a semitone."""
    length = int(len(codes) * rng.uniform(0.25, 0.5))
    first = int(rng.integers(0, len(codes) - length + 1))
    stretch = mulaw.decode(torch.from_numpy(codes[first : first + length]).long()).numpy()
    steps = rng.uniform(-_DETUNED, _DETUNED)
    shifted = librosa.effects.pitch_shift(stretch, sr=WAVENET_RATE, n_steps=steps, n_fft=_WINDOW)
    result = codes.copy()
    result[first : first + length] = mulaw.encode(torch.from_numpy(shifted).float()).to(torch.uint8).numpy()
    return result
