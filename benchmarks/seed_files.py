"""Small real files of every format that audiostyle reads, made here: what the fuzzer mutates."""

import hashlib
import io
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import imagecodecs
import mido
import numpy as np
import soundfile
import tifffile
import tomli_w
import torch
from PIL import Image, ImageCms
from safetensors.torch import save

from audiostyle.image.grading.table import ColorTable, make_grid
from audiostyle.image.io.cube import write_cube
from audiostyle.models.phase_table import PhaseTable
from audiostyle.models.spectral_decoder import SpectralDecoder
from audiostyle.music.midi import write_midi
from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.music.performance import Performance
from audiostyle.spectrogram.band_statistics import BandStatistics
from audiostyle.spectrogram.profile import StyleProfile, make_profile, save_profile
from audiostyle.training.checkpoint import save_checkpoint
from audiostyle.video.reading import FilmInfo
from audiostyle.video.writing import write_film

REPOSITORY = Path(__file__).resolve().parents[1]
RATE, SECONDS = 8000, 0.2


def make_seeds(folder: Path, kinds: Sequence[str] = ()) -> dict[str, list[Path]]:
    """Write the files, and return them by kind.

    Args:
        folder: gets a folder for each kind.
        kinds: which; none are all.
    """
    makers = {
        "sound": _write_sounds,
        "ffmpeg": _write_compressed,
        "picture": _write_pictures,
        "midi": _write_midis,
        "style": _write_profiles,
        "model": _write_models,
        "recipe": _write_recipes,
        "checkpoint": _write_checkpoints,
        "samples": _write_samples,
        "table": _write_tables,
        "film": _write_films,
        "scene": _write_scenes,
    }
    chosen = kinds or list(makers)
    for kind, write in makers.items():
        if kind in chosen and not (folder / kind).is_dir():
            part = folder / f".{kind}"
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir(parents=True)
            write(part)
            part.rename(folder / kind)
    return {kind: sorted(path for path in (folder / kind).rglob("*") if path.is_file()) for kind in chosen}


def make_wave(channels: int = 1, rate: int = RATE, seconds: float = SECONDS) -> np.ndarray:
    """Return a chord in noise, (samples, channels) in ±0.6."""
    time = np.arange(int(rate * seconds))[:, None] / rate
    tones = sum(np.sin(2 * np.pi * f * time + np.arange(channels)) for f in (220, 277, 330))
    return (0.15 * tones + 0.01 * np.random.default_rng(0).normal(size=(len(time), channels))).clip(-1, 1)


def _write_sounds(folder: Path) -> None:
    """Write every pair of format and encoding that libsndfile writes, in mono and in stereo."""
    for format in soundfile.available_formats():
        if format in ("RAW", "SD2"):  # these have no header in the file
            continue
        for subtype in soundfile.available_subtypes(format):
            for channels in (1, 2):
                rate = 48000 if subtype == "OPUS" else 22050 if format == "MPC2K" else RATE
                path = folder / f"{format}-{subtype}-{channels}.{format.lower()}"
                try:
                    soundfile.write(path, make_wave(channels, rate), rate, subtype, format=format)
                except soundfile.SoundFileError:
                    path.unlink(missing_ok=True)
    tagged = folder / "tagged.wav"
    with soundfile.SoundFile(tagged, "w", RATE, 2, "PCM_16") as file:
        file.title, file.artist, file.comment = "a title", "an artist", "a comment"
        file.write(make_wave(2))
    for suffix in ("flac", "ogg"):
        one = next(folder.glob(f"*-1.{suffix}")).read_bytes()
        (folder / f"joined.{suffix}").write_bytes(one + one)


