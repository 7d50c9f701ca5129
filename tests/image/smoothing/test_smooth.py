"""Exact smoothing against a direct solve, what theory says of it, and input of every awkward kind."""

import numpy as np
import pytest
import scipy.sparse
import scipy.sparse.linalg
import torch

from audiostyle.errors import AudiostyleError, ConvergenceError, ShapeError
from audiostyle.image.smoothing import cg as conjugate
from audiostyle.image.smoothing import guided, solver
from audiostyle.image.smoothing import smooth as smoothing
from audiostyle.image.smoothing.affinity import gaussian_affinity, matting_affinity
from audiostyle.image.smoothing.smooth import smooth, solve

AFFINITIES = {"matting": matting_affinity, "gaussian": gaussian_affinity}
HALF_STEP = 0.5 / 255  # of 8 bits


def scene(height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """A guide of gradients, an edge and texture; recoloured with noise in place of a stylised picture."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:height, :width] / max(height, width)
    guide = np.stack([x, y, 0.5 + 0.4 * np.sin(25 * x * y)], axis=2)
    guide[(x - 0.5) ** 2 + (y - 0.4) ** 2 < 0.05] *= 0.4
    guide = np.clip(guide + 0.03 * rng.standard_normal(guide.shape), 0, 1)
    return guide, np.clip(guide[..., ::-1] * 0.8 + 0.1 * rng.standard_normal(guide.shape), 0, 1)


def direct(guide, image, affinity, alpha, normalisation="symmetric"):
    """The formula with SciPy's sparse LU."""
    weights = AFFINITIES[affinity](guide)
    degrees = np.asarray(weights.sum(axis=1)).ravel()
    root = scipy.sparse.diags(degrees**-0.5)
    s = scipy.sparse.diags(1 / degrees) @ weights if normalisation == "random-walk" else root @ weights @ root
    system = (scipy.sparse.eye(len(degrees)) - alpha * s).tocsc()
    return scipy.sparse.linalg.spsolve(system, (1 - alpha) * image.reshape(-1, 3)).reshape(image.shape)


@pytest.mark.parametrize("affinity", AFFINITIES)
@pytest.mark.parametrize("normalisation", ["symmetric", "random-walk"])
def test_exact_equals_a_direct_solve(affinity, normalisation):
    guide, image = scene(40, 50)
    found = solve(guide, image, affinity=affinity, normalisation=normalisation)
    expected = direct(guide, image, affinity, smoothing.ALPHA[affinity], normalisation)
    assert abs(found.image - expected).max() < HALF_STEP
    assert found.residual <= smoothing.TOLERANCE and found.iterations > 0 and found.strips == 1
    sharper = solve(guide, image, affinity=affinity, normalisation=normalisation, tolerance=1e-8)
    np.testing.assert_allclose(sharper.image, expected, atol=1e-6)


@pytest.mark.parametrize("affinity", AFFINITIES)
def test_strips_give_the_same(affinity, monkeypatch):
    monkeypatch.setattr(solver, "OVERLAP", 16)
    guide, image = scene(150, 30)
    pieces = solve(guide, image, affinity=affinity, memory_limit=36 * solver.BYTES_PER_PIXEL * 100)
    assert pieces.strips > 1 and pieces.residual <= smoothing.TOLERANCE
    assert abs(pieces.image - direct(guide, image, affinity, smoothing.ALPHA[affinity])).max() < HALF_STEP


@pytest.mark.parametrize("affinity", AFFINITIES)
def test_error_is_bounded_by_the_residual(affinity):
    """No eigenvalue of I − αS is under 1 − α."""
    guide, image = scene(30, 30)
    found = solve(guide, image, affinity=affinity, tolerance=0.05)
    error = np.linalg.norm(found.image - direct(guide, image, affinity, smoothing.ALPHA[affinity]))
    assert 0 < error <= np.sqrt(3) * found.residual * np.linalg.norm(image)


@pytest.mark.parametrize("affinity", AFFINITIES)
def test_the_leading_eigenvector_is_kept(affinity):
    """S D^½ = D^½, so what is proportional to D^½ is its own solution; and one colour, with D⁻¹W."""
    guide, _ = scene(20, 25)
    degrees = np.asarray(AFFINITIES[affinity](guide).sum(axis=1)).reshape(20, 25, 1)
    root = np.sqrt(degrees) * [0.2, 0.1, 0.3]
    np.testing.assert_allclose(smooth(guide, root, affinity=affinity), root, atol=1e-3)
    colour = np.broadcast_to([0.2, 0.9, 0.4], guide.shape)
    walked = smooth(guide, colour, affinity=affinity, normalisation="random-walk")
    np.testing.assert_allclose(walked, colour, atol=1e-3)


def test_a_picture_affine_in_its_guide_is_kept():
    guide, _ = scene(30, 30)
    image = guide @ [[0.5, 0.1, 0.0], [0.2, 0.3, 0.2], [0.0, 0.4, 0.5]] + 0.1
    np.testing.assert_allclose(smooth(guide, image, normalisation="random-walk"), image, atol=HALF_STEP)


@pytest.mark.parametrize("affinity", AFFINITIES)
def test_alpha_zero_returns_the_picture_and_more_alpha_smooths_more(affinity):
    guide, image = scene(25, 25)
    np.testing.assert_allclose(smooth(guide, image, alpha=0, affinity=affinity), image, atol=1e-12)
    moved = [
        np.linalg.norm(smooth(guide, image, alpha=a, affinity=affinity) - image) for a in (0.1, 0.9, 0.999)
    ]
    assert moved[0] < moved[1] < moved[2]


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (40, 1), (2, 2), (2, 30), (3, 5000), (3, 3)])
@pytest.mark.parametrize("options", [{"affinity": "matting"}, {"affinity": "gaussian"}, {"method": "guided"}])
@pytest.mark.parametrize("constant", [False, True])
def test_every_size_and_constant_pictures(shape, options, constant):
    rng = np.random.default_rng(1)
    guide = np.full((*shape, 3), 0.4) if constant else rng.random((*shape, 3))
    image = rng.random((*shape, 3))
    found = smooth(guide, image, **options)
    assert found.shape == image.shape and np.isfinite(found).all()
    if shape == (1, 1):
        np.testing.assert_allclose(found, image, atol=1e-3)


