"""Measure a translation and a stylized photograph: what is kept of the content, what is like the style.

Run it from the repository's root: python examples/measure.py
"""

import numpy as np
import soundfile
from PIL import Image

import audiostyle
import audiostyle.image
from audiostyle import evaluate

wave, sample_rate = soundfile.read("examples/chorale.flac", dtype="float32", frames=8 * 44100)
translator = audiostyle.Translator.from_pretrained()
piano = translator.translate(wave, sample_rate, domain="piano")

before, after = (translator.transcribe(sound, sample_rate).notes for sound in (wave, piano))
rows = [np.stack([notes["onset"], notes["pitch"]], axis=1) for notes in (after, before)]
print(f"notes of the recording that the translation has: F1 {evaluate.note_f1(*rows):.2f}")
distance = evaluate.timbre_distance(piano, wave, sample_rate)
print(f"distance of their timbres: {distance:.2f} (0 is the same timbre)")

content, style = (np.asarray(Image.open(f"examples/{name}.jpg")) / 255 for name in ("photo", "style"))
result = audiostyle.image.stylize(content, style, method="mkl")
for name, picture in (("photograph", content), ("result", result)):
    colors = evaluate.sliced_wasserstein(picture, style)
    edges = evaluate.edge_ssim(picture, content)
    print(f"{name}: colors {colors:.3f} from the style's, edges {edges:.2f} like the content's")
