"""Values of our losses beside those of pystiche 1.0.1, on the same random maps.

Needs ``pip install --no-deps pystiche==1.0.1 tqdm``, which the package does not.  Its losses do not use
torchvision, which it imports; where that is missing, an empty stand-in takes its place.  Prints a Markdown
table and stores it in ``results/pystiche_values.md``.
"""

import importlib.util
import sys
from unittest.mock import MagicMock

import report
import torch

from audiostyle.style.losses import MRF, Gram, Perceptual, TotalVariation

PARTS = (
    "",
    ".models",
    ".models.vgg",
    ".models.alexnet",
    ".transforms",
    ".transforms.functional",
    ".datasets",
    ".datasets.folder",
    ".datasets.utils",
)


def main() -> None:
    if importlib.util.find_spec("torchvision") is None:
        sys.modules.update({f"torchvision{part}": MagicMock() for part in PARTS})
    try:
        import pystiche
        from pystiche.loss import functional
    except ImportError as error:
        sys.exit(f"{error}; pip install --no-deps pystiche==1.0.1 tqdm")
    generator = torch.Generator().manual_seed(0)
    maps = torch.randn(2, 1, 32, 24, 20, generator=generator, dtype=torch.float64)
    features, target = (part.relu() for part in maps)
    grams = [pystiche.gram_matrix(part, normalize=True) for part in (features, target)]
    patches = [pystiche.extract_patches2d(part, 3) for part in (features, target)]
    theirs = {
        "Gram": torch.nn.functional.mse_loss(*grams),
        "perceptual": torch.nn.functional.mse_loss(features, target),
        "MRF, patches of 3": functional.mrf_loss(*patches, batched_input=True),
        "total variation, β = 2": functional.total_variation_loss(features, exponent=2.0),
    }
    ours = {
        "Gram": Gram(target),
        "perceptual": Perceptual(target),
        "MRF, patches of 3": MRF(target),
        "total variation, β = 2": TotalVariation(),
    }
    rows: list[list[object]] = []
    for name, loss in ours.items():
        own, other = float(loss(features)), float(theirs[name])
        rows.append([name, f"{own:.8g}", f"{other:.8g}", f"{abs(own / other - 1):.1e}"])
    text = "\n\n".join(
        [
            "# Losses beside those of pystiche 1.0.1",
            report.describe_run(),
            "Two rectified random maps (1, 32, 24, 20) in double precision.  No factor lies between the two.",
            report.format_table(["loss", "ours", "pystiche", "relative difference"], rows),
        ]
    )
    print(text)
    print(f"stored in {report.store('pystiche_values', text)}", file=sys.stderr)


if __name__ == "__main__":
    main()
