"""Exact smoothing against a direct solver and against theory; pictures of every size and kind."""

import numpy as np
import pytest
import scipy.sparse
import scipy.sparse.linalg
import torch

from audiostyle.errors import AudiostyleError, ConvergenceError, ShapeError
from audiostyle.image.smoothing import guided, kernels, smooth, smooth_exactly, solver
from audiostyle.image.smoothing.affinity import gaussian_affinity, matting_affinity
from audiostyle.image.smoothing.smooth import ALPHA, TOLERANCE
from audiostyle.image.stylization import smooth_result

AFFINITIES = {"matting": matting_affinity, "gaussian": gaussian_affinity}
HALF_STEP = 0.5 / 255  # of 8 bits


def make_pair(height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """A guide of gradients, an edge and texture; recolored with noise in place of a stylized picture."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:height, :width] / max(height, width)
    guide = np.stack([x, y, 0.5 + 0.4 * np.sin(25 * x * y)], axis=2)
    guide[(x - 0.5) ** 2 + (y - 0.4) ** 2 < 0.05] *= 0.4
    guide = np.clip(guide + 0.03 * rng.standard_normal(guide.shape), 0, 1)
    return guide, np.clip(guide[..., ::-1] * 0.8 + 0.1 * rng.standard_normal(guide.shape), 0, 1)


def solve_directly(guide, image, affinity, alpha, normalization="random-walk"):
    """The formula with SciPy's sparse LU."""
    weights = AFFINITIES[affinity](guide)
    degrees = np.asarray(weights.sum(axis=1)).ravel()
    root = scipy.sparse.diags(degrees**-0.5)
    s = scipy.sparse.diags(1 / degrees) @ weights if normalization == "random-walk" else root @ weights @ root
    system = (scipy.sparse.eye(len(degrees)) - alpha * s).tocsc()
    return scipy.sparse.linalg.spsolve(system, (1 - alpha) * image.reshape(-1, 3)).reshape(image.shape)


@pytest.mark.parametrize("affinity", AFFINITIES)
@pytest.mark.parametrize("normalization", ["symmetric", "random-walk"])
def test_exact_equals_a_direct_solve(affinity, normalization):
    guide, image = make_pair(40, 50)
    found = smooth_exactly(guide, image, affinity=affinity, normalization=normalization)
    expected = solve_directly(guide, image, affinity, ALPHA[affinity], normalization)
    assert abs(found.image - expected).max() < HALF_STEP
    assert found.residual <= TOLERANCE and found.iterations > 0 and found.strips == 1
    sharper = smooth_exactly(guide, image, affinity=affinity, normalization=normalization, tolerance=1e-8)
    np.testing.assert_allclose(sharper.image, expected, atol=1e-6)


@pytest.mark.parametrize("affinity", AFFINITIES)
def test_strips_give_the_same(affinity, monkeypatch):
    monkeypatch.setattr(solver, "OVERLAP", 16)
    guide, image = make_pair(150, 30)
    pieces = smooth_exactly(
        guide, image, affinity=affinity, memory_limit=36 * solver.BYTES_PER_PIXEL * 100 / 1e9
    )
    assert pieces.strips > 1 and pieces.residual <= TOLERANCE
    assert abs(pieces.image - solve_directly(guide, image, affinity, ALPHA[affinity])).max() < HALF_STEP


@pytest.mark.parametrize("affinity", AFFINITIES)
def test_error_is_bounded_by_the_residual(affinity):
    """No eigenvalue of I − αS is under 1 − α."""
    guide, image = make_pair(30, 30)
    found = smooth_exactly(guide, image, affinity=affinity, tolerance=0.05)
    error = np.linalg.norm(found.image - solve_directly(guide, image, affinity, ALPHA[affinity]))
    assert 0 < error <= np.sqrt(3) * found.residual * np.linalg.norm(image)


@pytest.mark.parametrize("affinity", AFFINITIES)
def test_the_leading_eigenvector_is_kept(affinity):
    """S D^½ = D^½, so what is proportional to D^½ is its own solution; and one color, with D⁻¹W."""
    guide, _ = make_pair(20, 25)
    degrees = np.asarray(AFFINITIES[affinity](guide).sum(axis=1)).reshape(20, 25, 1)
    root = np.sqrt(degrees) * [0.2, 0.1, 0.3]
    symmetric = smooth(guide, root, method="exact", affinity=affinity, normalization="symmetric")
    np.testing.assert_allclose(symmetric, root, atol=1e-3)
    color = np.broadcast_to([0.2, 0.9, 0.4], guide.shape)
    walked = smooth(guide, color, method="exact", affinity=affinity)
    np.testing.assert_allclose(walked, color, atol=1e-3)


def test_a_picture_affine_in_its_guide_is_kept():
    guide, _ = make_pair(30, 30)
    image = guide @ [[0.5, 0.1, 0.0], [0.2, 0.3, 0.2], [0.0, 0.4, 0.5]] + 0.1
    np.testing.assert_allclose(smooth(guide, image, method="exact"), image, atol=HALF_STEP)


@pytest.mark.parametrize("affinity", AFFINITIES)
def test_alpha_zero_returns_the_picture_and_more_alpha_smooths_more(affinity):
    guide, image = make_pair(25, 25)

    def smooth_by(alpha):
        return smooth(guide, image, method="exact", alpha=alpha, affinity=affinity)

    np.testing.assert_allclose(smooth_by(0), image, atol=1e-12)
    moved = [np.linalg.norm(smooth_by(alpha) - image) for alpha in (0.1, 0.9, 0.999)]
    assert moved[0] < moved[1] < moved[2]


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (40, 1), (2, 2), (2, 30), (3, 5000), (3, 3)])
@pytest.mark.parametrize(
    "options",
    [
        {"method": "exact", "affinity": "matting"},
        {"method": "exact", "affinity": "gaussian"},
        {"method": "guided"},
    ],
)
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
    guide, image = make_pair(10, 10)
    assert (smooth(guide, np.zeros_like(image), method="exact") == 0).all()
    image[..., 1] = 0
    assert (smooth(guide, image, method="exact")[..., 1] == 0).all()


