"""A model in memory: its encoder and, loaded when they are first needed, the decoders of its domains."""

import torch

from audiostyle._version import __version__
from audiostyle.errors import AudiostyleError, ModelNotFound
from audiostyle.models.manifest import Manifest
from audiostyle.music.performance import Performance
from audiostyle.translation.crossfade import Crossfade, FadingSynthesizer, Fit, is_crossfade, list_domains
from audiostyle.translation.encoders import Encoder
from audiostyle.translation.expression import adapt_expression
from audiostyle.translation.kinds import load_encoder, load_synthesizer
from audiostyle.translation.level_following import LevelCurve
from audiostyle.translation.options import TranslationOptions
from audiostyle.translation.ranges import fit_to_range
from audiostyle.translation.synthesizers import Synthesizer
from audiostyle.translation.transcription import SILENCE_RMS, Transcription


class LoadedModel:
    """The networks of a model folder, ready for use.

    Args:
        manifest: of the model.
        device: where its networks compute.

    Attributes:
        encoder: of whichever kind; see also :attr:`note_encoder`.

    Raises:
        ModelNotFound: the encoder's file is missing or damaged, or of a kind that is unknown here.
    """

    def __init__(self, manifest: Manifest, device: torch.device) -> None:
        self.manifest, self.device = manifest, device
        self.encoder = load_encoder(manifest.encoder, device)
        self._synthesizers: dict[str, Synthesizer] = {}  # by their weights' names

    @property
    def note_encoder(self) -> Encoder:
        """The encoder, if it finds notes.

        Raises:
            ModelNotFound: it gives a latent instead.
        """
        if not self.encoder.finds_notes:
            raise ModelNotFound(f"{self.manifest.path}: this model's encoder finds no notes; use 'universal'")
        return self.encoder

    def get_synthesizer(self, domain: str, options: TranslationOptions) -> Synthesizer:
        """Return the domain's decoder that the options ask for, with their settings.

        Raises:
            UnknownDomain: the model has no such domain.
            ModelNotFound: the domain has no decoder of the kind, or its file is missing or damaged.
            AudiostyleError: the decoder lacks a setting, or notes are to be transposed that are not found.
        """
        if is_crossfade(domain):
            return self._get_fading_synthesizer(Crossfade.parse(domain), options)
        weights = self.manifest.decoder(domain, options.decoder)
        if weights.name not in self._synthesizers:
            required = self.manifest.find_weights(str(weights.config.get("requires")))
            entry = required or self.manifest.domain(domain)
            self._synthesizers[weights.name] = load_synthesizer(weights, self.device, entry)
        if options.transpose and not self.encoder.finds_notes:
            raise AudiostyleError(f"model {self.manifest.name!r} finds no notes that it could transpose")
        synthesizer = self._synthesizers[weights.name]
        return synthesizer.configure(temperature=options.temperature, chunks=options.chunks)

    def _get_fading_synthesizer(self, crossfade: Crossfade, options: TranslationOptions) -> FadingSynthesizer:
        """Return what plays a crossfade, whose domains each get the notes as they can play them."""

        def fit_for(domain: str) -> Fit:
            return lambda performance: self.fit_to_domain(performance, domain, options)[0]

        domains = crossfade.domains
        return FadingSynthesizer(
            crossfade, [self.get_synthesizer(name, options) for name in domains], [*map(fit_for, domains)]
        )

    def fit_to_domain(
        self, performance: Performance, domain: str, options: TranslationOptions
    ) -> tuple[Performance, int]:
        """Take over as much of the playing as the domain can, transpose, and fold into the domain's range.

        Returns:
            The performance, and how many of its notes were moved by octaves.
        """
        if is_crossfade(domain):
            return performance, 0  # each of its domains has its own fit
        entry = self.manifest.domain(domain)
        adapted = adapt_expression(
            performance,
            bend=entry.bend if self.get_synthesizer(domain, options).bends else 0,
            level=entry.level,
            expression=options.expression,
            follow=options.follow,
        )
        return fit_to_range(adapted, options.transpose, entry.lowest, entry.highest)

    def get_levels(
        self, transcription: Transcription, domain: str, options: TranslationOptions
    ) -> LevelCurve | None:
        """Return the level that a translation to a domain follows; None if it leaves that to the notes."""
        if transcription.loudness is None or not options.expression or "level" not in options.follow:
            return None
        return LevelCurve(
            levels=transcription.loudness,
            source_rms=max(transcription.rms, SILENCE_RMS),
            own_rms=self.get_synthesizer(domain, options).rms,
            decays=not all(self.manifest.domain(name).level for name in list_domains(domain)),
            share=options.expression,
        )

    def describe(self, domain: str, options: TranslationOptions) -> str:
        """Return what a result says about its origin, in its file's comment tag."""
        fingerprint = self.manifest.fingerprint(*list_domains(domain), kind=options.decoder)
        model = f"{self.manifest.name} {fingerprint[:12]}"
        return f"audiostyle {__version__}, model {model}, domain {domain}, seed {options.seed}"
