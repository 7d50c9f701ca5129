"""Keep the style of recordings as a small file, and transfer it to another recording.

Run it from the repository's root: python examples/style_profile.py [FOLDER FOR RESULTS]
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
import soundfile

import audiostyle

results = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp())
results.mkdir(parents=True, exist_ok=True)

rate, rng = 22050, np.random.default_rng(0)
for number in (1, 2):  # two recordings of rain: a soft hiss, and drops that fall at any moment
    drops = (rng.random(4 * rate) < 0.002) * rng.exponential(1.0, 4 * rate)
    ringing = np.exp(-np.arange(400) / 60) * np.sin(np.arange(400) / (3 + number))
    rain = 0.02 * rng.standard_normal(4 * rate) + 0.2 * np.convolve(drops, ringing)[: 4 * rate]
    soundfile.write(results / f"rain{number}.wav", rain.clip(-1, 1), rate)

profile = results / "rain.style"
audiostyle.save_profile(audiostyle.make_profile([results / "rain1.wav", results / "rain2.wav"]), profile)
print(f"{profile}: {profile.stat().st_size / 1e6:.1f} MB, however long the recordings are")

report = audiostyle.transfer_file("examples/chorale.flac", profile, results / "chorale.rain.flac")
print(f"{report.output}: {report.seconds:.0f} s of music in {report.elapsed:.1f} s")
