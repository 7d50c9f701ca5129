"""Performances to sound through the ``fluidsynth`` program and a soundfont: training and test material."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import soundfile

from audiostyle.errors import TrainingError
from audiostyle.music.midi import write_midi
from audiostyle.music.performance import Performance
from audiostyle.temporaries import Temporary

GAIN = 0.4
"""FluidSynth's gain, a factor; it leaves headroom for a dozen loud notes at once."""


def render_performance(
    performance: Performance, soundfont: Path, *, sample_rate: int = 44100, reverb: bool = False
) -> np.ndarray:
    """Render a performance to a mono wave.

    Args:
        performance: its programs choose the soundfont's instruments.
        soundfont: an .sf2 or .sf3 file.
        sample_rate: in hertz.
        reverb: whether FluidSynth's reverb and chorus are on.  They are off by default, so that a decoder
            learns the instrument and not a room.

    Returns:
        (samples,) float32, a few seconds longer than the last note, until its sound has died away.

    Raises:
        TrainingError: FluidSynth is not installed, or the soundfont is missing or unreadable.

    Example:
        >>> soundfont = Path("/usr/share/sounds/sf2/FluidR3_GM.sf2")
        >>> wave = render_performance(Performance(programs={0: 19}), soundfont)  # doctest: +SKIP
    """
    program = shutil.which("fluidsynth")
    if program is None:
        raise TrainingError("rendering needs FluidSynth: install your system's package 'fluidsynth'")
    if not soundfont.is_file():
        raise TrainingError(f"{soundfont}: no such soundfont; Debian's package fluid-soundfont-gm has one")
    scratch = Temporary(Path(tempfile.gettempdir()), is_folder=True, private=True)
    try:
        midi, wav = scratch.path / "in.mid", scratch.path / "out.wav"
        write_midi(performance, midi)
        effects = "1" if reverb else "0"
        command = [program, "-niq", "-R", effects, "-C", effects, "-g", str(GAIN), "-r", str(sample_rate)]
        command += ["-o", "synth.default-soundfont=", "-O", "float", "-T", "wav", "-F", str(wav)]
        command += [str(soundfont.absolute()), str(midi)]  # absolute: no name is taken for an option
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        # When FluidSynth cannot load the soundfont it exits with 0 and renders silence or another soundfont.
        errors = [line for line in done.stderr.splitlines() if line.startswith("fluidsynth: error")]
        if done.returncode or errors or not wav.is_file():
            reason = (errors or done.stderr.strip().splitlines() or ["no output"])[-1]
            raise TrainingError(f"{soundfont}: FluidSynth could not render with it ({reason})")
        wave, _ = soundfile.read(wav, dtype="float32", always_2d=True)
    finally:
        scratch.delete()
    return wave.mean(axis=1)
