"""The adversarial loss: a critic of patches, trained beside the result."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from audiostyle.checks import check_count, check_number
from audiostyle.style.losses.base import Loss
from audiostyle.style.losses.matching import Patches
from audiostyle.style.losses.patches import SIZE
from audiostyle.style.losses.positions import check_map

_SAMPLE = 1024  # patches of each map in a step of the critic


class PatchCritic(nn.Module):
    """Tell patches of the style from others: one hidden layer, the same at all places, hence a PatchGAN.

    Args:
        values: of a patch.
        hidden: units.

    Example:
        >>> PatchCritic(27)(torch.zeros(5, 27)).shape
        torch.Size([5])
    """

    def __init__(self, values: int, hidden: int = 64) -> None:
        super().__init__()
        self.first = nn.Linear(values, hidden)
        self.others = nn.Sequential(
            nn.LeakyReLU(0.2), nn.Linear(hidden, hidden), nn.LeakyReLU(0.2), nn.Linear(hidden, 1)
        )

    def forward(self, patches: Tensor) -> Tensor:
        """(n, values) → (n,): how much each patch is like the style's, with 1 for those."""
        scores: Tensor = self.others(self.first(patches))
        return scores[:, 0]

    def slide(self, features: Tensor, size: int) -> Tensor:
        """(B, C, …) → (n,), of all patches of a map.

        The first layer is then a convolution, so that overlapping patches are not copied out one by one.
        """
        axes = features.ndim - 2
        kernel = self.first.weight.unflatten(1, (features.shape[1], *[size] * axes))
        convolve = F.conv1d if axes == 1 else F.conv2d
        hidden = convolve(features, kernel, self.first.bias).movedim(1, -1).flatten(0, -2)
        scores: Tensor = self.others(hidden)
        return scores[:, 0]


class Adversarial(Loss[Tensor]):
    """mean (1 − D(Ψ_i(F)))², D a critic of patches.

    Li & Wand 2016, "Precomputed real-time texture synthesis with Markovian generative adversarial networks"
    (MGAN), with the least-squares objective of Mao et al. 2017.  The critic is trained by :meth:`advance`:
    D is to be 1 for the style's patches and 0 for the result's.  The loss of the style itself is not zero but
    what the critic makes of it.

    Args:
        style: S (B, C, …).
        size: of a patch along each axis, in positions.
        steps: of the critic in each call of :meth:`advance`.
        rate: of the critic's learning.
        seed: of the critic's weights and of the patches that it is trained on.

    Raises:
        ShapeError: the style is no map, or smaller than a patch.

    Example:
        >>> style = torch.ones(1, 2, 16)
        >>> loss, other = Adversarial(style, steps=50), -style
        >>> loss.advance(other)
        >>> bool(loss(style) < loss(other))
        True
    """

    def __init__(
        self, style: Tensor, *, size: int = SIZE, steps: int = 10, rate: float = 1e-3, seed: int = 0
    ) -> None:
        self.channels = check_map(style, "the style").shape[1]
        self.size, self.steps = check_count("size", size, 1), check_count("steps", steps, 0)
        self.style = Patches(style, self.size, "the style")
        self.scale = style.detach().square().mean().sqrt().clamp(min=1e-8)
        self.generator = torch.Generator().manual_seed(seed)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            critic = PatchCritic(self.channels * len(self.style.offsets))
        self.critic = critic.to(style.device, style.dtype)
        self.optimizer = torch.optim.Adam(
            self.critic.parameters(), lr=check_number("rate", rate, 0, above=True), betas=(0.5, 0.9)
        )

    def __call__(self, features: Tensor) -> Tensor:
        """Return the loss of a map (B, C, …)."""
        check_map(features, "the map", self.channels)
        Patches(features, self.size, "the map")  # refuses maps that are smaller than a patch
        scores = self.critic.slide(features / self.scale, self.size)
        return F.mse_loss(scores, torch.ones_like(scores))

    @property
    def formula(self) -> str:
        """In symbols."""
        return f"mean (1 − D(Ψ_i(F)))², patches of {self.size}"

    def get_state(self) -> dict[str, Tensor]:
        """Return the critic, its optimizer and the random generator."""
        state = {f"critic.{name}": value.clone() for name, value in self.critic.state_dict().items()}
        for number, moments in self.optimizer.state_dict()["state"].items():
            state |= {f"adam.{number}.{name}": value.clone() for name, value in moments.items()}
        return {**state, "generator": self.generator.get_state()}

    def set_state(self, state: Mapping[str, Tensor]) -> None:
        """Go on training the critic from there."""
        self.critic.load_state_dict(
            {
                name.removeprefix("critic."): value
                for name, value in state.items()
                if name.startswith("critic.")
            }
        )
        moments: dict[int, dict[str, Tensor]] = {}
        for name, value in state.items():
            if name.startswith("adam."):
                _, number, kind = name.split(".")
                moments.setdefault(int(number), {})[kind] = value.clone()
        self.optimizer.load_state_dict({**self.optimizer.state_dict(), "state": moments})
        self.generator.set_state(state["generator"])

    def advance(self, features: Tensor) -> None:
        """Train the critic to tell the style's patches from the map's."""
        fakes = Patches(features, self.size, "the map")
        with torch.enable_grad():
            for _ in range(self.steps):
                real, fake = (self._sample(patches) for patches in (self.style, fakes))
                scores = self.critic(torch.cat([real, fake]))
                wanted = torch.cat(
                    [torch.ones_like(scores[: len(real)]), torch.zeros_like(scores[len(real) :])]
                )
                self.optimizer.zero_grad()
                F.mse_loss(scores, wanted).backward()
                self.optimizer.step()

    def _sample(self, patches: Patches) -> Tensor:
        numbers = torch.randint(len(patches), (min(len(patches), _SAMPLE),), generator=self.generator)
        return patches.take(numbers.to(patches.starts.device)) / self.scale
