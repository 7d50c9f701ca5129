"""Transcribe a recording, edit its notes as rows of an array, and play them on another instrument.

Run it from the repository's root: python examples/edit_notes.py [FOLDER FOR RESULTS]
"""

import dataclasses
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

notes = transcription.notes.copy()
print(
    f"{len(notes)} notes; the first begins at {notes['onset'][0]:.2f} s with MIDI pitch {notes['pitch'][0]}"
)
notes["pitch"] -= 12  # an octave down
notes = notes[1:]  # without its first note
edited = dataclasses.replace(transcription, notes=notes)

edited.save(results / "edited.mid")  # for any other program
sound = translator.synthesize(edited, domain="organ", sample_rate=sample_rate)
soundfile.write(results / "edited.organ.wav", sound, sample_rate)
print(f"written to {results}")
