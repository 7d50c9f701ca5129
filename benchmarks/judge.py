"""The note judge: basic-pitch (Bittner et al. 2022), a transcriber in which audiostyle had no part.

It reads the notes of any recording, so it says how much of the music a listener who does not know the score
would still find.  It errs on true instruments too, so its F1 is reported with its F1 on the truth.  Its
package requires TensorFlow and its ONNX network does not, so it is installed without its requirements (see
README.md).

Run as a script it checks itself on rendered pianos.
"""

import argparse
import logging
import sys
from functools import lru_cache
from pathlib import Path

import numpy as np
import soxr

RATE = 22_050  # Hz
HOP = 256  # samples a frame
WINDOW = 2 * RATE - HOP  # samples the network reads at once
OVERLAP = 30  # frames that neighboring windows share; half of them are dropped at each side
BATCH = 8  # windows in a call: bounds the memory and costs no time

# basic-pitch's own defaults (basic_pitch.inference.predict).
ONSET_THRESHOLD = 0.5
FRAME_THRESHOLD = 0.3
SHORTEST_NOTE = round(0.1277 * RATE / HOP)  # frames

_INSTALL = (
    "the note judge is missing: pip install --no-deps basic-pitch && "
    "pip install onnxruntime resampy mir_eval pretty_midi 'setuptools<81'"
)


@lru_cache(maxsize=1)
def _load_network():
    try:
        import onnxruntime

        logging.disable(logging.WARNING)  # basic_pitch warns on import of each runtime that it does not find
        import basic_pitch
    except ImportError as error:
        sys.exit(f"{_INSTALL} ({error})")
    finally:
        logging.disable(logging.NOTSET)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    path = Path(basic_pitch.__file__).parent / "saved_models" / "icassp_2022" / "nmp.onnx"
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def transcribe(wave: np.ndarray, sample_rate: float) -> np.ndarray:
    """Read the notes of a recording.

    Args:
        wave: ``(samples,)``, in [−1, 1].
        sample_rate: in hertz.

    Returns:
        ``(notes, 4)`` sorted by onset: onset (s), MIDI pitch, end (s), loudness in [0, 1].
    """
    session = _load_network()
    from basic_pitch.note_creation import model_frames_to_time, output_to_notes_polyphonic

    wave = soxr.resample(np.asarray(wave, dtype=np.float32), sample_rate, RATE)
    onsets, frames = _compute_activations(session, wave)
    found = output_to_notes_polyphonic(
        frames, onsets, ONSET_THRESHOLD, FRAME_THRESHOLD, SHORTEST_NOTE, True, None, None
    )
    if not found:
        return np.empty((0, 4))
    seconds = model_frames_to_time(len(frames) + 1)
    notes = np.array([(seconds[start], pitch, seconds[end], loud) for start, end, pitch, loud in found])
    return notes[np.lexsort((notes[:, 1], notes[:, 0]))]


def _compute_activations(session, wave: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the probabilities of onsets and of sounding keys in a wave (samples,), each (frames, 88)."""
    step = WINDOW - OVERLAP * HOP
    padded = np.concatenate([np.zeros(OVERLAP * HOP // 2, np.float32), wave, np.zeros(WINDOW, np.float32)])
    starts = np.arange(0, OVERLAP * HOP // 2 + len(wave), step)
    windows = np.stack([padded[s : s + WINDOW] for s in starts])[..., None]  # (windows, WINDOW, 1)
    parts = [
        session.run(
            ["StatefulPartitionedCall:2", "StatefulPartitionedCall:1"],
            {"serving_default_input_2:0": windows[i : i + BATCH]},
        )
        for i in range(0, len(windows), BATCH)
    ]
    length = len(wave) * (RATE // HOP) // RATE  # whole frames a second, as basic-pitch counts them
    keep = slice(OVERLAP // 2, -(OVERLAP // 2))
    onsets, frames = (np.concatenate(p)[:, keep].reshape(-1, 88)[:length] for p in zip(*parts, strict=True))
    return onsets, frames


def check() -> None:
    """Compare what the judge reads in rendered pianos with their scores, and print its F1 for each piece."""
    import material

    from audiostyle.evaluate import note_f1

    scores = []
    for piece in material.choose_pieces(6, 30.0):
        found = transcribe(material.render_truth(piece, "piano", 30.0), material.RATE)
        scores.append(note_f1(found, material.get_notes(piece, 30.0)))
        print(f"{scores[-1]:.3f}  {piece}")
    print(f"{np.mean(scores):.3f}  mean")


if __name__ == "__main__":
    argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0]).parse_args()
    check()
