"""A translator that keeps the contract of `audiostyle.translation.translator` and multiplies by a number.

What it is to suffer is in the input's name: ``damaged``, ``bug``, ``odd``, or ``slow`` (0.05 s for 0.1 s of
audio).
"""

import logging
import time
from dataclasses import dataclass, field
from pathlib import Path

GAINS = {"piano": 0.5, "organ": 0.25}


@dataclass(frozen=True)
class TranslationReport:
    input: str
    outputs: dict
    model: str
    sha256: str
    sample_rate: int
    channels: int
    seconds: float
    elapsed: float
    notes: int
    folded: dict
    parts: dict[str, str] = field(default_factory=dict)


class Translator:
    loaded = 0

    @classmethod
    def from_pretrained(cls, name_or_path="universal", *, device="auto"):
        from audiostyle.errors import AudiostyleError, ModelNotFound
        from audiostyle.models import zoo

        if device == "cuda":
            raise AudiostyleError("device 'cuda' does not work here; use --device cpu")
        cls.loaded += 1
        self = cls()
        self.manifest = zoo.find_model(name_or_path)
        for check in zoo.verify_model(self.manifest):
            if not check.ok:
                raise ModelNotFound(check.message)
        return self

    def translate_file(
        self,
        path,
        out,
        *,
        strength=1.0,
        transpose=0,
        keep_drums=False,
        decoder=None,
        temperature=None,
        chunks=None,
        segment=12.0,
        seed=0,
        crossfade=None,
        expression=1.0,
        follow=("level", "pitch"),
        format=None,
        subtype=None,
        clip="rescale",
        midi=None,
        midi_plain=False,
        quantize=None,
        progress=None,
    ):
        from contextlib import ExitStack

        from audiostyle.sound.reading import AudioReader
        from audiostyle.sound.writing import AudioWriter

        _suffer(str(path))
        with AudioReader(path) as reader, ExitStack() as stack:
            info = reader.info
            writers = {
                name: stack.enter_context(
                    AudioWriter(
                        file, info.sample_rate, info.channels, format=format, subtype=subtype, clip=clip
                    )
                )
                for name, file in out.items()
            }
            done = 0
            for block in reader.blocks(info.sample_rate // 10):
                for name, writer in writers.items():
                    writer.write(block * GAINS[name])
                done += block.shape[1]
                if progress:
                    progress(done / info.sample_rate, info.seconds)
                time.sleep(0.05 if "slow" in str(path) else 0)
        if midi:
            Path(midi).parent.mkdir(parents=True, exist_ok=True)
            Path(midi).write_bytes(b"MThd")
        return TranslationReport(
            input=str(path),
            outputs={name: str(file) for name, file in out.items()},
            model=self.manifest.name,
            sha256=self.manifest.fingerprint(*out, kind=decoder),
            sample_rate=info.sample_rate,
            channels=info.channels,
            seconds=done / info.sample_rate,
            elapsed=0.5,
            notes=12,
            folded={name: 3 if name == "organ" else 0 for name in out},
        )


def _suffer(path):
    from audiostyle.errors import AudioReadError

    if "damaged" in path:
        raise AudioReadError(f"{path}: is not audio; choose another file")
    if "odd" in path:
        logging.getLogger("audiostyle.sound").warning("%s: is odd", path)
    if "bug" in path:
        raise ZeroDivisionError("a bug")
