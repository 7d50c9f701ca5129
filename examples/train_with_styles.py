"""Train a small network on pictures in random styles, in plain PyTorch.

Run it from the repository's root: python examples/train_with_styles.py [FOLDER FOR RESULTS]
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn

import audiostyle.augment

(results := Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp())).mkdir(parents=True, exist_ok=True)
pictures = [np.asarray(Image.open(f"examples/{name}.jpg").convert("RGB")) for name in ("photo", "style")]
rng, side = np.random.default_rng(0), 48


def draw_crop(label):
    y, x = (int(rng.integers(size - side)) for size in pictures[label].shape[:2])
    return torch.tensor(pictures[label][y : y + side, x : x + side]).movedim(2, 0) / 255


augment = audiostyle.augment.StyleAugment("pictures", strength=(0, 1), seed=0)  # or torchvision's Compose
layers = [nn.Conv2d(3, 16, 5, 4), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 2)]
network = nn.Sequential(augment, *layers)  # in network.eval() pictures stay as they are
optimizer = torch.optim.Adam(network.parameters(), 1e-2)
for _ in range(30):
    labels = torch.tensor(rng.integers(2, size=32))
    crops = torch.stack([draw_crop(label) for label in labels])
    loss = nn.functional.cross_entropy(network(crops), labels)
    optimizer.zero_grad(), loss.backward(), optimizer.step()
sheet = torch.cat([augment(crops[:8]) for _ in range(4)]).unflatten(0, (4, 8)).movedim(2, -1)
rows = (255 * sheet).byte().movedim(2, 1).flatten(2, 3).flatten(0, 1).numpy()
Image.fromarray(rows).save(results / "styles.png")
print(f"{results / 'styles.png'}; the loss at the end is {loss.item():.2f}")
