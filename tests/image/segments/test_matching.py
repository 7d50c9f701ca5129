"""What is alike is matched, in the order of light; what is alone is not trusted."""

import numpy as np
import pytest

from audiostyle.image.segments.clusters import Clusters
from audiostyle.image.segments.matching import match_clusters


def make_clusters(features, light, height, mass=None) -> Clusters:
    count = len(light)
    mass = np.full(count, 1 / count) if mass is None else np.array(mass)
    return Clusters(np.eye(count), mass, np.array(features, float), np.array(light), np.array(height))


SCENE = make_clusters([[1, 0], [0, 1], [-1, 0]], [0.9, 0.5, 0.1], [0.2, 0.5, 0.8])


def test_a_scene_is_matched_with_itself():
    match = match_clusters(SCENE, SCENE)
    assert match.plan.argmax(axis=1).tolist() == [0, 1, 2]
    assert match.trust.min() > 0.9
    np.testing.assert_allclose(match.plan.sum(axis=1), 1)


def test_the_order_of_the_style_does_not_matter():
    order = [2, 0, 1]
    turned = make_clusters(SCENE.features[order], SCENE.light[order], SCENE.height[order])
    plain, permuted = match_clusters(SCENE, SCENE), match_clusters(SCENE, turned)
    np.testing.assert_allclose(permuted.plan, plain.plan[:, order], atol=1e-9)


def test_light_decides_where_features_say_nothing():
    alike = make_clusters(np.zeros((3, 2)), [0.85, 0.5, 0.15], [0.5] * 3)
    assert match_clusters(alike, alike).plan.argmax(axis=1).tolist() == [0, 1, 2]


def test_a_large_sky_is_not_forced_on_a_meadow():
    own = make_clusters([[1, 0], [-1, 0]], [0.8, 0.2], [0.2, 0.8], mass=[0.9, 0.1])
    style = make_clusters([[1, 0], [-1, 0]], [0.8, 0.2], [0.2, 0.8], mass=[0.1, 0.9])
    assert match_clusters(own, style).plan[0, 0] > 0.9


def test_what_finds_nothing_near_is_not_trusted():
    stranger = make_clusters([[0, 3], [1, 0]], [0.1, 0.9], [0.9, 0.2])
    trust = match_clusters(stranger, make_clusters([[1, 0]], [0.9], [0.2])).trust
    assert trust[0] < 0.2 < 0.9 < trust[1]


@pytest.mark.parametrize("count", [1, 2, 7])
def test_any_numbers_of_clusters_can_be_matched(count):
    rng = np.random.default_rng(count)
    other = make_clusters(5 * rng.normal(size=(count, 2)), rng.random(count), rng.random(count))
    match = match_clusters(SCENE, other)
    assert match.plan.shape == (3, count) and np.isfinite(match.plan).all()
    np.testing.assert_allclose(match.plan.sum(axis=1), 1)
