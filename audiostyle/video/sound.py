"""The sound of a film: taken out as a recording, and a recording made ready to be put in."""

from pathlib import Path

import numpy as np
import soundfile

from audiostyle.errors import VideoReadError, VideoWriteError
from audiostyle.video.reading import load_av

_BLOCK = 1 << 16  # samples that are encoded at a time


def extract_sound(film: str | Path, out: str | Path) -> None:
    """Write the first sound track of a film as a recording (WAV, float), in memory that is bounded.

    Args:
        film: path of the film.
        out: path of the recording.

    Raises:
        VideoReadError: there is no sound, or it cannot be decoded.
    """
    av = load_av()
    try:
        with av.open(str(Path(film).resolve())) as container:
            if not container.streams.audio:
                raise VideoReadError(f"{film}: has no sound track; leave its sound out")
            stream = container.streams.audio[0]
            layout, rate = stream.layout.name, stream.rate
            resampler = av.AudioResampler(format="flt", layout=layout, rate=rate)
            with soundfile.SoundFile(str(out), "w", rate, stream.channels, "FLOAT", format="WAV") as file:
                for frame in container.decode(stream):
                    for piece in resampler.resample(frame):
                        file.write(piece.to_ndarray().reshape(-1, stream.channels))
    except av.error.FFmpegError:
        raise VideoReadError(f"{film}: its sound cannot be decoded; leave it out") from None


def encode_sound(recording: str | Path, out: str | Path) -> None:
    """Encode a recording as AAC (``.m4a``), which every film can hold but WebM.

    Args:
        recording: path of a recording with one or two channels.
        out: path of the result.

    Raises:
        VideoWriteError: it cannot be encoded.
    """
    av = load_av()
    try:
        with soundfile.SoundFile(str(recording)) as file, av.open(str(out), "w", format="mp4") as output:
            layout = "mono" if file.channels == 1 else "stereo"
            stream = output.add_stream("aac", rate=file.samplerate)
            stream.layout, stream.bit_rate = layout, 96_000 * min(file.channels, 2)
            done = 0
            while len(block := file.read(_BLOCK, dtype="float32", always_2d=True)):
                planes = np.ascontiguousarray(block[:, :2].T)
                frame = av.AudioFrame.from_ndarray(planes, format="fltp", layout=layout)
                frame.sample_rate, frame.pts = file.samplerate, done
                done += len(block)
                output.mux(stream.encode(frame))
            output.mux(stream.encode(None))
    except (av.error.FFmpegError, soundfile.SoundFileError) as error:
        raise VideoWriteError(f"{out}: the sound cannot be encoded ({error})") from None
