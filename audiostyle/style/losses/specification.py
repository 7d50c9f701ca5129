"""The text form of a sum of losses, such as ``gram:1e3@relu1_1+relu2_1,perceptual:1,tv:1e-4``.

Terms are separated by commas.  A term is a name of the table, then in any order, separated by colons, a
weight and options ``name=value``; last, after ``@``, the layers, separated by ``+``.
"""

from dataclasses import dataclass, field

from audiostyle.checks import check_number
from audiostyle.errors import AudiostyleError
from audiostyle.methods import get_method
from audiostyle.style.losses.table import LOSSES, Row

_NOT_OPTIONS = {"mask", "style_mask", "labels", "style_labels", "network", "depth"}  # tensors, not numbers


@dataclass(frozen=True)
class Term:
    """One term of a sum of losses.

    Attributes:
        name: of the table.
        weight: what it is multiplied by, 0 or more.
        layers: where it is taken; empty for those that are usual for it.
        options: keyword arguments of its class.

    Example:
        >>> Term("gram", 1000.0, ("relu1_1",)).row.title
        'Gram'
    """

    name: str
    weight: float = 1.0
    layers: tuple[str, ...] = ()
    options: dict[str, object] = field(default_factory=dict)

    @property
    def row(self) -> Row:
        """Its row of the table."""
        return get_method(LOSSES, self.name)


def parse_losses(text: str) -> tuple[Term, ...]:
    """Return the terms that a text names.

    Raises:
        AudiostyleError: it names a loss or an option that there is not, or a weight that is no number ≥ 0.

    Example:
        >>> parse_losses("mmd:2:kernel=gaussian@relu2_1")
        (Term(name='mmd', weight=2.0, layers=('relu2_1',), options={'kernel': 'gaussian'}),)
    """
    if not isinstance(text, str) or not text.strip():
        raise AudiostyleError("loss: no term was given; try gram:1e3,perceptual:1")
    return tuple(_parse_term(term.strip()) for term in text.split(","))


def _parse_term(text: str) -> Term:
    body, _, places = text.partition("@")
    name, *parts = (part.strip() for part in body.split(":"))
    if name not in LOSSES:
        get_method(LOSSES, name)  # raises, with a suggestion
    options: dict[str, object] = {}
    weight = 1.0
    for part in parts:
        option, equals, value = part.partition("=")
        if equals:
            options[option.strip().replace("-", "_")] = _parse_value(value.strip())
        else:
            weight = check_number(f"the weight of {name}", _parse_value(part), 0)
    known = LOSSES[name].options - _NOT_OPTIONS
    if unknown := sorted(options.keys() - known):
        have = f"it has {', '.join(sorted(known))}" if known else "it has none"
        raise AudiostyleError(f"loss {name!r} has no option {unknown[0]!r}; {have}")
    layers = tuple(layer.strip() for layer in places.split("+") if layer.strip())
    return Term(name, weight, layers, options)


def _parse_value(text: str) -> object:
    """Return a number, a list of numbers (``1/2/4``), or the text itself."""
    if "/" in text:
        return tuple(_parse_value(part) for part in text.split("/"))
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return {"true": True, "false": False}.get(text.lower(), text)
