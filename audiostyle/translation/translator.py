"""The whole: a recording in, the same music on another instrument out, in constant memory."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from audiostyle._version import __version__
from audiostyle.errors import AudiostyleError, ModelNotFound, ShapeError
from audiostyle.models import zoo
from audiostyle.models.device import probe
from audiostyle.models.encoder import PitchGridEncoder
from audiostyle.models.frontend import ENCODER_RATE
from audiostyle.models.manifest import Manifest, WeightFile
from audiostyle.models.wavenet.encoder import WaveEncoder
from audiostyle.models.wavenet.network import WAVENET_RATE
from audiostyle.music.midi import save_midi
from audiostyle.music.performance import Performance
from audiostyle.sound.atomic import STANDARD_OUTPUT
from audiostyle.sound.blocks import mark_last
from audiostyle.sound.formats import AudioInfo, default_subtype, format_of
from audiostyle.sound.reading import AudioReader
from audiostyle.sound.recording import ArraySource, Recording
from audiostyle.sound.resampling import Resampler, resampled_length
from audiostyle.sound.writing import AudioWriter, Clip
from audiostyle.translation.ranges import fit_to_range
from audiostyle.translation.segments import SECONDS, SegmentLength
from audiostyle.translation.synthesizers import Synthesizer, check_kind, load_synthesizer
from audiostyle.translation.transcription import Transcription, compute_rms, transcribe
from audiostyle.translation.wavenet.latents import encode_latent
from audiostyle.translation.wavenet.synthesis import WaveNetSynthesizer

Progress = Callable[[float, float | None], None]
"""Called with the seconds of audio done and the seconds in all, if they are known."""


@dataclass(frozen=True)
class TranslationOptions:
    """How to translate.

    Attributes:
        transpose: semitones, before notes are folded into the domain's range.
        mix: share of the translation in the result; the rest is the source.
        keep_drums: translate the harmonic part only and put the percussive part back.
        seed: of everything random.
        segment: seconds worked on at a time; memory grows with it, the result stays the same.
        decoder: kind of the decoders, ``"spectral"`` or ``"wavenet"``; None is each domain's first one.
        temperature: of a WaveNet's distributions, above 0; None is what suits the domain.
        chunks: into how many a WaveNet's song is cut, made side by side; None is one for every 2.5 s.
    """

    transpose: int = 0
    mix: float = 1.0
    keep_drums: bool = False
    seed: int = 0
    segment: float = SECONDS
    decoder: str | None = None
    temperature: float | None = None
    chunks: int | None = None


@dataclass(frozen=True)
class TranslationReport:
    """What :meth:`Translator.translate_file` did; ``outputs`` and ``folded`` are by domain.

    ``folded`` counts the notes that were moved by octaves into the domain's range; ``sha256`` is the
    fingerprint of the encoder and the decoders used; ``seconds`` is the length of the recording, ``elapsed``
    the time it took.
    """

    input: str
    outputs: dict[str, str]
    model: str
    sha256: str
    sample_rate: int
    channels: int
    seconds: float
    elapsed: float
    notes: int
    folded: dict[str, int] = field(default_factory=dict)


class Translator:
    """A model, ready to translate: the shared encoder and, loaded when first needed, its decoders."""

    def __init__(self, manifest: Manifest, device: torch.device) -> None:
        self.manifest, self.device = manifest, device
        self._heard_by = _load_encoder(manifest.encoder).eval().to(device)
        self._decoders: dict[str, Synthesizer] = {}  # by their weights' names

    @classmethod
    def from_pretrained(
        cls, name_or_path: str | Path = zoo.DEFAULT, *, device: str = "auto", offline: bool = True
    ) -> "Translator":
        """Load a model by name, folder or manifest.

        Raises:
            ModelNotFound: there is no such model, or a file of it is damaged.
            AudiostyleError: the device does not exist here.
        """
        return cls(zoo.find_model(name_or_path, offline=offline), probe(device))

    @property
    def encoder(self) -> PitchGridEncoder:
        """The encoder that hears notes.

        Raises ModelNotFound where the model has another one.
        """
        if isinstance(self._heard_by, PitchGridEncoder):
            return self._heard_by
        raise ModelNotFound(f"{self.manifest.path}: this model's encoder hears no notes; use 'universal'")

    @property
    def domains(self) -> tuple[str, ...]:
        """The names of the domains."""
        return tuple(self.manifest.domains)

    def translate(
        self,
        wave: Tensor | np.ndarray,
        sample_rate: int,
        *,
        domain: str,
        options: TranslationOptions | None = None,
    ) -> Tensor:
        """Translate a wave (samples,) or (channels, samples) in [−1, 1] to ``domain``.

        Returns:
            A new float32 tensor of the same shape at the same rate; it may exceed ±1.

        Raises:
            UnknownDomain: the model has no such domain.
            ModelNotFound, AudiostyleError: it has no decoder of the kind asked for, or that cannot do what is
                asked of it.
            ShapeError: the wave is empty, not finite, or of another number of dimensions.
        """
        options = options or TranslationOptions()
        array = _check_wave(wave)
        channels = np.atleast_2d(array)
        source = Recording(ArraySource(channels), sample_rate, len(channels), keep_drums=options.keep_drums)
        decoder = self._decoder(domain, options)  # what cannot be done is an error before any work
        segment, meter = SegmentLength(options.segment), _Meter(2, None, None)
        heard = self._listen(source, meter, segment)
        blocks = self._perform(source, heard, domain, decoder, options, segment, meter)
        return torch.from_numpy(np.concatenate(list(blocks), axis=1)).reshape(array.shape)

    def translate_file(
        self,
        path: str | Path,
        outputs: Mapping[str, str | Path],
        *,
        options: TranslationOptions | None = None,
        format: str | None = None,
        subtype: str | None = None,
        clip: Clip = "rescale",
        midi: Path | None = None,
        progress: Progress | None = None,
    ) -> TranslationReport:
        """Translate a recording to one file a domain; rate, channels and length stay as they are.

        Args:
            path: a file, or ``-`` for standard input.
            outputs: domain → file (made whole or not at all), or ``-`` for standard output.
            format, subtype, clip: see :class:`audiostyle.sound.writing.AudioWriter`.
            midi: where to write the notes that were heard.

        Raises:
            AudioReadError, AudioWriteError, UnknownDomain; ModelNotFound and AudiostyleError as
            :meth:`translate`.
        """
        options, started = options or TranslationOptions(), time.monotonic()
        segment = SegmentLength(options.segment)
        decoders = {domain: self._decoder(domain, options) for domain in outputs}
        if midi:
            _ = self.encoder  # that hears notes, or there is no MIDI file to be had
        with AudioReader(path) as reader:
            info = reader.info
            source = Recording(reader, info.sample_rate, info.channels, keep_drums=options.keep_drums)
            meter = _Meter(1 + len(outputs), info.frames and info.frames / info.sample_rate, progress)
            heard = self._listen(source, meter, segment)
            if midi:
                save_midi(Performance(heard.notes, {0: 0}), midi)
            folded = {domain: self._folded(heard, domain, options)[1] for domain in outputs}
            for domain, out in outputs.items():
                chosen = subtype or _choose_subtype(out, format, info)
                comment = self._comment(domain, options)
                with AudioWriter(
                    out,
                    info.sample_rate,
                    info.channels,
                    format=format,
                    subtype=chosen,
                    clip=clip,
                    comment=comment,
                ) as writer:
                    decoder = decoders[domain]
                    for block in self._perform(source, heard, domain, decoder, options, segment, meter):
                        writer.write(block)
        return TranslationReport(
            input=str(path),
            outputs={domain: str(out) for domain, out in outputs.items()},
            model=self.manifest.name,
            sha256=self.manifest.fingerprint(*outputs, kind=options.decoder),
            sample_rate=info.sample_rate,
            channels=info.channels,
            seconds=source.samples / info.sample_rate,
            elapsed=time.monotonic() - started,
            notes=len(heard.notes),
            folded=folded,
        )

    def _comment(self, domain: str, options: TranslationOptions) -> str:
        """Return what a result says of its origin."""
        fingerprint = self.manifest.fingerprint(domain, kind=options.decoder)
        model = f"{self.manifest.name} {fingerprint[:12]}"
        return f"audiostyle {__version__}, model {model}, domain {domain}, seed {options.seed}"

    def _listen(self, source: Recording, meter: "_Meter", segment: SegmentLength) -> Transcription:
        encoder = self._heard_by
        rate = WAVENET_RATE if isinstance(encoder, WaveEncoder) else ENCODER_RATE
        rms = compute_rms(source.listened(rate))
        blocks = meter.watch(source.listened(rate), rate)
        if isinstance(encoder, WaveEncoder):
            return encode_latent(encoder, blocks, rms, segment)
        return transcribe(encoder, blocks, rms, segment)

    def _folded(
        self, heard: Transcription, domain: str, options: TranslationOptions
    ) -> tuple[np.ndarray, int]:
        entry = self.manifest.domain(domain)
        return fit_to_range(heard.notes, options.transpose, entry.lowest, entry.highest)

    def _decoder(self, domain: str, options: TranslationOptions) -> Synthesizer:
        """Return the domain's decoder that the options ask for, set up as they say."""
        check_kind(options.decoder)
        weights = self.manifest.decoder(domain, options.decoder)
        if weights.name not in self._decoders:
            beside = self.manifest.domain(domain)
            self._decoders[weights.name] = load_synthesizer(weights, self.device, beside)
        decoder = self._decoders[weights.name]
        if isinstance(self._heard_by, WaveEncoder) and options.transpose:
            raise AudiostyleError(f"model {self.manifest.name!r} hears no notes that it could transpose")
        if isinstance(decoder, WaveNetSynthesizer):
            return decoder.set_to(options.temperature, options.chunks)
        if options.temperature is not None or options.chunks is not None:
            raise AudiostyleError("temperature and chunks are a WaveNet's; ask for the decoder 'wavenet'")
        return decoder

    def _perform(
        self,
        source: Recording,
        heard: Transcription,
        domain: str,
        decoder: Synthesizer,
        options: TranslationOptions,
        segment: SegmentLength,
        meter: "_Meter",
    ) -> Iterator[np.ndarray]:
        """Yield the result's blocks (channels, n) at the source's rate."""
        gain = np.float32(heard.rms / decoder.rms * options.mix)
        length = resampled_length(source.samples, source.sample_rate, decoder.sample_rate)
        how = length, options.seed, segment, meter.add
        if heard.latent is not None and isinstance(decoder, WaveNetSynthesizer):
            played = decoder.play(heard.latent, *how)
        else:
            played = decoder.play(Performance(self._folded(heard, domain, options)[0], {0: 0}), *how)
        mono = _resample_blocks(played, decoder.sample_rate, source.sample_rate, source.samples)
        for wet, dry, drums in source.balanced(mono):
            result = gain * wet
            if options.mix < 1:
                result += np.float32(1 - options.mix) * dry
            yield result if drums is None else result + drums


