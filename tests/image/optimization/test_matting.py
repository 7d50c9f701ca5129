"""The matting energy: that of the assembled matrix, zero for local color maps."""

import numpy as np
import pytest
import torch

from audiostyle.errors import ShapeError
from audiostyle.image import matting_affinity
from audiostyle.image.optimization.matting import EPSILON, MattingEnergy

RANDOM = torch.Generator().manual_seed(0)
CONTENT = torch.rand(1, 3, 9, 11, generator=RANDOM, dtype=torch.float64)
RESULT = torch.rand(1, 3, 9, 11, generator=RANDOM, dtype=torch.float64)


def test_it_is_the_quadratic_form_of_the_assembled_matrix():
    weights = matting_affinity(CONTENT[0].movedim(0, 2).numpy(), EPSILON)
    laplacian = np.diag(np.asarray(weights.sum(axis=1)).ravel()) - weights.toarray()
    vectors = RESULT.flatten(2)[0].numpy()
    expected = np.einsum("cn,nm,cm->", vectors, laplacian, vectors) / vectors.size
    assert float(MattingEnergy(CONTENT)(RESULT)) == pytest.approx(expected)


def test_gradients():
    assert torch.autograd.gradcheck(MattingEnergy(CONTENT), RESULT.clone().requires_grad_(), fast_mode=True)


def test_one_color_map_for_all_costs_nothing_and_another_structure_does():
    matrix = torch.tensor([[0.2, 0.5, 0], [0.1, 0, 0.3], [0, 0.7, 0.1]]).double()
    recolored = torch.einsum("dc,bchw->bdhw", matrix, CONTENT) + 0.1
    energy = MattingEnergy(CONTENT)
    assert energy(recolored) < 1e-5 < 1e-2 < energy(RESULT)


def test_another_size_is_refused():
    with pytest.raises(ShapeError, match="the map is"):
        MattingEnergy(CONTENT)(RESULT[..., :5])
