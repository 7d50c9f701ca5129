"""Networks, and the zoo that ships their weights.

=========================  ==================================================================
:mod:`.frontend`           waveform to harmonic stacks of log-frequency spectra
:mod:`.encoder`            the shared encoder: any music to the domain-free code
:mod:`.performance_head`   pitch deviations and levels of the encoder's notes
:mod:`.critic`             the domain critic, and the gradient reversal that trains against it
:mod:`.spectral_decoder`   a domain's decoder: states of keys to a log-magnitude spectrum
:mod:`.excitation`         its additive part: spectral templates and their envelopes
:mod:`.gated_layers`       its corrections: WaveNet's gated dilated layers over frames
:mod:`.phase_table`        the phases that go with its magnitudes
:mod:`.wavenet`            WaveNet: network, published encoder and fast sampling
:mod:`.vgg`                the VGG family: encoders with named levels, and their decoders
:mod:`.vgg_files`          VGG weights in others' formats
:mod:`.remote_files`       VGG files that torchvision publishes, downloaded on request
:mod:`.autoencoder`        an encoder with its decoders, loaded: of pictures or spectrograms
:mod:`.timbre`             the timbre network: cepstra to a point whose direction is timbre
:mod:`.device`             where to compute, and where bfloat16 is trusted
:mod:`.zoo`                models by name or path, checked and loaded
:mod:`.manifest`           what a model folder says about itself
:mod:`.loading`            weights put into networks, with one error for all that does not fit
:mod:`.saving`             writing a model folder
=========================  ==================================================================

Nothing here knows how a network is trained, or any file format of the user's.
"""

from typing import TYPE_CHECKING

from audiostyle.lazy import export_lazily

if TYPE_CHECKING:
    from audiostyle.models.autoencoder import Autoencoder
    from audiostyle.models.critic import DomainCritic, reverse_gradient
    from audiostyle.models.device import (
        autocast_bfloat16,
        convolves_bfloat16,
        get_device,
        multiplies_bfloat16,
        probe,
    )
    from audiostyle.models.encoder import Code, PitchGridEncoder
    from audiostyle.models.excitation import Excitation, KeyStates
    from audiostyle.models.frontend import HarmonicStack
    from audiostyle.models.gated_layers import GatedStack
    from audiostyle.models.loading import explain_misfits, load_weights, select_tensors
    from audiostyle.models.manifest import DomainEntry, Manifest, WeightFile, read_manifest
    from audiostyle.models.performance_head import NoteCurves, PerformanceHead
    from audiostyle.models.phase_table import PhaseTable
    from audiostyle.models.remote_files import RemoteFile, fetch_file
    from audiostyle.models.saving import (
        add_domain,
        add_encoder,
        add_part,
        check_domain_name,
        half_precision,
        write_manifest,
    )
    from audiostyle.models.spectral_decoder import SpectralDecoder
    from audiostyle.models.timbre import TimbreNetwork
    from audiostyle.models.vgg import (
        VGGConfig,
        VGGDecoder,
        VGGEncoder,
        absorb_normalization,
        normalize_activations,
    )
    from audiostyle.models.vgg_files import read_vgg
    from audiostyle.models.zoo import find_model, list_models, load_tensors, verify_model

__all__ = [
    "Autoencoder",
    "Code",
    "DomainCritic",
    "DomainEntry",
    "Excitation",
    "GatedStack",
    "HarmonicStack",
    "KeyStates",
    "Manifest",
    "NoteCurves",
    "PerformanceHead",
    "PhaseTable",
    "PitchGridEncoder",
    "RemoteFile",
    "SpectralDecoder",
    "TimbreNetwork",
    "VGGConfig",
    "VGGDecoder",
    "VGGEncoder",
    "WeightFile",
    "absorb_normalization",
    "add_domain",
    "add_encoder",
    "add_part",
    "autocast_bfloat16",
    "check_domain_name",
    "convolves_bfloat16",
    "explain_misfits",
    "fetch_file",
    "find_model",
    "get_device",
    "half_precision",
    "list_models",
    "load_tensors",
    "load_weights",
    "multiplies_bfloat16",
    "normalize_activations",
    "probe",
    "read_manifest",
    "read_vgg",
    "reverse_gradient",
    "select_tensors",
    "verify_model",
    "write_manifest",
]

export_lazily(
    __name__,
    {
        "Autoencoder": "audiostyle.models.autoencoder",
        "Code": "audiostyle.models.encoder",
        "DomainCritic": "audiostyle.models.critic",
        "DomainEntry": "audiostyle.models.manifest",
        "Excitation": "audiostyle.models.excitation",
        "GatedStack": "audiostyle.models.gated_layers",
        "HarmonicStack": "audiostyle.models.frontend",
        "KeyStates": "audiostyle.models.excitation",
        "Manifest": "audiostyle.models.manifest",
        "NoteCurves": "audiostyle.models.performance_head",
        "PerformanceHead": "audiostyle.models.performance_head",
        "PhaseTable": "audiostyle.models.phase_table",
        "PitchGridEncoder": "audiostyle.models.encoder",
        "RemoteFile": "audiostyle.models.remote_files",
        "SpectralDecoder": "audiostyle.models.spectral_decoder",
        "TimbreNetwork": "audiostyle.models.timbre",
        "VGGConfig": "audiostyle.models.vgg",
        "VGGDecoder": "audiostyle.models.vgg",
        "VGGEncoder": "audiostyle.models.vgg",
        "WeightFile": "audiostyle.models.manifest",
        "absorb_normalization": "audiostyle.models.vgg",
        "add_domain": "audiostyle.models.saving",
        "add_encoder": "audiostyle.models.saving",
        "add_part": "audiostyle.models.saving",
        "autocast_bfloat16": "audiostyle.models.device",
        "check_domain_name": "audiostyle.models.saving",
        "convolves_bfloat16": "audiostyle.models.device",
        "explain_misfits": "audiostyle.models.loading",
        "fetch_file": "audiostyle.models.remote_files",
        "find_model": "audiostyle.models.zoo",
        "get_device": "audiostyle.models.device",
        "half_precision": "audiostyle.models.saving",
        "list_models": "audiostyle.models.zoo",
        "load_tensors": "audiostyle.models.zoo",
        "load_weights": "audiostyle.models.loading",
        "multiplies_bfloat16": "audiostyle.models.device",
        "normalize_activations": "audiostyle.models.vgg",
        "probe": "audiostyle.models.device",
        "read_manifest": "audiostyle.models.manifest",
        "read_vgg": "audiostyle.models.vgg_files",
        "reverse_gradient": "audiostyle.models.critic",
        "select_tensors": "audiostyle.models.loading",
        "verify_model": "audiostyle.models.zoo",
        "write_manifest": "audiostyle.models.saving",
    },
)
