"""Conjugate gradients with a preconditioner for A x = b, several right-hand sides at once.

Hestenes and Stiefel, "Methods of Conjugate Gradients for Solving Linear Systems" (1952).  Here is the order
of the steps, and only that.  What is iterated on brings its own vectors, products and preconditioner: fused
kernels over the planes of a stencil (:mod:`.kernels`), or tensors on a grid (:mod:`.multigrid`).
"""

from typing import Protocol, TypeVar

S = TypeVar("S")
"""One number for each right-hand side: an array or a tensor."""


class ConjugateGradientState(Protocol[S]):
    """The vectors of an iteration: solution x, residual r, direction p, its image q = A p, and z ≈ A⁻¹ r."""

    def advance(self, step: S | None) -> bool:
        """Do x += step p and r −= step q, or nothing for None; returns whether r is small enough."""
        ...

    def precondition(self) -> S:
        """Set z to the preconditioner times r; returns rᵀz."""
        ...

    def is_solved(self, rz: S) -> bool:
        """Return whether r, as the preconditioner sees it, is small enough."""
        ...

    def turn(self, factor: S | None) -> None:
        """Do p = z + factor p; p = z for None."""
        ...

    def multiply(self) -> S:
        """Set q to A p; returns pᵀq."""
        ...

    def divide(self, above: S, below: S) -> S:
        """Return above / below, and 0 for right-hand sides that are solved already, where both are 0."""
        ...


def conjugate_gradients(state: ConjugateGradientState[S], max_iterations: int) -> int | None:
    """Iterate until every right-hand side is solved.

    Args:
        state: the vectors; its solution is improved in place.
        max_iterations: how many products with A at the most.

    Returns:
        The number of iterations that were needed, or None if ``max_iterations`` were not enough.
    """
    step: S | None = None
    rz: S | None = None
    for iteration in range(max_iterations):
        if state.advance(step):
            return iteration
        before, rz = rz, state.precondition()
        if state.is_solved(rz):
            return iteration
        state.turn(None if before is None else state.divide(rz, before))
        step = state.divide(rz, state.multiply())
    return None
