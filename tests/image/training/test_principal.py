"""Principal features: uncorrelated, of unit power, computed once."""

import pytest
import torch

from audiostyle.image.training.principal import PrincipalFeatures, thin_features
from audiostyle.models.vgg import VGGConfig, VGGEncoder
from audiostyle.style import Moments

TEACHER = VGGConfig((8, 10, 12, 14), (2, 1, 1, 1))
WIDTHS = (4, 5, 6, 20)  # the last asks for more than there are


def crops(number: int) -> torch.Tensor:
    return torch.rand(4, 3, 64, 64, generator=torch.Generator().manual_seed(number))


@pytest.fixture
def principal() -> PrincipalFeatures:
    torch.manual_seed(0)
    return PrincipalFeatures(VGGEncoder(TEACHER), crops, WIDTHS, [crops(n) for n in range(6)])


def test_there_are_as_many_as_asked_for_or_as_there_are(principal):
    assert principal.widths == [4, 5, 6, 14]
    assert [x.shape[1] for x in principal(0)[1]] == principal.widths


def test_they_are_uncorrelated_and_of_unit_power(principal):
    for n, width in enumerate(principal.widths):
        moments = sum(
            (Moments.from_features(principal.project(crops(k))[n]) for k in range(1, 6)),
            start=Moments.from_features(principal.project(crops(0))[n]),
        )
        covariance = moments.covariance
        assert covariance.diagonal().mean().item() == pytest.approx(1, abs=0.1)
        assert (covariance - covariance.diag().diag()).abs().max() < 0.1 * covariance.diagonal().max()
        assert covariance.shape == (width, width)


def test_a_batch_is_asked_for_once(principal):
    calls = []
    principal._crops = lambda number: calls.append(number) or crops(number)
    first, again = principal(3), principal(3)
    assert calls == [3]
    torch.testing.assert_close(first[0], again[0])
    torch.testing.assert_close(first[0], crops(3), atol=0.003, rtol=0)
    for kept, computed in zip(first[1], principal.project(crops(3)), strict=True):
        torch.testing.assert_close(kept, computed, atol=0.02, rtol=0.01)


def test_a_students_features_are_taken_where_the_teachers_are(principal):
    features = thin_features(VGGEncoder(TEACHER).trace(crops(0))[0])
    assert [x.shape[2:] for x in features] == [x.shape[2:] for x in principal(0)[1]]