def _write_compressed(folder: Path) -> None:
    """Write what only ffmpeg writes, where it is installed."""
    if shutil.which("ffmpeg") is None:
        return
    soundfile.write(folder / "in.wav", make_wave(2, 44100, 0.3), 44100)
    for name, options in {
        "aac.m4a": ["-c:a", "aac"],
        "alac.m4a": ["-c:a", "alac"],
        "a.aac": ["-c:a", "aac", "-f", "adts"],
        "a.mka": ["-c:a", "ac3"],
        "a.wma": ["-c:a", "wmav2"],
        "a.opus": ["-c:a", "libopus", "-metadata", "title=x"],
        "a.wv": ["-c:a", "wavpack"],
        "vbr.mp3": ["-c:a", "libmp3lame", "-q:a", "5", "-metadata", "title=x"],
        "plain.mp3": ["-c:a", "libmp3lame", "-write_xing", "0", "-id3v2_version", "0"],
        "a.webm": ["-c:a", "libvorbis"],
    }.items():
        command = ["ffmpeg", "-v", "error", "-y", "-i", str(folder / "in.wav"), *options, str(folder / name)]
        subprocess.run(command, check=False, capture_output=True)
        if (folder / name).is_file() and not (folder / name).stat().st_size:
            (folder / name).unlink()
    (folder / "in.wav").unlink()


def _list_pillow_files() -> Iterator[tuple[str, Image.Image, dict[str, object]]]:
    """Yield the name, the picture and the options of files that Pillow writes."""
    rng = np.random.default_rng(0)
    color = Image.fromarray(rng.integers(0, 256, (12, 16, 4), dtype=np.uint8))
    rgb, gray = color.convert("RGB"), color.convert("L")
    exif = Image.Exif()
    exif.update({274: 6, 271: "maker", 306: "2020:01:01 00:00:00"})
    exif.get_ifd(34665)[33434] = 0.5
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    labeled = {"exif": exif, "icc_profile": profile}
    for suffix in ("png", "webp", "tif", "avif", "jp2", "gif"):
        yield f"alpha.{suffix}", color, {}
    for suffix in ("png", "jpg", "webp", "tif", "avif"):
        yield f"labeled.{suffix}", rgb, labeled
    for suffix in ("png", "jpg", "webp", "tif", "bmp", "gif", "ppm", "jp2", "j2k"):
        yield f"rgb.{suffix}", rgb, {}
    for suffix in ("png", "jpg", "tif", "bmp", "pgm", "jp2"):
        yield f"gray.{suffix}", gray, {}
    for suffix in ("png", "tif", "bmp", "gif"):
        yield f"palette.{suffix}", rgb.quantize(16), {}
        yield f"bits.{suffix}", gray.convert("1"), {}
    for mode in ("CMYK", "LAB", "YCbCr"):
        yield (
            f"{mode}.tif",
            rgb.convert("RGB").convert(mode) if mode != "LAB" else Image.new("LAB", (9, 7)),
            {},
        )
    yield "cmyk.jpg", rgb.convert("CMYK"), {}
    yield "progressive.jpg", rgb, {"progressive": True}
    yield "lossless.webp", color, {"lossless": True}
    frames = {"save_all": True, "append_images": [color.rotate(90)]}
    for suffix in ("gif", "webp", "png", "tif"):
        yield f"moving.{suffix}", color, frames
    yield "two.mpo", rgb, {"save_all": True, "append_images": [rgb]}
    yield "deep.pgm", Image.fromarray(rng.integers(0, 65536, (9, 8), dtype=np.uint16)), {}
    for compression in ("tiff_lzw", "packbits", "jpeg", "tiff_adobe_deflate"):
        yield f"{compression}.tif", rgb, {"compression": compression}
    yield "group4.tif", gray.convert("1"), {"compression": "group4"}


