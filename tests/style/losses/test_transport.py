"""The relaxed earth mover's distance: a naive oracle, both directions, moments."""

import pytest
import torch
from style_losses import make_map
from torch.nn import functional as F

from audiostyle.style.losses import RelaxedEMD


def test_by_the_table_of_all_pairs(shape):
    style, features = make_map(0, *shape), make_map(1, *shape).requires_grad_()
    one, other = (part.movedim(1, -1).flatten(0, -2) for part in (features, style))
    table = 1 - F.normalize(one) @ F.normalize(other).mT
    transport = torch.maximum(table.min(dim=1).values.mean(), table.min(dim=0).values.mean())
    means = (one.mean(dim=0) - other.mean(dim=0)).abs().mean()
    spreads = (torch.cov(one.mT, correction=0) - torch.cov(other.mT, correction=0)).abs().mean()
    value, expected = RelaxedEMD(style, moments=0.5)(features), transport + 0.5 * (means + spreads)
    torch.testing.assert_close(value, expected)
    gradients = [torch.autograd.grad(part, features, retain_graph=True)[0] for part in (value, expected)]
    torch.testing.assert_close(*gradients)


def test_places_and_lengths_do_not_matter(shape, shuffle):
    style, features = make_map(2, *shape), make_map(3, *shape)
    loss = RelaxedEMD(style, moments=0)
    torch.testing.assert_close(loss(shuffle(4 * features)), loss(features))


def test_both_directions_count():
    """A part of the style lacks the rest; more than the style has what is not in it."""
    style = torch.eye(4).double()[None]
    assert float(RelaxedEMD(style, moments=0)(style[..., :2])) == pytest.approx(0.5)
    assert float(RelaxedEMD(style[..., :2], moments=0)(style)) == pytest.approx(0.5)


def test_masks_draw_inside_only():
    style, mask = make_map(4, 1, 3, 30), torch.arange(30) < 10
    outside = torch.where(mask, style, -style)
    loss = RelaxedEMD(style, mask=mask, style_mask=mask, positions=2000)
    torch.testing.assert_close(loss(outside), loss(style))
    assert float(loss(style)) == pytest.approx(0, abs=1e-9)


def test_samples_change_between_steps():
    style, features = make_map(5, 1, 3, 300), make_map(6, 1, 3, 300)
    loss = RelaxedEMD(style, positions=40)
    first = loss(features)
    assert loss(features) == first
    loss.advance(features)
    assert loss(features) != first
