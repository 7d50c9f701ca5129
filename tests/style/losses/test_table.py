"""What holds for every loss of the table: gradients, zero for what is alike, both shapes, a formula."""

import pytest
import torch
from style_losses import make_loss, make_map

from audiostyle.errors import ShapeError
from audiostyle.style.losses import LOSSES, Loss

NAMES = list(LOSSES)
NEVER_ZERO = {"adversarial", "tv", "disparity"}  # the critic's word; zero for flat maps; for two equal views


def test_the_table_is_the_lectures_and_what_came_later():
    assert len(NAMES) >= 18 + 1 + 3
    assert len({row.title for row in LOSSES.values()}) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_row_leads_to_a_loss(name):
    row = LOSSES[name]
    assert issubclass(row.function, Loss) and row.summary and row.paper


@pytest.mark.parametrize("name", NAMES)
def test_gradients_are_those_of_the_values(name, shape):
    if name == "disparity":
        shape = (2, *shape[1:])
    target, features = make_map(0, *shape), make_map(1, *shape).requires_grad_()
    # fast_mode compares one random projection of the Jacobian, whatever the number of values
    assert torch.autograd.gradcheck(make_loss(name, target), features, fast_mode=True)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in NEVER_ZERO])
def test_what_it_was_made_from_is_at_zero(name, shape):
    target = make_map(2, *shape)
    loss = make_loss(name, target)
    assert abs(float(loss(target))) < 1e-10
    loss.advance(target)
    assert abs(float(loss(target))) < 1e-10


@pytest.mark.parametrize("name", NAMES)
def test_another_map_is_farther(name, shape):
    if name == "disparity":
        shape = (2, *shape[1:])
    target, other = make_map(3, *shape), make_map(4, *shape) ** 2
    assert float(make_loss(name, target)(other).detach()) > 1e-4


@pytest.mark.parametrize("name", NAMES)
def test_results_are_scalars_of_the_maps_precision(name):
    target = make_map(5, 2, 3, 12, 12).float()
    if name == "disparity":
        value = LOSSES[name].function(torch.zeros(12, 12), torch.zeros(12, 12))(target)
    elif name == "temporal":
        value = LOSSES[name].function(target, torch.zeros(2, 2, 12, 12))(target)
    else:
        value = make_loss(name, target)(target)
    assert value.shape == () and value.dtype == torch.float32


@pytest.mark.parametrize("name", [name for name in NAMES if name != "tv"])
def test_made_from_no_map_it_is_refused(name):
    with pytest.raises(ShapeError):
        make_loss(name, torch.zeros(3, 4))(torch.zeros(3, 4))


@pytest.mark.parametrize("name", NAMES)
def test_called_on_no_map_it_is_refused(name):
    loss = make_loss(name, make_map(6, 1, 3, 12))
    for wrong in (torch.zeros(4), torch.zeros(1, 3, 0), "text"):
        with pytest.raises(ShapeError):
            loss(wrong)


@pytest.mark.parametrize("name", NAMES)
def test_it_reads_like_its_formula(name):
    loss = make_loss(name, make_map(7, 1, 3, 12))
    assert repr(loss) == loss.formula and "object at" not in repr(loss)
    assert repr(2.5 * loss).startswith("2.5·")


@pytest.mark.parametrize("name", NAMES)
def test_from_its_state_a_loss_goes_on_as_it_would_have(name):
    shape = (2, 3, 13, 13) if name == "disparity" else (1, 3, 13, 14)
    target, features = make_map(8, *shape), make_map(9, *shape)
    one, other = make_loss(name, target), make_loss(name, target)
    one.advance(features)
    state = one.get_state()
    one.advance(2 * features)
    other.set_state(state)
    other.advance(2 * features)
    assert torch.equal(other(features), one(features))
