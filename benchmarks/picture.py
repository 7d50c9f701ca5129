"""Draw the documentation's pictures of sound: mel spectrograms of translations and of transfers.

The first shows the example recording, two translations of it, and what a sampler makes of its true notes.
The second shows what every method of ``transfer`` makes of one pair of the benchmark, beside the truth.
"""

from collections.abc import Mapping
from pathlib import Path

import librosa
import matplotlib.pyplot as plt
import numpy as np
import pairs
import soundfile
from material import DOMAINS, RATE, TRAINING

from audiostyle import transfer
from audiostyle.music.fluidsynth import render_performance
from audiostyle.music.midi import read_midi
from audiostyle.translation.translator import Translator

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
SECONDS = 8.0
PAIR = 2  # of the benchmark's: accordion to guitar, whose sounds begin and end in different ways


def translate_example() -> dict[str, np.ndarray]:
    """Return the example, two translations, and the truth of each, by title."""
    wave, rate = soundfile.read(EXAMPLES / "chorale.flac", dtype="float32")
    performance = read_midi(EXAMPLES / "chorale.mid")
    translator = Translator.from_pretrained()
    panels = {"source: woodwinds": librosa.resample(wave, orig_sr=rate, target_sr=RATE)}
    for domain in ("piano", "organ"):
        made = translator.translate(panels["source: woodwinds"], RATE, domain=domain)
        panels[f"translated to {domain}"] = made
        truth = render_performance(performance.arrange_for(DOMAINS[domain]), TRAINING, sample_rate=RATE)
        panels[f"the true {domain}"] = truth[: len(made)]
    return panels


def transfer_pair() -> dict[str, np.ndarray]:
    """Return a pair, the truth, and what the methods make of it, by title."""
    pair = pairs.choose_pairs(PAIR + 1)[PAIR]
    content, style = pairs.render_content(pair), pairs.render_style(pair)
    truth = pairs.render_truth(pair)
    panels = {f"content: {pair.content_instrument}": content, f"style: {pair.style_instrument}": style}
    panels["truth: the content's notes on the style's instrument"] = truth
    for method, options in (
        ("wct", {}),
        ("complex-wct", {}),
        ("cascade", {}),
        ("musaicing", {"match": 0.5}),
        ("gram", {"match": 0.25}),
    ):
        title = " ".join([method, *(f"--{name} {value}" for name, value in options.items())])
        panels[title] = transfer(content, style, sample_rate=RATE, method=method, **options)
    return panels


def draw(panels: Mapping[str, np.ndarray], columns: int, path: Path) -> None:
    """Draw mel spectrograms, first down one column and then down the next."""
    rows = -(-len(panels) // columns)
    size = (10 if columns == 1 else 7 * columns, 2.2 * rows)
    figure, axes = plt.subplots(rows, columns, figsize=size, sharex=True, squeeze=False, layout="constrained")
    for axis, (title, panel) in zip(axes.T.flat, panels.items(), strict=True):
        mel = librosa.feature.melspectrogram(
            y=panel[: int(SECONDS * RATE)], sr=RATE, n_fft=4096, hop_length=512, n_mels=160, fmax=8000
        )
        levels = librosa.power_to_db(mel, ref=np.max, top_db=80)
        axis.imshow(levels, origin="lower", aspect="auto", cmap="magma", extent=(0, SECONDS, 0, 160))
        axis.set(title=title, yticks=[], ylabel="mel")
    for axis in axes[-1]:
        axis.set_xlabel("seconds")
    figure.savefig(path, dpi=80)


def main() -> None:
    draw(translate_example(), 1, EXAMPLES / "before-after.png")
    draw(transfer_pair(), 2, EXAMPLES / "transfer.jpg")


if __name__ == "__main__":
    main()