@pytest.mark.parametrize("method", ["exact", "guided"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_tensors_in_tensors_out_and_arguments_left_alone(method, dtype):
    guide, image = (torch.from_numpy(picture).to(dtype) for picture in make_pair(12, 14))
    before = guide.clone(), image.clone()
    found = smooth(guide, image, method=method)
    assert isinstance(found, torch.Tensor) and found.dtype == dtype and found.shape == image.shape
    assert torch.equal(guide, before[0]) and torch.equal(image, before[1])
    expected = smooth(guide.numpy(), image.numpy(), method=method)
    assert expected.dtype == image.numpy().dtype
    np.testing.assert_array_equal(found.numpy(), expected)


def test_guided_is_the_guided_filter():
    guide, image = make_pair(20, 20)
    np.testing.assert_array_equal(
        smooth(guide, image, method="guided", radius=3), guided.guided_filter(guide, image, 3)
    )


def test_what_does_not_converge_is_an_error(monkeypatch):
    guide, image = make_pair(20, 20)
    with pytest.raises(ConvergenceError, match="raise the tolerance"):
        smooth(guide, image, method="exact", tolerance=1e-30)
    monkeypatch.setattr(kernels, "MAX_ITERATIONS", 3)
    with pytest.raises(ConvergenceError, match="after 3 iterations"):
        smooth(guide, image, method="exact")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"alpha": 1.0}, "alpha must be"),
        ({"alpha": float("nan")}, "alpha must be"),
        ({"tolerance": 0}, "tolerance must be above 0"),
        ({"affinity": "laplace"}, "affinity must be one of matting, gaussian"),
        ({"method": "fast"}, "method must be"),
        ({"normalization": "none"}, "normalization must be"),
        ({"memory_limit": 1e-4}, r"needs a memory limit of 0\.\d+ GB, not 0\.0001"),
    ],
)
def test_bad_options_are_named(options, message):
    guide, image = make_pair(8, 8)
    if "memory_limit" in options:
        guide, image = make_pair(600, 8)
    with pytest.raises(AudiostyleError, match=message):
        smooth(guide, image, **{"method": "exact"} | options)


@pytest.mark.parametrize("method", ["exact", "guided"])
def test_bad_pictures_are_named(method):
    guide, image = make_pair(6, 6)
    with pytest.raises(ShapeError, match="guide is 5 × 6 pixels, image 6 × 6"):
        smooth(guide[:5], image, method=method)
    with pytest.raises(ShapeError, match="image is wholly transparent"):
        smooth(guide, np.zeros((6, 6, 4)), method=method)
    with pytest.raises(ShapeError, match="guide must have shape"):
        smooth(guide[0, 0], image, method=method)
    with pytest.raises(ShapeError, match="image holds NaN"):
        smooth(guide, np.full_like(image, np.nan), method=method)
    with pytest.raises(ShapeError, match="image must hold floats"):
        smooth(guide, np.ones((6, 6, 3), dtype=np.int32), method=method)
    with pytest.raises(ShapeError, match="has no pixels"):
        smooth(np.ones((0, 6, 3)), np.ones((0, 6, 3)), method=method)


@pytest.mark.parametrize("method", ["exact", "guided"])
def test_bytes_in_bytes_out_rounded_to_nearest(method):
    guide, image = (np.rint(picture * 255).astype(np.uint8) for picture in make_pair(12, 14))
    found = smooth(guide, image, method=method)
    floats = smooth(guide / 255, image / 255, method=method)
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(found, np.rint(floats.clip(0, 1) * 255))
    tensors = smooth(torch.from_numpy(guide), torch.from_numpy(image), method=method)
    assert tensors.dtype == torch.uint8
    np.testing.assert_array_equal(tensors.numpy(), found)


def test_the_defaults_are_those_of_stylizing():
    """Smoothing has one default, whichever function is asked: before, one took another solver and formula."""
    import inspect

    from audiostyle.image.methods import METHODS

    defaults = {name: p.default for name, p in inspect.signature(smooth).parameters.items()}
    assert defaults["method"] == METHODS["photowct"].smooth
    assert defaults["normalization"] == "random-walk"
    content, plain = make_pair(20, 20)
    np.testing.assert_array_equal(
        smooth(content, plain).clip(0, 1), smooth_result(content, plain, METHODS["photowct"].smooth)
    )
    np.testing.assert_array_equal(
        smooth(content, plain, method="exact").clip(0, 1), smooth_result(content, plain, "exact")
    )


def test_the_memory_limit_is_in_gigabytes():
    """5 GB hold a picture of 12 megapixels, and bytes would hold nothing."""
    guide, image = make_pair(600, 8)
    assert smooth_exactly(guide, image, memory_limit=5.0).strips == 1
    assert smooth_exactly(guide, image, memory_limit=0.002).strips > 1


@pytest.mark.parametrize("method", ["exact", "guided"])
def test_smoothing_takes_guide_and_picture_from_any_device(fake_device, picture_pair, method):
    content = torch.from_numpy(picture_pair[0])
    result = smooth(content, content.flip(0).to(fake_device), method=method)
    assert result.device.type == torch.device(fake_device).type
    torch.testing.assert_close(result.cpu(), smooth(content, content.flip(0), method=method))
