"""A study of picture methods, ready for people; answered by a metric first, to see what it could show.

Run:  python examples/compare_methods.py out/
Then: audiostyle study serve out/study
"""

import sys
from pathlib import Path

import numpy as np
from PIL import Image

from audiostyle import evaluate, image, study

METHODS = ("reinhard", "mkl", "idt")
here, out = Path(__file__).parent, Path(sys.argv[1] if len(sys.argv) > 1 else "out")


def read(name: str) -> np.ndarray:
    return np.asarray(Image.open(here / f"{name}.jpg").convert("RGB").resize((320, 240)))


pictures = {name: read(name) for name in ("photo", "style")}
distances = dict.fromkeys(METHODS, 0.0)
for method in METHODS:
    (out / method).mkdir(parents=True, exist_ok=True)
    for name, other in (("photo", "style"), ("style", "photo")):
        result = image.stylize(pictures[name], pictures[other], method=method, smooth="none")
        Image.fromarray(result).save(out / method / f"{name}.png")
        distances[method] += evaluate.palette_distance(result, pictures[other]) / 2
study.create_study(out / "study", {m: out / m for m in METHODS}, "Which has the more natural colors?")
# Listeners that do not exist prefer what a metric prefers; nothing here says what people do.
truth = {method: -distance / 10 for method, distance in distances.items()}
made = study.load_study(out / "study")
path = study.simulate_answers(made, out / "study", truth, listeners=20)
found = study.analyze(made, study.read_answers(path, made))
print("SIMULATED, by the palette distance; no person gave these answers:")
for name, score in zip(found.standing.systems, found.standing.scores, strict=True):
    print(f"{name}: {score:.2f}")