def _load_encoder(weights: WeightFile) -> PitchGridEncoder | WaveEncoder:
    tensors = {name: tensor.float() for name, tensor in zoo.load_tensors(weights).items()}
    kind = WaveEncoder if weights.config.get("kind") == "wave" else PitchGridEncoder
    try:
        encoder = kind(**{name: size for name, size in weights.config.items() if name != "kind"})
        encoder.load_state_dict(tensors)
    except (RuntimeError, TypeError, ValueError):
        raise ModelNotFound(f"{weights.file}: the weights do not fit their configuration") from None
    return encoder


def _resample_blocks(blocks: Iterator[np.ndarray], rate: int, to: int, samples: int) -> Iterator[np.ndarray]:
    """Yield a decoder's mono blocks (n,) at the rate ``to`` instead of ``rate``, ``samples`` in all."""
    resampler = Resampler(rate, to, 1)
    for block, last in mark_last(blocks):
        yield resampler.process(block[None], last, samples if last else None)[0]


def _choose_subtype(out: str | Path, format: str | None, info: AudioInfo) -> str | None:
    """Return the encoding that keeps what the source has, where the output's format can."""
    return None if str(out) == STANDARD_OUTPUT else default_subtype(format_of(out, format).name, info)


def _check_wave(wave: Tensor | np.ndarray) -> np.ndarray:
    array = np.asarray(wave.detach().cpu() if isinstance(wave, Tensor) else wave, dtype=np.float32)
    if array.ndim not in (1, 2) or not array.size:
        raise ShapeError(f"a wave must have shape (samples,) or (channels, samples), not {array.shape}")
    if not np.isfinite(array).all():
        raise ShapeError("the wave holds NaN or infinite samples")
    return array


@dataclass
class _Meter:
    """Progress over several passes through one recording, told as seconds of that recording."""

    passes: int
    total: float | None
    progress: Progress | None
    done: float = 0.0

    def add(self, seconds: float) -> None:
        self.done += seconds
        if self.progress:
            self.progress(self.done / self.passes, self.total)

    def watch(self, blocks: Iterator[np.ndarray], sample_rate: int) -> Iterator[np.ndarray]:
        """Pass blocks (n,) on and count them."""
        for block in blocks:
            yield block
            self.add(block.size / sample_rate)
