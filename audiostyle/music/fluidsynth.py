"""MIDI to sound through FluidSynth and a soundfont: where training and test material comes from."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import soundfile

from audiostyle.errors import TrainingError
from audiostyle.music.midi import write_midi
from audiostyle.music.performance import Performance

_GAIN = 0.4  # leaves headroom for a dozen loud notes at once


def render_performance(
    performance: Performance, soundfont: Path, *, sample_rate: int = 44100, reverb: bool = False
) -> np.ndarray:
    """Render a performance to a mono wave (N,), float32, about two seconds longer than its last note.

    FluidSynth's effects are off unless ``reverb`` is set, so that a decoder learns the instrument and not
    a room.

    Raises:
        TrainingError: FluidSynth is not installed, or the soundfont is missing or unreadable.
    """
    program = shutil.which("fluidsynth")
    if program is None:
        raise TrainingError("rendering needs FluidSynth: install your system's package 'fluidsynth'")
    if not soundfont.is_file():
        raise TrainingError(f"{soundfont}: no such soundfont; Debian's package fluid-soundfont-gm has one")
    with tempfile.TemporaryDirectory(prefix="audiostyle-") as folder:
        midi, wav = Path(folder, "in.mid"), Path(folder, "out.wav")
        write_midi(performance, midi)
        effects = "1" if reverb else "0"
        command = [program, "-niq", "-R", effects, "-C", effects, "-g", str(_GAIN), "-r", str(sample_rate)]
        command += ["-o", "synth.default-soundfont=", "-O", "float", "-T", "wav", "-F", str(wav)]
        command += [str(soundfont), str(midi)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        # It ends well, with silence or another soundfont's sound, when it cannot load the one asked for.
        errors = [line for line in done.stderr.splitlines() if line.startswith("fluidsynth: error")]
        if done.returncode or errors or not wav.is_file():
            reason = (errors or done.stderr.strip().splitlines() or ["no output"])[-1]
            raise TrainingError(f"{soundfont}: FluidSynth could not render with it ({reason})")
        wave, _ = soundfile.read(wav, dtype="float32", always_2d=True)
    return wave.mean(axis=1)