def _write_pictures(folder: Path) -> None:
    for name, image, options in _list_pillow_files():
        try:
            image.save(folder / name, **options)
        except (OSError, ValueError, KeyError):
            (folder / name).unlink(missing_ok=True)  # this Pillow does not write it
    rng = np.random.default_rng(1)
    deep = rng.integers(0, 65536, (10, 12, 3), dtype=np.uint16)
    for channels in (1, 2, 3, 4):
        samples = rng.integers(0, 65536, (10, 12, channels), dtype=np.uint16).squeeze()
        (folder / f"deep{channels}.png").write_bytes(imagecodecs.png_encode(samples))
    for name, options in {
        "deep.tif": {"compression": "adobe_deflate", "predictor": True},
        "tiled.tif": {"tile": (16, 16), "compression": "lzw"},
        "planar.tif": {"planarconfig": "separate"},
        "big.tif": {"bigtiff": True},
        "zstd.tif": {"compression": "zstd"},
        "jpegxl.tif": {"compression": "jpegxl"},
        "motorola.tif": {"byteorder": ">"},
    }.items():
        samples = np.moveaxis(deep, 2, 0) if "planar" in name else deep
        tifffile.imwrite(folder / name, samples, photometric="rgb", **options)
    tifffile.imwrite(folder / "float.tif", (deep / 65535).astype(np.float32), photometric="rgb")
    tifffile.imwrite(folder / "half.tif", (deep[..., 0] / 65535).astype(np.float16))
    tifffile.imwrite(folder / "pages.tif", np.zeros((3, 8, 8), np.uint16))
    tifffile.imwrite(folder / "signed.tif", np.zeros((8, 8), np.int16))


def make_performance(seconds: float = 1.0) -> Performance:
    """Return an arpeggio with a controller and a bend."""
    rows = [(i * seconds / 8, (i + 1) * seconds / 8, 60 + 4 * (i % 4), 90, 0) for i in range(8)]
    return Performance(np.array(rows, NOTE_DTYPE), {0: 19}, {0: 0.2}, ((0.1, 0, 100), (0.4, 0, 80)))


def _write_midis(folder: Path) -> None:
    write_midi(make_performance(), folder / "one.mid")
    several = mido.MidiFile(type=1)
    for number in range(3):
        track = mido.MidiTrack([mido.MetaMessage("track_name", name=f"n{number}")])
        track.append(mido.MetaMessage("set_tempo", tempo=400000, time=10))
        track.append(mido.Message("sysex", data=[1, 2, 3], time=5))
        for note in range(60, 66):
            track.append(mido.Message("note_on", note=note, velocity=70, time=30, channel=number))
            track.append(mido.Message("pitchwheel", pitch=100, time=1, channel=number))
            track.append(mido.Message("note_off", note=note, time=60, channel=number))
        several.tracks.append(track)
    several.save(folder / "several.mid")


def _write_profiles(folder: Path) -> None:
    soundfile.write(folder / "in.wav", make_wave(1, 44100, 0.5), 44100)
    whole = make_profile([folder / "in.wav"], device="cpu")
    (folder / "in.wav").unlink()
    save_profile(whole, folder / "whole.style")
    small = {
        method: BandStatistics({level: found.levels[level] for level in list(found.levels)[:1]})
        for method, found in whole.statistics.items()
    }
    save_profile(StyleProfile(whole.name, whole.encoder, whole.sources, small), folder / "small.style")


def _write_models(folder: Path) -> None:
    """Write a model of small random weights; the fuzzer mutates its manifest and its weights in turn."""
    tensors = {f"decoder.{name}": t.half() for name, t in SpectralDecoder(4, 1).state_dict().items()}
    tensors |= {f"phases.{name}": t.half() for name, t in PhaseTable().state_dict().items()}
    data = save(tensors)
    (folder / "small.one.safetensors").write_bytes(data)
    entry = {
        "file": "small.one.safetensors",
        "sha256": hashlib.sha256(data).hexdigest(),
        "sounds_like": "nothing",
        "lowest": 21,
        "highest": 108,
        "config": {"kind": "spectral", "channels": 4, "templates": 1, "rms": 0.02},
        "measured": {"error": 1.0},
    }
    table = {
        "name": "small",
        "version": "1",
        "license": "none",
        "extends": "universal",
        "domains": {"one": entry},
    }
    (folder / "small.toml").write_text(tomli_w.dumps(table))
    for name in ("timbre", "spectrogram", "universal"):
        shutil.copy(REPOSITORY / f"audiostyle/models/weights/{name}.toml", folder)
    shutil.copy(REPOSITORY / "audiostyle/models/weights/timbre.encoder.safetensors", folder)


