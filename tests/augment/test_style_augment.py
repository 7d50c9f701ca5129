"""The module: strength 0 and evaluation change nothing, seeds reproduce, examples are drawn one by one."""

import pickle

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader

from audiostyle.augment import StyleAugment, StyleDistribution
from audiostyle.errors import AudiostyleError, ModelNotFound, ShapeError

RATE = 16000


def make_examples(kind, count=4):
    generator = torch.Generator().manual_seed(0)
    if kind == "pictures":
        return 0.2 + 0.6 * torch.rand(count, 3, 24, 32, generator=generator)
    return torch.randn(count, 4000, generator=generator) / 10


def make(kind, **options):
    return StyleAugment(kind, sample_rate=RATE if kind == "waves" else None, **options)


BOTH = pytest.mark.parametrize("kind", ["pictures", "waves"])


@BOTH
@pytest.mark.parametrize("options", [{"strength": 0}, {"strength": (0, 0)}, {"probability": 0}])
def test_nothing_to_do_is_the_identity(kind, options):
    examples = make_examples(kind)
    assert torch.equal(make(kind, **options)(examples), examples)


@BOTH
def test_nothing_is_changed_in_evaluation(kind):
    examples = make_examples(kind)
    assert torch.equal(make(kind).eval()(examples), examples)


@BOTH
def test_seeds_reproduce_and_calls_differ(kind):
    examples = make_examples(kind)
    one, other, third = make(kind, seed=5), make(kind, seed=5), make(kind, seed=6)
    first = one(examples)
    assert torch.equal(first, other(examples)) and not torch.equal(first, third(examples))
    second = one(examples)
    assert not torch.equal(first, second) and torch.equal(second, other(examples))


@BOTH
def test_without_a_seed_torchs_own_is_drawn_from(kind):
    examples, augment = make_examples(kind), make(kind)
    torch.manual_seed(3)
    first = augment(examples)
    torch.manual_seed(3)
    assert torch.equal(first, augment(examples))


@BOTH
def test_a_seed_leaves_torchs_own_generator_alone(kind):
    torch.manual_seed(0)
    make(kind, seed=1)(make_examples(kind))
    after = torch.rand(1)
    torch.manual_seed(0)
    assert torch.equal(after, torch.rand(1))


@BOTH
def test_each_example_gets_a_style_of_its_own(kind):
    same = make_examples(kind, 1).expand(3, *make_examples(kind, 1).shape[1:])
    changed = make(kind, seed=0, strength=1.0)(same)
    assert not torch.allclose(changed[0], changed[1], atol=1e-3)
    assert not torch.allclose(changed[1], changed[2], atol=1e-3)


@BOTH
def test_more_strength_changes_more(kind):
    examples = make_examples(kind)
    apart = [(make(kind, seed=0, strength=s)(examples) - examples).abs().mean() for s in (0.1, 0.4, 1.0)]
    assert apart[0] < apart[1] < apart[2]


@BOTH
def test_of_many_examples_about_a_share_is_changed(kind):
    examples = make_examples(kind, 200)[..., :12] if kind == "pictures" else make_examples(kind, 200)
    changed = make(kind, seed=0, probability=0.3)(examples)
    share = (changed != examples).flatten(1).any(dim=1).float().mean()
    assert 0.2 < share < 0.4


@BOTH
def test_one_example_without_a_batch_is_taken(kind):
    examples = make_examples(kind, 1)
    alone, batch = make(kind, seed=0)(examples[0]), make(kind, seed=0)(examples)
    assert alone.shape == examples.shape[1:] and torch.equal(alone, batch[0])


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16, torch.float16])
@BOTH
def test_types_are_kept(kind, dtype):
    examples = make_examples(kind).to(dtype)
    changed = make(kind, seed=0)(examples)
    assert changed.dtype == dtype
    expected = make(kind, seed=0)(examples.float())
    torch.testing.assert_close(changed.float(), expected, rtol=0, atol=0.05)


