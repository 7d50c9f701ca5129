"""Small films for tests: moving patterns whose motion is known, with and without sound."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from scipy.ndimage import gaussian_filter

from audiostyle.video.writing import FilmWriter


def make_pattern(height: int, width: int, seed: int = 0) -> np.ndarray:
    """A smooth pattern of colors (height, width, 3)."""
    noise = np.random.default_rng(seed).normal(size=(height, width, 3))
    smooth = gaussian_filter(noise, (3, 3, 0), mode="wrap")
    return np.clip(128 + 90 * smooth / smooth.std(), 0, 255).astype(np.uint8)


def make_pan(frames: int, height: int = 64, width: int = 96, speed: int = 2) -> np.ndarray:
    """A pan over a pattern: every frame is the one before, moved to the left by ``speed`` pixels."""
    wide = make_pattern(height, width + speed * frames)
    return np.stack([wide[:, speed * n : speed * n + width] for n in range(frames)])


def write_film(
    path: Path,
    pictures: np.ndarray,
    *,
    rate: int = 25,
    times: list[int] | None = None,
    sound: np.ndarray | None = None,
    tracks: int = 1,
    codec: str = "ffv1",
    pixels: str = "bgr0",
) -> Path:
    """Write frames (frames, H, W, 3), without loss unless told otherwise; ``times`` in milliseconds."""
    with av.open(str(path), "w") as output:
        stream = output.add_stream(codec, rate=rate)
        stream.height, stream.width = pictures.shape[1:3]
        stream.pix_fmt = pixels
        if times is not None:
            stream.time_base = stream.codec_context.time_base = Fraction(1, 1000)
        count = tracks if sound is not None else 0
        audio = [output.add_stream("pcm_s16le", rate=8000, layout="mono") for _ in range(count)]
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            if times is not None:
                frame.pts, frame.time_base = times[number], Fraction(1, 1000)
            output.mux(stream.encode(frame.reformat(format=pixels)))
        output.mux(stream.encode(None))
        for track in audio:
            samples = np.rint(np.clip(sound, -1, 1) * 32767).astype(np.int16)[None]
            piece = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
            piece.sample_rate, piece.pts = 8000, 0
            output.mux(track.encode(piece))
            output.mux(track.encode(None))
    return path


def read_film(path: Path) -> np.ndarray:
    """All frames of a film, (frames, H, W, 3)."""
    with av.open(str(path)) as container:
        return np.stack([frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)])


def record_frames(monkeypatch) -> list[np.ndarray]:
    """Return a list to which every frame is appended that a film is to hold, as it goes to the encoder."""
    frames: list[np.ndarray] = []
    write = FilmWriter.write

    def record(self, pixels, time):
        frames.append(pixels.copy())
        write(self, pixels, time)

    monkeypatch.setattr(FilmWriter, "write", record)
    return frames
