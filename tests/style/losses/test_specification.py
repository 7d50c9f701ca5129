"""The text form of losses: what it means, and what it refuses."""

import pytest

from audiostyle.errors import AudiostyleError
from audiostyle.style.losses import LOSSES, Term, parse_losses


def test_the_issues_own_example():
    assert parse_losses("gram:1e3,perceptual:1,tv:1e-4") == (
        Term("gram", 1000.0),
        Term("perceptual", 1.0),
        Term("tv", 1e-4),
    )


def test_layers_and_options():
    (term,) = parse_losses(" transformed-gram : shifts=1/2/4 : 3 @ relu1_1 + relu2_1 ")
    assert term == Term("transformed-gram", 3, ("relu1_1", "relu2_1"), {"shifts": (1, 2, 4)})
    assert parse_losses("depth:affine=true")[0].options == {"affine": True}


@pytest.mark.parametrize("name", LOSSES)
def test_every_name_is_a_term(name):
    assert parse_losses(name)[0].row is LOSSES[name]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no term was given"),
        ("gram,", "no method ''"),
        ("grm", "did you mean 'gram'"),
        ("gram:-1", "the weight of gram must be 0 or more, not -1"),
        ("gram:nan", "the weight of gram must be 0 or more, not nan"),
        ("gram:much", "the weight of gram must be 0 or more"),
        ("gram:kernel=linear", "loss 'gram' has no option 'kernel'; it has none"),
        ("mrf:widht=3", "loss 'mrf' has no option 'widht'; it has size"),
        ("semantic:labels=3", "no option 'labels'"),
    ],
)
def test_what_it_refuses(text, message):
    with pytest.raises(AudiostyleError, match=message):
        parse_losses(text)
