"""The translator: a recording in, the same music on another instrument out, in constant memory.

The stages are a recording (:mod:`audiostyle.sound.recording`), its transcription by the shared encoder
(:mod:`.encoders`), the notes fitted to the domain's range (:mod:`.ranges`), their synthesis by the domain's
decoder (:mod:`.synthesizers`), and the result spread over the recording's channels (:mod:`.pipeline`).
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from audiostyle.checks import check_number, check_outputs, check_paths, check_sample_rate
from audiostyle.models import zoo
from audiostyle.models.device import probe
from audiostyle.models.manifest import Manifest
from audiostyle.models.torch_settings import own_settings
from audiostyle.music.performance import Performance
from audiostyle.progress import Progress
from audiostyle.sound.loudness import measure_sounding_rms
from audiostyle.sound.reading import AudioReader
from audiostyle.sound.waves import Wave, check_wave
from audiostyle.sound.writing import Clip
from audiostyle.translation.band import BAND
from audiostyle.translation.band_files import BandSettings, translate_band_to_file
from audiostyle.translation.encoders import Encoder
from audiostyle.translation.files import FileSettings, MidiLayout, name_outputs, take_only, translate_to_files
from audiostyle.translation.followed import FOLLOWED
from audiostyle.translation.loaded_model import LoadedModel
from audiostyle.translation.note_source import NoteSource
from audiostyle.translation.options import TranslationOptions
from audiostyle.translation.parts import check_parts
from audiostyle.translation.pipeline import Pipeline, render_at_rate
from audiostyle.translation.report import TranslationReport
from audiostyle.translation.segments import SEGMENT_SECONDS, SegmentLength
from audiostyle.translation.transcription import Transcription


class Translator:
    """A model, ready to translate: the shared encoder, and decoders that are loaded when first needed.

    Args:
        manifest: what the model folder says about itself.
        device: where its networks compute.

    Example:
        >>> translator = Translator.from_pretrained("universal", device="cpu")
        >>> translator.domains[:4]
        ('piano', 'strings', 'guitar', 'organ')
        >>> sine = 0.1 * np.sin(2 * np.pi * 440 / 16000 * np.arange(8000, dtype=np.float32))
        >>> translator.translate(sine, 16000, domain="piano").shape
        (8000,)
    """

    def __init__(self, manifest: Manifest, device: torch.device) -> None:
        self.model = LoadedModel(manifest, device)

    @classmethod
    @own_settings()
    def from_pretrained(cls, name_or_path: str | Path = zoo.DEFAULT, *, device: str = "auto") -> "Translator":
        """Load a model.

        Args:
            name_or_path: a model's name, its folder or its manifest file.
            device: ``auto``, ``cpu``, ``cuda``, ``cuda:N`` or ``mps``.

        Raises:
            ModelNotFound: there is no such model, or a file of it is damaged.
            AudiostyleError: the device does not work here.
        """
        return cls(zoo.find_model(name_or_path), probe(device))

    @property
    def manifest(self) -> Manifest:
        """What the model folder says about itself: version, license, domains with their ranges."""
        return self.model.manifest

    @property
    def domains(self) -> tuple[str, ...]:
        """The names of the model's domains."""
        return tuple(self.manifest.domains)

    @property
    def encoder(self) -> Encoder:
        """The encoder, which finds notes.

        Raises:
            ModelNotFound: the model's encoder gives a latent instead.
        """
        return self.model.note_encoder

    @own_settings()
    def translate(
        self,
        wave: Wave,
        sample_rate: int,
        *,
        domain: str,
        strength: float = 1.0,
        transpose: int = 0,
        keep_drums: bool = False,
        decoder: str | None = None,
        temperature: float | None = None,
        chunks: int | None = None,
        segment: float = SEGMENT_SECONDS,
        seed: int = 0,
        expression: float = 1.0,
        follow: Sequence[str] = FOLLOWED,
        progress: Progress | None = None,
    ) -> Wave:
        """Translate a wave to a domain.

        Args:
            wave: (samples,), (channels, samples) or (samples, channels), a NumPy array or a tensor, of floats
                with full scale ±1 or of integers; see :mod:`audiostyle.sound.waves`.
            sample_rate: in hertz.
            domain: one of :attr:`domains`, or a crossfade between some of them
                (:mod:`audiostyle.translation.crossfade`).
            strength: share of the translation in the result, 0 to 1; the rest is the source.
            transpose: semitones; notes outside the domain's range are then moved into it by octaves.
            keep_drums: keep the percussive part and translate the harmonic part only.
            decoder: ``"spectral"`` or ``"wavenet"``; None is the domain's usual one.
            temperature: of a WaveNet, above 0; None is what suits the domain.
            chunks: parts that a WaveNet makes side by side; None is one for every 2.5 s.
            segment: seconds worked on at a time; memory grows with it, the result stays the same.
            seed: of everything random.
            expression: share of the playing that is taken over, 0 to 1: how pitch and level move inside
                notes, as far as the domain can follow.  With 0 notes are plain.
            follow: what is taken over: ``"level"``, ``"pitch"``, or both.
            progress: called with the seconds of audio done and the seconds in all.

        Returns:
            A new wave of the same kind, type and shape at the same rate; floats may exceed ±1.

        Raises:
            UnknownDomain: the model has no such domain.
            ModelNotFound: the domain has no decoder of the kind asked for.
            AudiostyleError: an option is out of range, or the model cannot do what it asks for.
            ShapeError: the wave is empty, not finite, of another shape or type, or no wave has such a rate.
        """
        options = TranslationOptions(
            strength, transpose, keep_drums, decoder, temperature, chunks, segment, seed, expression, follow
        )
        rate = check_sample_rate(sample_rate)
        array, restore = check_wave(wave, sample_rate=rate)
        synthesizer = self.model.get_synthesizer(domain, options)  # or it is an error before any work
        pipeline = Pipeline.of_wave(array, rate, options, 2, progress)
        transcription = pipeline.transcribe(self.model.encoder)
        played = transcription.to_performance()
        performance, _ = self.model.fit_to_domain(played, domain, options)
        levels = self.model.get_levels(transcription, domain, options)
        blocks = list(pipeline.render(transcription, performance, synthesizer, levels=levels))
        return restore(np.concatenate(blocks, axis=1).reshape(array.shape))

    @own_settings()
    def translate_file(
        self,
        path: str | Path,
        out: str | Path | Mapping[str, str | Path],
        *,
        domain: str | None = None,
        strength: float = 1.0,
        transpose: int = 0,
        keep_drums: bool = False,
        decoder: str | None = None,
        temperature: float | None = None,
        chunks: int | None = None,
        segment: float = SEGMENT_SECONDS,
        seed: int = 0,
        expression: float = 1.0,
        follow: Sequence[str] = FOLLOWED,
        format: str | None = None,
        subtype: str | None = None,
        clip: Clip = "limit",
        midi: str | Path | None = None,
        midi_plain: bool = False,
        quantize: str | None = None,
        parts: Mapping[str, str] | Literal["auto"] | None = None,
        stems: str | Path | None = None,
        crossfade: str | None = None,
        progress: Progress | None = None,
    ) -> TranslationReport:
        """Translate a recording to one file, or to one file a domain from one transcription.

        With ``parts`` it becomes one file in which every part has a domain of its own, at its own place
        between the channels.

        The files have the recording's sample rate, channels and length, and appear whole or not at all.

        Args:
            path: the recording, or ``-`` for standard input.
            out: the file of ``domain``, or domain → file; ``-`` is standard output.
            domain: needed where ``out`` is one path; ``"band"`` where there are parts.
            format: libsndfile's name of the container; None is by the suffix.
            subtype: libsndfile's name of the encoding; None keeps the recording's where the format can.
            clip: what happens to samples beyond ±1, see :class:`audiostyle.sound.writing.AudioWriter`.
            midi: where to write the notes of the recording, with their curves and a beat where there is one.
            midi_plain: write the notes alone.
            quantize: the note value to whose grid the written notes are moved, ``"1/16"`` or the like.
            parts: role, one of :data:`.parts.ROLES`, → domain; ``"auto"`` proposes both.
            stems: a folder for the sound of every part alone, ``ROLE.wav``.
            crossfade: domains that become each other while the notes go on, such as ``"piano:strings@30"``
                (:mod:`audiostyle.translation.crossfade`), in place of ``domain``.
            progress: called with the seconds of audio done and the seconds in all, or None if unknown.

        The other arguments are those of :meth:`translate`, and so are the errors; besides:

        Raises:
            AudioReadError: the recording cannot be read.
            AudioWriteError: a result cannot be written.
            AudiostyleError: a result would replace the recording, or two would have one file.
        """
        options = TranslationOptions(
            strength, transpose, keep_drums, decoder, temperature, chunks, segment, seed, expression, follow
        )
        settings = FileSettings(format, subtype, clip)
        check_paths("path", [path])
        if parts is not None and not isinstance(out, Mapping):
            domain = domain or BAND
        if crossfade is not None:
            out, domain = take_only(out), crossfade
        outputs = name_outputs(out, domain)
        check_paths("out", outputs.values())
        check_outputs([path], [*outputs.values(), midi])
        layout = MidiLayout(midi_plain, quantize)
        if parts is not None:
            chosen = None if parts == "auto" else check_parts(parts)
            band = BandSettings(chosen, Path(stems) if stems else None)
            return translate_band_to_file(
                self.model, path, outputs, options, settings, midi, layout, band, progress
            )
        return translate_to_files(self.model, path, outputs, options, settings, midi, layout, progress)

    @own_settings()
    def transcribe(
        self,
        wave: Wave,
        sample_rate: int,
        *,
        keep_drums: bool = False,
        segment: float = SEGMENT_SECONDS,
        progress: Progress | None = None,
    ) -> Transcription:
        """Find the notes of a wave, as :meth:`translate` does; its arguments are explained there.

        Returns:
            The notes, or a latent where the model's encoder finds none.

        Raises:
            AudiostyleError: the segment is too short.
            ShapeError: the wave is empty, not finite, of another shape or type, or no wave has such a rate.

        Example:
            >>> translator = Translator.from_pretrained(device="cpu")
            >>> sine = 0.1 * np.sin(2 * np.pi * 440 / 16000 * np.arange(8000, dtype=np.float32))
            >>> transcription = translator.transcribe(sine, 16000)
            >>> transcription.notes["pitch"].tolist(), transcription.seconds
            ([69], 0.5)
        """
        rate = check_sample_rate(sample_rate)
        array, _ = check_wave(wave)
        options = TranslationOptions(keep_drums=keep_drums, segment=segment)
        return Pipeline.of_wave(array, rate, options, 1, progress).transcribe(self.model.encoder)

    @own_settings()
    def transcribe_file(
        self,
        path: str | Path,
        *,
        keep_drums: bool = False,
        segment: float = SEGMENT_SECONDS,
        progress: Progress | None = None,
    ) -> Transcription:
        """Find the notes of a recording, ``-`` being standard input; see :meth:`transcribe`.

        Raises:
            AudioReadError: the recording cannot be read.
            AudiostyleError: the segment is too short.
        """
        options = TranslationOptions(keep_drums=keep_drums, segment=segment)
        with AudioReader(path) as reader:
            return Pipeline.of_file(reader, options, 1, progress).transcribe(self.model.encoder)

    @own_settings()
    def synthesize(
        self,
        notes: NDArray[np.void] | Performance | Transcription,
        *,
        domain: str,
        sample_rate: int = 44100,
        seconds: float | None = None,
        transpose: int = 0,
        decoder: str | None = None,
        temperature: float | None = None,
        chunks: int | None = None,
        segment: float = SEGMENT_SECONDS,
        seed: int = 0,
        expression: float = 1.0,
        follow: Sequence[str] = FOLLOWED,
        progress: Progress | None = None,
    ) -> NDArray[np.float32]:
        """Synthesize notes in the sound of a domain.

        Args:
            notes: rows of :data:`~audiostyle.music.notes.NOTE_DTYPE`; or a performance, whose
                expression counts too; or a transcription, which becomes as loud as its recording was.
            domain: one of :attr:`domains`.
            sample_rate: of the result, in hertz.
            seconds: length of the result; None is that of the transcribed recording, or up to a second after
                the last note.

        The other arguments are those of :meth:`translate`.

        Returns:
            (samples,) float32, at the level of the domain's recordings where no source says another.

        Raises:
            UnknownDomain: the model has no such domain.
            ModelNotFound: the domain has no decoder of the kind asked for.
            AudiostyleError: an option is out of range, or the model cannot do what it asks for.
            ShapeError: the notes are not rows of ``NOTE_DTYPE``.

        Example:
            >>> from audiostyle.music.notes import NOTE_DTYPE
            >>> chord = np.array([(0.0, 0.4, pitch, 90, 0) for pitch in (60, 64, 67)], NOTE_DTYPE)
            >>> translator = Translator.from_pretrained(device="cpu")
            >>> translator.synthesize(chord, domain="organ", sample_rate=16000, seconds=0.5).shape
            (8000,)
        """
        options = TranslationOptions(
            1.0, transpose, False, decoder, temperature, chunks, segment, seed, expression, follow
        )
        rate = check_sample_rate(sample_rate)
        length = None if seconds is None else check_number("seconds", seconds, 0)
        synthesizer = self.model.get_synthesizer(domain, options)
        source = NoteSource.read(notes)
        performance, _ = self.model.fit_to_domain(source.performance, domain, options)
        levels = self.model.get_levels(notes, domain, options) if isinstance(notes, Transcription) else None
        blocks = render_at_rate(
            synthesizer,
            performance,
            round((source.seconds if length is None else length) * rate),
            rate,
            latent=source.latent,
            seed=seed,
            segment=SegmentLength(segment),
            levels=levels,
            progress=progress,
        )
        wave = np.concatenate([np.zeros(0, np.float32), *blocks])
        level = measure_sounding_rms([wave], rate)
        return wave if source.rms is None or not level else np.float32(source.rms / level) * wave
