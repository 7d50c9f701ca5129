"""The loop finds minima, never gives back worse than it saw, and says how far it is."""

import torch

from audiostyle.style import minimize


def test_it_finds_the_minimum_of_a_narrow_valley():
    """Rosenbrock's, at (1, 1)."""

    def valley(p):
        return (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2

    found = minimize(valley, torch.tensor([-1.2, 1.0], dtype=torch.float64), iterations=60)
    torch.testing.assert_close(found.point, torch.ones(2, dtype=torch.float64), atol=1e-3, rtol=0)
    assert found.loss == min(found.losses) < 1e-6


def test_progress_rises_to_about_one_and_the_start_stays_as_it_is():
    told, start = [], torch.linspace(-3, 3, 20)
    found = minimize(
        lambda p: (p.abs() ** 1.5).sum() + p.cos().sum(),
        start,
        iterations=10,
        progress=lambda done, total: told.append(done / total),
    )
    assert told == sorted(told) and told[0] >= 0 and 0.5 < told[-1] <= 1
    torch.testing.assert_close(start, torch.linspace(-3, 3, 20))
    assert found.loss < found.losses[0]


def test_no_iterations_give_the_start():
    start = torch.ones(3)
    found = minimize(lambda p: p.square().sum(), start, iterations=0)
    torch.testing.assert_close(found.point, start)


def test_at_the_minimum_it_ends():
    found = minimize(lambda p: p.square().sum(), torch.zeros(3), iterations=50)
    assert len(found.losses) < 5


def test_maps_of_any_memory_layout():
    start = torch.randn(4, 6).T
    found = minimize(lambda p: (p - 1).square().sum(), start, iterations=5)
    torch.testing.assert_close(found.point, torch.ones(6, 4))
