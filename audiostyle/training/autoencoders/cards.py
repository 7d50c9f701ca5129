"""Results of a training as a Markdown card."""

from collections.abc import Mapping


def make_card(title: str, introduction: str, results: Mapping[str, float]) -> str:
    """Return a card with a line for each result but the score, which only serves to compare weights.

    Args:
        title: heading of the card.
        introduction: the paragraph before the results.
        results: of a validation, by name.

    Example:
        >>> print(make_card("Decoders", "On held-out crops:", {"score": -0.1, "error 1": 0.02}))
        # Decoders
        <BLANKLINE>
        On held-out crops:
        <BLANKLINE>
        - error 1: 0.0200
        <BLANKLINE>
    """
    rows = "".join(f"- {name}: {value:.4f}\n" for name, value in results.items() if name != "score")
    return f"# {title}\n\n{introduction}\n\n{rows}"