def test_bytes_are_pictures_too():
    examples = (255 * make_examples("pictures")).to(torch.uint8)
    changed = make("pictures", seed=0)(examples)
    expected = make("pictures", seed=0)(examples.float() / 255)
    assert changed.dtype == torch.uint8
    torch.testing.assert_close(changed.float(), 255 * expected, rtol=0, atol=0.51)


def check_device(kind, device):
    examples = make_examples(kind)
    changed = make(kind, seed=0).to(device)(examples.to(device))
    assert changed.device.type == examples.to(device).device.type
    torch.testing.assert_close(changed.cpu(), make(kind, seed=0)(examples), rtol=0, atol=1e-4)


def test_pictures_are_computed_where_they_are(fake_device):
    check_device("pictures", fake_device)


@pytest.mark.gpu
@BOTH
def test_examples_are_computed_where_they_are(kind):
    check_device(kind, "cuda")


@BOTH
def test_it_is_a_module_among_others(kind):
    augment = make(kind, seed=0)
    assert not list(augment.parameters()) and not augment.state_dict()
    together = nn.Sequential(augment, nn.Identity())
    assert together(make_examples(kind)).shape == make_examples(kind).shape
    assert repr(augment).startswith(f"StyleAugment({kind!r}, strength=0.5")
    copied = pickle.loads(pickle.dumps(make(kind, seed=0)))
    assert torch.equal(copied(make_examples(kind)), make(kind, seed=0)(make_examples(kind)))


class Pictures(torch.utils.data.Dataset):
    def __init__(self):
        self.augment = make("pictures", seed=0)

    def __len__(self):
        return 4

    def __getitem__(self, index):
        return self.augment(make_examples("pictures", 1)[0])


def test_workers_draw_each_by_itself_and_reproducibly():
    def load():
        generator = torch.Generator().manual_seed(1)
        return torch.cat(list(DataLoader(Pictures(), batch_size=2, num_workers=2, generator=generator)))

    one = load()
    assert not torch.equal(one[0], one[2])  # the first of either worker
    assert torch.equal(one, load())


def test_styles_of_ones_own_are_taken(tmp_path):
    augment = make("pictures")
    narrow = StyleDistribution("pictures", augment.mean, augment.root * 0)
    narrow.save(tmp_path / "a.safetensors")
    examples = make_examples("pictures")
    for styles in (narrow, tmp_path / "a.safetensors"):
        one, other = (make("pictures", styles=styles, seed=s)(examples) for s in (0, 1))
        torch.testing.assert_close(one, other)  # there is one style only


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"kind": "films"}, AudiostyleError, "'pictures' or 'waves', not 'films'"),
        ({"kind": "waves"}, AudiostyleError, "need a sample_rate"),
        ({"kind": "waves", "sample_rate": -1}, ShapeError, "sample_rate"),
        ({"sample_rate": 16000}, AudiostyleError, "pictures have no sample_rate"),
        ({"strength": 2}, AudiostyleError, "strength must lie between 0 and 1"),
        ({"strength": (0.5, 0.1)}, AudiostyleError, "from the smaller to the larger"),
        ({"strength": (0, 0.5, 1)}, AudiostyleError, "a number or two"),
        ({"probability": -1}, AudiostyleError, "probability"),
        ({"seed": -1}, AudiostyleError, "seed"),
        ({"styles": "gone.safetensors"}, ModelNotFound, "no distribution of styles"),
        ({"styles": StyleDistribution("waves", torch.zeros(2), torch.eye(2))}, ModelNotFound, "of waves"),
    ],
)
def test_slips_are_named(arguments, error, message):
    with pytest.raises(error, match=message):
        StyleAugment(**{"kind": "pictures"} | arguments)


@pytest.mark.parametrize("shape", [(8, 8), (1, 8, 8), (2, 3, 4, 5, 6)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(ShapeError):
        make("pictures", seed=0)(torch.zeros(shape))
