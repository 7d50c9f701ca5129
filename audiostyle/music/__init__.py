"""Notes: performances, scores, MIDI files, and rendering them to sound."""
