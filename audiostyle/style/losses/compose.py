"""From names to a loss: what ``--loss`` means, for maps of pictures and of sound alike."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from audiostyle.errors import AudiostyleError
from audiostyle.style.losses.base import INPUT, At, Loss, Maps, Mean, WeightedSum
from audiostyle.style.losses.positions import Mask
from audiostyle.style.losses.specification import Term, parse_losses


@dataclass(frozen=True)
class Area:
    """An area of the result, and the areas of the styles that it is to look like.

    Attributes:
        mask: how much each position of the result counts, in any resolution; None for all alike.
        style_masks: the same of each style.
        share: of the result, how much the area counts.
    """

    mask: Mask = None
    style_masks: Sequence[Mask] = ()
    share: float = 1.0


@dataclass(frozen=True)
class Ingredients:
    """What losses are made from.

    Attributes:
        styles: the maps of each style, by layer.
        content: the content's maps, by layer.
        style_layers: where losses of style are taken unless a term says otherwise.
        content_layers: where losses of content are taken.
        weights: how much each style counts; None for all alike.
        areas: areas with styles of their own; empty for none.
        strokes: the maps of the (first) style at growing sizes, for the loss ``stroke``.
        own: keyword arguments for the losses that are told their own, by name: the flows of ``temporal``,
            the network of ``depth``.

    Example:
        >>> maps = {"input": torch.rand(1, 3, 8, 8)}
        >>> Ingredients([maps], maps, style_layers=["input"], content_layers=["input"]).areas
        ()
    """

    styles: Sequence[Maps]
    content: Maps
    style_layers: Sequence[str]
    content_layers: Sequence[str]
    weights: Sequence[float] | None = None
    areas: Sequence[Area] = ()
    strokes: Sequence[Maps] = ()
    own: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


def compose(losses: str | Sequence[Term], ingredients: Ingredients) -> WeightedSum[Maps]:
    """Make a sum of losses of maps.

    Args:
        losses: terms, or their text form (:func:`~audiostyle.style.losses.specification.parse_losses`).
        ingredients: what they are made from.

    Returns:
        A loss of maps by the names of layers; that of a term is the mean over its layers.

    Raises:
        AudiostyleError: a term is unknown, or lacks what it is made from.
        ShapeError: maps, masks or options do not fit.

    Example:
        >>> picture = torch.rand(1, 3, 8, 8)
        >>> maps = {"input": picture}
        >>> made = Ingredients([maps], maps, style_layers=["input"], content_layers=["input"])
        >>> compose("gram:2,tv:1e-4", made)
        2·‖G(F) − G(S)‖²/C² at input + 0.0001·TV(F) at input
    """
    terms = parse_losses(losses) if isinstance(losses, str) else losses
    return WeightedSum([(term.weight, make_term(term, ingredients)) for term in terms])


def make_term(term: Term, made: Ingredients) -> Loss[Maps]:
    """Make the loss of one term, without its weight; see :func:`compose`."""
    row = term.row
    usual = made.content_layers if row.source == "content" else made.style_layers
    layers = term.layers or ((INPUT,) if row.of_input else tuple(usual))
    known = made.content if row.source == "content" or not made.styles else made.styles[0]
    for layer in layers:
        if layer not in known:
            raise AudiostyleError(f"loss {term.name!r}: no layer {layer!r}; there are {', '.join(known)}")
    return At({layer: _SOURCES[row.source](term, layer, made) for layer in layers})


def _make_plain(term: Term, layer: str, made: Ingredients) -> Loss[Tensor]:
    return _call(term, made)


def _make_of_content(term: Term, layer: str, made: Ingredients) -> Loss[Tensor]:
    return _call(term, made, made.content[layer])


def _make_of_style(term: Term, layer: str, made: Ingredients) -> Loss[Tensor]:
    masked = "style_mask" in term.row.options and "mask" in term.row.options
    return _average(
        made,
        lambda style, masks: _call(term, made, style[layer], **masks),
        masked=masked,
    )


def _make_of_strokes(term: Term, layer: str, made: Ingredients) -> Loss[Tensor]:
    sizes = made.strokes or made.styles[:1]
    return _call(term, made, [style[layer] for style in sizes])


def _make_of_labels(term: Term, layer: str, made: Ingredients) -> Loss[Tensor]:
    if not made.areas or any(area.mask is None for area in made.areas):
        raise AudiostyleError(f"loss {term.name!r} needs masks of content and style; give both")
    labels = torch.stack([area.mask for area in made.areas if area.mask is not None]).float()

    def make(style: Maps, number: int) -> Loss[Tensor]:
        planes = [area.style_masks[number] for area in made.areas]
        style_labels = torch.stack([plane for plane in planes if plane is not None]).float()
        return _call(term, made, style[layer], labels=labels, style_labels=style_labels)

    losses = [make(style, number) for number, style in enumerate(made.styles)]
    return Mean(losses, made.weights, over="styles")


_SOURCES: Mapping[str, Callable[[Term, str, Ingredients], Loss[Tensor]]] = {
    "style": _make_of_style,
    "content": _make_of_content,
    "nothing": _make_plain,
    "strokes": _make_of_strokes,
    "labels": _make_of_labels,
    "own": _make_plain,
}


def _call(term: Term, made: Ingredients, *arguments: object, **keywords: object) -> Loss[Tensor]:
    """Make the loss of a term's class.

    Raises:
        AudiostyleError: it lacks what nobody told it.
    """
    told = made.own.get(term.name, {})
    if term.row.source == "own" and not told:
        raise AudiostyleError(f"loss {term.name!r} is of several frames or views; it is made in Python only")
    loss: Loss[Tensor] = term.row.function(*arguments, **keywords, **told, **term.options)
    return loss


def _average(
    made: Ingredients, make: Callable[[Maps, dict[str, Mask]], Loss[Tensor]], *, masked: bool = True
) -> Loss[Tensor]:
    """Return the mean over areas of the mean over styles."""
    if not masked or not made.areas:
        return Mean([make(style, {}) for style in made.styles], made.weights, over="styles")
    parts, shares = [], []
    for area in made.areas:
        given = list(made.weights) if made.weights is not None else [1.0] * len(made.styles)
        present = [
            (style, mask, weight)
            for style, mask, weight in zip(made.styles, area.style_masks, given, strict=True)
            if mask is None or bool(mask.any())
        ]
        losses = [make(style, {"mask": area.mask, "style_mask": mask}) for style, mask, _ in present]
        parts.append(Mean(losses, [weight for _, _, weight in present], over="styles"))
        shares.append(area.share)
    return Mean(parts, shares, over="areas")
