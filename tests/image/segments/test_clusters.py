"""Clusters of places that are made to be alike are found."""

import numpy as np

from audiostyle.image.segments.clusters import CLUSTERS, find_clusters
from audiostyle.image.segments.features import AXES, Places


def make_places(kinds: np.ndarray, seed: int = 0, **changes) -> Places:
    """Places (h, w) of several kinds, each with features and a color of its own."""
    rng = np.random.default_rng(seed)
    height, width = kinds.shape
    flat = kinds.ravel()
    features = rng.normal(size=(9, AXES))[flat] / 3 + 0.02 * rng.normal(size=(flat.size, AXES))
    color = rng.random((9, 3))[flat] + 0.01 * rng.normal(size=(flat.size, 3))
    order = np.argsort(np.argsort(color.mean(axis=1)))
    rows = np.repeat((np.arange(height) + 0.5) / height, width)
    usual = {"light": (order + 0.5) / flat.size, "height": rows, "weights": np.ones(flat.size)}
    return Places((height, width), features, color, **{**usual, **changes})


def stripes(count: int = CLUSTERS, rows: int = 16, columns: int = 20) -> np.ndarray:
    return (np.arange(rows) * count // rows)[:, None].repeat(columns, axis=1)


def test_kinds_of_places_are_found():
    kinds = stripes()
    found = find_clusters(make_places(kinds))
    nearest = found.shares.argmax(axis=1)
    for kind in range(CLUSTERS):
        assert len(set(nearest[kinds.ravel() == kind])) == 1
    assert len(set(nearest)) == CLUSTERS and found.shares.max(axis=1).min() > 0.9
    np.testing.assert_allclose(found.shares.sum(axis=1), 1)
    np.testing.assert_allclose(np.sort(found.mass), 1 / CLUSTERS, atol=0.02)


def test_means_are_those_of_the_places_in_a_cluster():
    places = make_places(stripes())
    found = find_clusters(places)
    counted = found.shares / found.shares.sum(axis=0)
    np.testing.assert_allclose(found.features, counted.T @ places.features, atol=1e-6)
    np.testing.assert_allclose(found.light, counted.T @ places.light, atol=1e-6)


def test_the_same_places_give_the_same_clusters():
    places = make_places(stripes(), seed=3)
    np.testing.assert_array_equal(find_clusters(places).shares, find_clusters(places).shares)


def test_hidden_places_have_no_mass():
    kinds = stripes()
    hidden = (kinds == 0).ravel()
    found = find_clusters(make_places(kinds, weights=np.where(hidden, 0.0, 1.0)))
    assert found.mass[found.shares[hidden].argmax(axis=1)].max() < 1e-6


def test_places_of_one_kind_and_few_places_are_no_error():
    one = Places(
        (2, 3), np.zeros((6, AXES)), np.full((6, 3), 0.5), np.full(6, 0.5), np.full(6, 0.5), np.ones(6)
    )
    np.testing.assert_allclose(find_clusters(one).shares, 1)
    single = Places(
        (1, 1), np.zeros((1, AXES)), np.full((1, 3), 0.5), np.ones(1) / 2, np.ones(1) / 2, np.ones(1)
    )
    assert find_clusters(single).mass.tolist() == [1.0]
