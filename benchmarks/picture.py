"""The README's picture: the example, its translations, and what a sampler makes of its true notes."""

from pathlib import Path

import librosa
import matplotlib.pyplot as plt
import numpy as np
import soundfile
from material import DOMAINS, TRAINING

from audiostyle.translation.midi import read_midi
from audiostyle.translation.synthesis import synthesize
from audiostyle.translation.translator import Translator

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
SECONDS = 8.0


def main() -> None:
    wave, rate = soundfile.read(EXAMPLES / "chorale.flac", dtype="float32")
    performance = read_midi(EXAMPLES / "chorale.mid")
    translator = Translator.from_pretrained()
    panels = {"source: woodwinds": wave}
    for domain in ("piano", "organ"):
        panels[f"translated to {domain}"] = translator.translate(wave, rate, domain=domain).numpy()
        truth = synthesize(performance.on(DOMAINS[domain]), TRAINING, sample_rate=rate)
        panels[f"the true {domain}"] = truth[: len(wave)]
    figure, axes = plt.subplots(len(panels), 1, figsize=(10, 11), sharex=True, layout="constrained")
    for axis, (title, panel) in zip(axes, panels.items(), strict=True):
        mel = librosa.feature.melspectrogram(
            y=panel[: int(SECONDS * rate)], sr=rate, n_fft=4096, hop_length=512, n_mels=160, fmax=8000
        )
        levels = librosa.power_to_db(mel, ref=np.max, top_db=80)
        axis.imshow(levels, origin="lower", aspect="auto", cmap="magma", extent=(0, SECONDS, 0, 160))
        axis.set(title=title, yticks=[], ylabel="mel")
    axes[-1].set_xlabel("seconds")
    figure.savefig(EXAMPLES / "before-after.png", dpi=80)


if __name__ == "__main__":
    main()