def _write_recipes(folder: Path) -> None:
    for name in ("photo", "spectrogram", "timbre", "universal"):
        shutil.copy(REPOSITORY / f"recipes/{name}.toml", folder)


def _write_checkpoints(folder: Path) -> None:
    module = torch.nn.Linear(3, 2)
    optimizer = torch.optim.AdamW(module.parameters())
    module(torch.zeros(1, 3)).sum().backward()
    optimizer.step()
    state = {"config": {"batch": 4}, "step": 3, "best": 0.1, "module": module.state_dict()}
    save_checkpoint(folder / "last.pt", {**state, "optimizers": [optimizer.state_dict()]})
    filters = {
        f"features.{n}.{part}": torch.zeros((1, 1, 3, 3) if part == "weight" else (1,))
        for n in range(13)
        for part in ("weight", "bias")
    }
    buffer = io.BytesIO()
    torch.save(filters, buffer)
    (folder / "vgg.pth").write_bytes(buffer.getvalue())


def _write_samples(folder: Path) -> None:
    """Write two notes, and instruments that are made of them."""
    for note in ("c4", "e5"):
        soundfile.write(folder / f"{note}.wav", make_wave(1, 44100, 0.3), 44100)
    lines = [
        "<control> default_path=./",
        "<global> ampeg_release=0.3 // all",
        "<group> lovel=1 hivel=64",
        "<region> sample=c4.wav key=c4 pitch_keycenter=60 tune=-3 volume=-2.5",
        "<region> sample=e5.wav lokey=70 hikey=80 pitch_keycenter=76 loop_mode=loop_continuous loop_start=10",
        "<group> lovel=65 hivel=127 trigger=attack",
        "<region> sample=c4.wav lokey=21 hikey=108 offset=100 end=9000 transpose=1",
    ]
    (folder / "small.sfz").write_text("\n".join(lines))
    (folder / "defined.sfz").write_text("#define $KEY 60\n<region> sample=c4.wav key=$KEY\n" + lines[-1])


def _write_tables(folder: Path) -> None:
    table = ColorTable.from_values(make_grid(3) ** 1.2)
    write_cube(folder / "small.cube", table, "small")
    lines = ["TITLE one", "LUT_1D_SIZE 4", "DOMAIN_MIN 0 0 0", "DOMAIN_MAX 1 1 1"]
    (folder / "curve.cube").write_text("\n".join([*lines, *(f"{n / 3} {n / 3} 0.{n}" for n in range(4))]))


def _write_films(folder: Path) -> None:
    frames = np.random.default_rng(0).integers(0, 256, (5, 16, 24, 3)).astype(np.uint8)
    info = FilmInfo(24, 16, Fraction(1, 25), Fraction(25), None, Fraction(1), 0, 8, 0)
    for suffix in (".mp4", ".mkv", ".webm", ".mov"):
        with write_film(folder / f"film{suffix}", info) as writer:
            for number, frame in enumerate(frames):
                writer.write(frame, number)


def _write_scenes(folder: Path) -> None:
    """Write maps of disparities, two views side by side, and an MPO of two views."""
    disparity = np.linspace(1, 9, 12 * 16, dtype=np.float32).reshape(12, 16)
    np.save(folder / "map.npy", disparity)
    (folder / "map.pfm").write_bytes(b"Pf\n16 12\n-1.0\n" + disparity[::-1].tobytes())
    Image.fromarray((256 * disparity).astype(np.uint16)).save(folder / "map.png")
    views = [Image.fromarray(np.uint8(20 * disparity)).convert("RGB") for _ in range(2)]
    views[0].resize((32, 12)).save(folder / "both.jpg")
    views[0].save(folder / "views.jpg", format="MPO", save_all=True, append_images=views[1:])
