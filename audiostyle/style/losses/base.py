"""What a loss is: made once from what it compares with, then called on maps; sums of losses are losses."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar

import torch
from torch import Tensor

from audiostyle.errors import ShapeError
from audiostyle.style.losses.positions import Mask

M = TypeVar("M")
"""What a loss is called on: a map, maps by the names of layers, or several maps."""

Maps = Mapping[str, Tensor]
"""Feature maps (B, C, …) by the names of layers; :data:`INPUT` is what the network was given."""

INPUT = "input"
"""The layer before the first one: the picture itself, or the spectrogram."""


class Loss(ABC, Generic[M]):
    """A number that says how far a map is from what the loss was made from; zero where they are alike.

    Losses can be added, and multiplied by numbers; the result is a loss.  ``repr`` reads like its formula.

    Example:
        >>> from audiostyle.style.losses import Gram, TotalVariation
        >>> style = torch.ones(1, 1, 9)
        >>> loss = 3 * Gram(style) + TotalVariation()
        >>> loss
        3·‖G(F) − G(S)‖²/C² + TV(F)
        >>> float(loss(2 * style))
        27.0
    """

    @abstractmethod
    def __call__(self, features: M, /) -> Tensor:
        """Return the loss, a scalar that can be differentiated.

        Raises:
            ShapeError: the map does not fit what the loss was made from.
        """

    @property
    @abstractmethod
    def formula(self) -> str:
        """The loss in symbols: F the map, S the style's, T the content's."""

    @property
    def moments_under(self) -> Sequence[Mask] | None:
        """The masks under which it needs no more than a map's moments; None where it needs the map.

        Such a loss can be called on :class:`~audiostyle.style.losses.moments.MapMoments` in place of a map.
        """
        return None

    def advance(self, features: M) -> None:
        """Do what is done between steps of an optimizer: draw anew, match anew, train a critic.

        Until the next call the loss is a fixed function, which line searches rely on.

        Args:
            features: where the optimizer is.
        """

    def get_state(self) -> dict[str, Tensor]:
        """Return what :meth:`advance` has changed for good: generators and critics, by name.

        With it, :meth:`set_state` lets a loss that was made alike go on as this one would.
        """
        return {}

    def set_state(self, state: Mapping[str, Tensor]) -> None:
        """Go on from a state of :meth:`get_state`."""

    def __add__(self, other: "Loss[M]") -> "WeightedSum[M]":
        return WeightedSum([(1.0, self), (1.0, other)])

    def __mul__(self, weight: float) -> "WeightedSum[M]":
        return WeightedSum([(weight, self)])

    __rmul__ = __mul__

    def __repr__(self) -> str:
        return self.formula


class WeightedSum(Loss[M]):
    """Σ w · L.  Sums of sums are flat.

    Args:
        terms: weights and losses, at least one.
    """

    def __init__(self, terms: Sequence[tuple[float, Loss[M]]]) -> None:
        if not terms:
            raise ShapeError("a sum of losses needs at least one")
        self.terms: list[tuple[float, Loss[M]]] = []
        for weight, loss in terms:
            inner = loss.terms if isinstance(loss, WeightedSum) else [(1.0, loss)]
            self.terms += [(weight * own, term) for own, term in inner]

    def __call__(self, features: M) -> Tensor:
        """Return Σ w · L; see :class:`Loss`."""
        return torch.stack([weight * loss(features) for weight, loss in self.terms]).sum()

    @property
    def formula(self) -> str:
        """The sum in symbols."""
        return " + ".join(
            loss.formula if weight == 1 else f"{weight:g}·{_bracket(loss.formula)}"
            for weight, loss in self.terms
        )

    def get_state(self) -> dict[str, Tensor]:
        """Return the states of all parts."""
        return _join_states([loss for _, loss in self.terms])

    def set_state(self, state: Mapping[str, Tensor]) -> None:
        """Go on from the states of all parts."""
        _split_states(state, [loss for _, loss in self.terms])

    def advance(self, features: M) -> None:
        """Advance every term."""
        for _, loss in self.terms:
            loss.advance(features)


class Mean(Loss[M]):
    """The weighted mean of losses of one kind, such as those of several regions, or of several styles.

    Args:
        losses: at least one.
        weights: how much each counts; None for all alike.
        over: what the losses are of, for the formula.

    Example:
        >>> from audiostyle.style.losses import Gram
        >>> one, other = (Gram(value * torch.ones(1, 1, 4)) for value in (1, 2))
        >>> Mean([one, other], over="styles")
        mean of ‖G(F) − G(S)‖²/C² over 2 styles
    """

    def __init__(
        self, losses: Sequence[Loss[M]], weights: Sequence[float] | None = None, *, over: str = "losses"
    ) -> None:
        if not losses:
            raise ShapeError("a mean of losses needs at least one")
        self.losses, self.over = list(losses), over
        given = [1.0] * len(losses) if weights is None else list(weights)
        self.weights = [weight / sum(given) for weight in given]

    def __call__(self, features: M) -> Tensor:
        """Return the mean; see :class:`Loss`."""
        parts = zip(self.weights, self.losses, strict=True)
        return torch.stack([weight * loss(features) for weight, loss in parts]).sum()

    @property
    def formula(self) -> str:
        """The loss in symbols, and what it is averaged over."""
        if len(self.losses) == 1:
            return self.losses[0].formula
        return f"mean of {self.losses[0].formula} over {len(self.losses)} {self.over}"

    @property
    def moments_under(self) -> Sequence[Mask] | None:
        """The masks of all losses, or None where one of them needs the map."""
        masks: list[Mask] = []
        for loss in self.losses:
            if loss.moments_under is None:
                return None
            masks += loss.moments_under
        return masks

    def get_state(self) -> dict[str, Tensor]:
        """Return the states of all parts."""
        return _join_states(self.losses)

    def set_state(self, state: Mapping[str, Tensor]) -> None:
        """Go on from the states of all parts."""
        _split_states(state, self.losses)

    def advance(self, features: M) -> None:
        """Advance every loss."""
        for loss in self.losses:
            loss.advance(features)


class At(Loss[Maps]):
    """The mean of losses over layers, of the map of each.

    Args:
        losses: by the layers' names, at least one.

    Example:
        >>> from audiostyle.style.losses import TotalVariation
        >>> At({"relu1_1": TotalVariation()})
        TV(F) at relu1_1
    """

    def __init__(self, losses: Mapping[str, Loss[Tensor]]) -> None:
        if not losses:
            raise ShapeError("a loss needs at least one layer")
        self.losses = dict(losses)

    def __call__(self, features: Maps) -> Tensor:
        """Return the mean over the layers; see :class:`Loss`."""
        return torch.stack(
            [loss(self._select(features, layer)) for layer, loss in self.losses.items()]
        ).mean()

    @property
    def formula(self) -> str:
        """The loss in symbols, and where it is taken."""
        return f"{next(iter(self.losses.values())).formula} at {', '.join(self.losses)}"

    def get_state(self) -> dict[str, Tensor]:
        """Return the states of all parts."""
        return _join_states(list(self.losses.values()))

    def set_state(self, state: Mapping[str, Tensor]) -> None:
        """Go on from the states of all parts."""
        _split_states(state, list(self.losses.values()))

    def advance(self, features: Maps) -> None:
        """Advance every layer's loss."""
        for layer, loss in self.losses.items():
            loss.advance(self._select(features, layer))

    def _select(self, features: Maps, layer: str) -> Tensor:
        if layer not in features:
            raise ShapeError(f"there is no map of {layer!r}, only of {', '.join(features)}")
        return features[layer]


def _bracket(formula: str) -> str:
    """Return a formula as a factor."""
    return f"({formula})" if " + " in formula else formula


def _join_states(losses: Sequence[Loss[M]]) -> dict[str, Tensor]:
    """Return the states of several losses, each under its number."""
    return {
        f"{number}.{name}": value
        for number, loss in enumerate(losses)
        for name, value in loss.get_state().items()
    }


def _split_states(state: Mapping[str, Tensor], losses: Sequence[Loss[M]]) -> None:
    """Let several losses go on from their states under their numbers."""
    for number, loss in enumerate(losses):
        prefix = f"{number}."
        loss.set_state({n[len(prefix) :]: value for n, value in state.items() if n.startswith(prefix)})