def test_black_stays_black():
    guide, image = scene(10, 10)
    assert (smooth(guide, np.zeros_like(image)) == 0).all()
    image[..., 1] = 0
    assert (smooth(guide, image)[..., 1] == 0).all()


@pytest.mark.parametrize("method", ["exact", "guided"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_tensors_in_tensors_out_and_arguments_left_alone(method, dtype):
    guide, image = (torch.from_numpy(picture).to(dtype) for picture in scene(12, 14))
    before = guide.clone(), image.clone()
    found = smooth(guide, image, method)
    assert isinstance(found, torch.Tensor) and found.dtype == dtype and found.shape == image.shape
    assert torch.equal(guide, before[0]) and torch.equal(image, before[1])
    expected = smooth(guide.numpy(), image.numpy(), method)
    assert expected.dtype == image.numpy().dtype
    np.testing.assert_array_equal(found.numpy(), expected)


def test_guided_is_the_guided_filter():
    guide, image = scene(20, 20)
    np.testing.assert_array_equal(
        smooth(guide, image, "guided", radius=3), guided.guided_filter(guide, image, 3)
    )


def test_what_does_not_converge_is_an_error(monkeypatch):
    guide, image = scene(20, 20)
    with pytest.raises(ConvergenceError, match="raise the tolerance"):
        smooth(guide, image, tolerance=1e-30)
    monkeypatch.setattr(conjugate, "MAX_ITERATIONS", 3)
    with pytest.raises(ConvergenceError, match="after 3 iterations"):
        smooth(guide, image)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"alpha": 1.0}, "alpha must be"),
        ({"alpha": float("nan")}, "alpha must be"),
        ({"tolerance": 0}, "tolerance must be positive"),
        ({"affinity": "laplace"}, "affinity must be one of matting, gaussian"),
        ({"method": "fast"}, "method must be"),
        ({"normalisation": "none"}, "normalisation must be"),
        ({"memory_limit": 1e5}, "needs a memory limit of"),
    ],
)
def test_bad_options_are_named(options, message):
    guide, image = scene(8, 8)
    if "memory_limit" in options:
        guide, image = scene(600, 8)
    with pytest.raises(AudiostyleError, match=message):
        smooth(guide, image, **options)


@pytest.mark.parametrize("method", ["exact", "guided"])
def test_bad_pictures_are_named(method):
    guide, image = scene(6, 6)
    with pytest.raises(ShapeError, match="guide is 5 × 6 pixels, image 6 × 6"):
        smooth(guide[:5], image, method)
    with pytest.raises(ShapeError, match="alpha channel"):
        smooth(guide, np.ones((6, 6, 4)), method)
    with pytest.raises(ShapeError, match=r"guide must have shape.*repeat the grey"):
        smooth(guide[..., :1], image, method)
    with pytest.raises(ShapeError, match="image holds NaN"):
        smooth(guide, np.full_like(image, np.nan), method)
    with pytest.raises(ShapeError, match="image must hold floats"):
        smooth(guide, np.ones((6, 6, 3), dtype=np.uint8), method)
    with pytest.raises(ShapeError, match="has no pixels"):
        smooth(np.ones((0, 6, 3)), np.ones((0, 6, 3)), method)
