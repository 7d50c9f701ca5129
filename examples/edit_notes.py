"""Transcribe a recording, edit its notes as rows of an array, and play them on another instrument.

Run it from the repository's root: python examples/edit_notes.py [FOLDER FOR RESULTS]
"""

import sys
import tempfile
from pathlib import Path

import soundfile

import audiostyle

results = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp())
results.mkdir(parents=True, exist_ok=True)

wave, sample_rate = soundfile.read("examples/chorale.flac", dtype="float32")
translator = audiostyle.Translator.from_pretrained()
transcription = translator.transcribe(wave, sample_rate)

print(
    f"{len(transcription.notes)} notes; the first begins at {transcription.notes['onset'][0]:.2f} s "
    f"with MIDI pitch {transcription.notes['pitch'][0]}"
)
edited = transcription.select(slice(1, None))  # without its first note
edited.notes["pitch"] -= 12  # an octave down; what bends and swells in a note goes with it

edited.save(results / "edited.mid")  # for any other program
sound = translator.synthesize(edited, domain="organ", sample_rate=sample_rate)
soundfile.write(results / "edited.organ.wav", sound, sample_rate)
print(f"written to {results}")
