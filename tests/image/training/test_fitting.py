"""Fitting by least squares: exact where exactness is possible."""

import pytest
import torch

from audiostyle.errors import TrainingError
from audiostyle.image.training.fitting import fit_convolution, fit_encoder, regression, telling_channels
from audiostyle.models.vgg import Encoder, Plan, Reflected
from audiostyle.style import Moments

PLAN = Plan((6, 8, 9, 10), (2, 1, 1, 1))


def test_a_linear_relation_is_found():
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(1, 4, 500, generator=generator, dtype=torch.float64)
    matrix, bias = torch.randn(3, 4, dtype=torch.float64), torch.randn(3, dtype=torch.float64)
    y = matrix @ x + bias[:, None]
    found, shift = regression(Moments.of(torch.cat([x, y], dim=1)), 4, ridge=0.0)
    torch.testing.assert_close(found, matrix)
    torch.testing.assert_close(shift, bias)


@torch.no_grad()
def test_a_convolution_is_found_from_what_it_does():
    torch.manual_seed(0)
    truth, fitted = Reflected(3, 5), Reflected(3, 5)
    maps = [torch.rand(2, 3, 20, 24) for _ in range(3)]
    fit_convolution(fitted, maps, [truth(x) for x in maps])
    for x in maps:
        torch.testing.assert_close(fitted(x), truth(x), rtol=0.05, atol=0.05)


def test_channels_that_repeat_others_are_not_chosen():
    x = torch.randn(1, 4, 400, generator=torch.Generator().manual_seed(0))
    repeated = torch.cat([x, x[:, :2] * 3, x[:, :1] + x[:, 1:2]], dim=1)
    chosen = telling_channels([repeated], 4).tolist()
    assert {2, 3} <= set(chosen)
    columns = repeated[0, chosen].double()
    assert torch.linalg.matrix_rank(columns @ columns.mT) == 4


def test_more_channels_than_tell_anything_are_still_different_ones():
    x = torch.randn(1, 2, 100)
    assert telling_channels([torch.cat([x, torch.zeros(1, 3, 100)], dim=1)], 4).unique().numel() == 4


@torch.no_grad()
def test_an_encoder_as_wide_as_its_teacher_becomes_the_teacher():
    torch.manual_seed(0)
    teacher, student = Encoder(PLAN), Encoder(PLAN)
    batches = [torch.rand(4, 3, 48, 48) for _ in range(4)]
    fit_encoder(student, teacher, batches)
    pairs = zip(student.trace(batches[0])[0].features, teacher.trace(batches[0])[0].features, strict=True)
    for own, other in pairs:
        assert (own - other).square().mean() < 0.01 * other.square().mean()


def test_a_teacher_of_other_depths_is_refused():
    with pytest.raises(TrainingError, match="depths"):
        fit_encoder(Encoder(PLAN), Encoder(Plan(PLAN.widths, (2, 2, 1, 1))), [torch.rand(1, 3, 16, 16)])
