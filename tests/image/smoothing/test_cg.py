"""The iteration by itself, on dense matrices: it needs no more steps than there are rows."""

import numpy as np
import pytest

from audiostyle.image.smoothing.cg import conjugate_gradients


class DenseState:
    """Several right-hand sides (n, k) of a dense matrix, with a diagonal preconditioner."""

    def __init__(self, matrix: np.ndarray, b: np.ndarray, tolerance: float) -> None:
        self.matrix, self.tolerance = matrix, tolerance
        self.x, self.r = np.zeros_like(b), b.copy()
        self.p, self.q, self.z = (np.zeros_like(b) for _ in range(3))

    def advance(self, step):
        if step is not None:
            self.x += step * self.p
            self.r -= step * self.q
        return bool((np.linalg.norm(self.r, axis=0) <= self.tolerance).all())

    def precondition(self):
        self.z = self.r / np.diag(self.matrix)[:, None]
        return (self.r * self.z).sum(axis=0)

    def is_solved(self, rz):
        return False

    def turn(self, factor):
        self.p = self.z if factor is None else self.z + factor * self.p

    def multiply(self):
        self.q = self.matrix @ self.p
        return (self.p * self.q).sum(axis=0)

    def divide(self, above, below):
        return np.divide(above, below, out=np.zeros_like(above), where=below > 0)


def random_system(rows: int, sides: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(rows)
    root = rng.standard_normal((rows, rows))
    return root @ root.T + rows * np.eye(rows), rng.standard_normal((rows, sides))


@pytest.mark.parametrize("rows", [1, 2, 7, 20])
def test_every_right_hand_side_is_solved_in_as_many_steps_as_there_are_rows(rows):
    matrix, b = random_system(rows, 3)
    state = DenseState(matrix, b, 1e-9 * np.linalg.norm(b))
    iterations = conjugate_gradients(state, rows + 2)
    assert iterations is not None and iterations <= rows + 1
    np.testing.assert_allclose(state.x, np.linalg.solve(matrix, b), atol=1e-7)


def test_a_side_that_is_solved_waits_for_the_others():
    matrix, b = random_system(8, 2)
    b[:, 0] = 0
    state = DenseState(matrix, b, 1e-9)
    assert conjugate_gradients(state, 20)
    assert (state.x[:, 0] == 0).all() and np.isfinite(state.x).all()


def test_nothing_to_do_takes_no_step_and_too_few_steps_are_told():
    matrix, b = random_system(8, 2)
    assert conjugate_gradients(DenseState(matrix, np.zeros_like(b), 1e-9), 5) == 0
    assert conjugate_gradients(DenseState(matrix, b, 1e-9), 2) is None
