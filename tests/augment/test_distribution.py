"""Distributions of styles: what was drawn is fitted again, files come back, slips are named."""

import pytest
import torch
from safetensors.torch import save_file

from audiostyle.augment.distribution import FITTED, StyleDistribution, fit_styles
from audiostyle.augment.pictures import PictureStatistics
from audiostyle.augment.waves import WaveStatistics
from audiostyle.errors import ModelNotFound, ShapeError


class Numbers:
    """Statistics of examples that are their own style."""

    kind, size = "numbers", 3

    def measure(self, examples):
        return examples

    def transform(self, examples, choose):
        return choose(examples)


ROOT = torch.tensor([[1.0, 0, 0], [0.5, 0.2, 0], [-1, 0.3, 2]])
MEAN = torch.tensor([1.0, -2, 5])


def test_a_distribution_is_found_again_from_what_was_drawn():
    drawn = StyleDistribution("numbers", MEAN, ROOT).draw(20_000, torch.Generator().manual_seed(0))
    found = fit_styles(Numbers(), drawn.split(1000))
    torch.testing.assert_close(found.mean, MEAN, rtol=0, atol=0.05)
    covariance = ROOT @ ROOT.mT
    shrunk = 0.95 * covariance + 0.05 * torch.diag(covariance.diagonal())
    torch.testing.assert_close(found.root @ found.root.mT, shrunk, rtol=0.05, atol=0.05)


def test_batches_do_not_matter():
    examples = torch.randn(12, 3, generator=torch.Generator().manual_seed(1))
    whole, parts = fit_styles(Numbers(), [examples]), fit_styles(Numbers(), examples.split(5))
    torch.testing.assert_close(whole.root, parts.root)


def test_examples_that_are_alike_still_vary_a_little():
    found = fit_styles(Numbers(), [torch.ones(4, 3)])
    assert found.root.isfinite().all() and (found.root.diagonal() > 0).all()


@pytest.mark.parametrize("batches", [[], [torch.ones(1, 3)]])
def test_one_example_is_no_distribution(batches):
    with pytest.raises(ShapeError, match="two examples or more"):
        fit_styles(Numbers(), batches)


def test_files_come_back(tmp_path):
    StyleDistribution("numbers", MEAN, ROOT).save(tmp_path / "a.safetensors")
    found = StyleDistribution.load(tmp_path / "a.safetensors")
    assert found.kind == "numbers" and torch.equal(found.mean, MEAN) and torch.equal(found.root, ROOT)


def write_tensors(**tensors):
    return lambda path: save_file(tensors, path)


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (lambda path: None, "no distribution of styles"),
        (lambda path: path.write_bytes(b"none"), "no distribution of styles"),
        (write_tensors(other=torch.ones(2)), "no distribution of styles"),
        (write_tensors(mean=torch.ones(2), root=torch.ones(3, 3)), "no distribution of styles"),
        (write_tensors(mean=torch.ones(2) / 0, root=torch.ones(2, 2)), "not finite"),
    ],
)
def test_other_files_are_refused_in_one_line(tmp_path, write, message):
    write(tmp_path / "a.safetensors")
    with pytest.raises(ModelNotFound, match=message) as raised:
        StyleDistribution.load(tmp_path / "a.safetensors")
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("statistics", [PictureStatistics(), WaveStatistics(16000)], ids=lambda s: s.kind)
def test_shipped_distributions_go_with_their_statistics(statistics):
    found = StyleDistribution.shipped(statistics.kind)
    assert found.kind == statistics.kind and found.mean.shape == (statistics.size,)
    assert (found.root.diagonal() > 0).all() and torch.equal(found.root, found.root.tril())
    assert (FITTED / f"{statistics.kind}.safetensors").stat().st_size < 50_000
