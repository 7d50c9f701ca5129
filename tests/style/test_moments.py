"""Moments: those of NumPy, however the positions are cut, ordered or weighted."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.errors import ShapeError
from audiostyle.style import Moments


def check_equal(a: Moments, b: Moments) -> None:
    assert a.count == pytest.approx(b.count)
    torch.testing.assert_close(a.mean, b.mean)
    torch.testing.assert_close(a.scatter, b.scatter)


def test_they_are_numpys(make_map):
    features = make_map(0, 5, 9, 7)
    moments = Moments.from_features(features)
    columns = features[0].flatten(1).numpy()
    assert moments.count == 63
    np.testing.assert_allclose(moments.mean, columns.mean(axis=1))
    np.testing.assert_allclose(moments.covariance, np.cov(columns))


def test_of_many_positions_they_do_not_depend_on_the_pieces(monkeypatch, make_map):
    features = make_map(1, 3, 1000)
    whole = Moments.from_features(features)
    monkeypatch.setattr("audiostyle.style.moments._PIECE", 17)
    check_equal(Moments.from_features(features), whole)


@given(cut=st.integers(1, 39))
def test_two_parts_pool_to_the_whole(cut):
    features = torch.randn(1, 4, 40, dtype=torch.float64, generator=torch.Generator().manual_seed(cut)) + 5
    check_equal(
        Moments.from_features(features[..., :cut]) + Moments.from_features(features[..., cut:]),
        Moments.from_features(features),
    )


def test_pictures_and_spectrograms_of_the_same_numbers_have_the_same_moments(make_map):
    picture = make_map(2, 4, 6, 10)
    check_equal(Moments.from_features(picture), Moments.from_features(picture.reshape(1, 4, 60)))


def test_permuting_positions_changes_nothing(make_map):
    features = make_map(3, 4, 50)
    check_equal(Moments.from_features(features[..., torch.randperm(50)]), Moments.from_features(features))


def test_boolean_weights_choose_a_region(make_map):
    features, chosen = make_map(4, 3, 8, 8), torch.rand(8, 8) < 0.4
    check_equal(Moments.from_features(features, chosen), Moments.from_features(features[..., chosen]))


def test_whole_weights_repeat_positions(make_map):
    features = make_map(5, 3, 6)
    weights = torch.tensor([0.0, 1, 2, 0, 3, 1])
    check_equal(
        Moments.from_features(features, weights),
        Moments.from_features(features.repeat_interleave(weights.long(), dim=2)),
    )


def test_weights_count_whatever_the_sizes(make_map):
    small, large = Moments.from_features(make_map(6, 3, 10)), Moments.from_features(make_map(7, 3, 1000))
    pooled = Moments.pool([small, large], [0.5, 0.5])
    torch.testing.assert_close(pooled.mean, (small.mean + large.mean) / 2)
    check_equal(Moments.pool([small, large]), small + large)


def test_the_same_map_twice_is_the_map(make_map):
    moments = Moments.from_features(make_map(6, 3, 10))
    check_equal(Moments.pool([moments, moments], [0.3, 0.7]), moments)


def test_what_is_empty_leaves_its_weight_to_the_others(make_map):
    moments = Moments.from_features(make_map(6, 3, 10))
    nothing = Moments.empty(3, moments.mean.dtype)
    check_equal(Moments.pool([moments, nothing], [0.5, 0.5]), moments)
    assert Moments.pool([nothing, nothing], [0.5, 0.5]).count == 0


def test_a_single_position_has_no_variance(make_map):
    assert not Moments.from_features(make_map(8, 3, 1)).covariance.any()


def test_shrinkage_is_scikit_learns():
    covariance = pytest.importorskip("sklearn.covariance")
    samples = np.random.default_rng(0).standard_normal((12, 8)) * np.arange(1, 9)
    expected, _ = covariance.oas(samples)
    shrunk = Moments.from_features(torch.from_numpy(samples.T[None])).shrink()
    # scikit-learn has n where ours has n − 1 throughout: nearly the same share.
    correlation = np.corrcoef(shrunk.covariance.numpy().ravel(), expected.ravel())[0, 1]
    assert correlation > 0.999


def test_shrinkage_makes_few_positions_invertible_and_leaves_many_alone(make_map):
    few, many = Moments.from_features(make_map(9, 20, 5)), Moments.from_features(make_map(9, 4, 100_000))
    assert torch.linalg.eigvalsh(few.covariance)[0] < 1e-9
    assert torch.linalg.eigvalsh(few.shrink().covariance)[0] > 1e-3
    torch.testing.assert_close(many.shrink().covariance, many.covariance, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("shape", [(4,), (4, 5), (1, 3, 0)])
def test_what_is_no_feature_map_is_refused(shape):
    with pytest.raises(ShapeError, match="feature map"):
        Moments.from_features(torch.zeros(shape))


def test_weights_of_another_shape_are_refused():
    with pytest.raises(ShapeError, match="weights"):
        Moments.from_features(torch.zeros(1, 3, 8), torch.ones(7))
