"""Networks, and the zoo that ships their weights.

=========================  ==================================================================
:mod:`.frontend`           waveform to harmonic stacks of log-frequency spectra
:mod:`.encoder`            the shared encoder: any music to a note grid that is free of the domain
:mod:`.performance_head`   pitch deviations and levels of the encoder's notes
:mod:`.critic`             the domain critic, and the gradient reversal that trains against it
:mod:`.spectral_decoder`   a domain's decoder: states of keys to a log-magnitude spectrum
:mod:`.excitation`         its additive part: spectral templates and their envelopes
:mod:`.note_bank`          the same, measured on single notes instead of learned
:mod:`.note_spectra`       the spectra of single notes that both kinds give
:mod:`.bending`            its bent notes: spectra stretched along frequency
:mod:`.gated_layers`       its corrections: WaveNet's gated dilated layers over frames
:mod:`.phase_table`        the phases that go with its magnitudes
:mod:`.wavenet`            WaveNet: network, published encoder and fast sampling
:mod:`.style_network`      a feed-forward network of one style, for pictures
:mod:`.vgg`                the VGG family: encoders with named levels, and their decoders
:mod:`.vgg_files`          VGG weights in others' formats
:mod:`.remote_files`       VGG files that torchvision publishes, downloaded on request
:mod:`.autoencoder`        an encoder with its decoders, loaded: of pictures or spectrograms
:mod:`.timbre`             the timbre network: cepstra to a point whose direction is timbre
:mod:`.device`             where to compute, and where bfloat16 is trusted
:mod:`.torch_settings`     torch's settings while we compute, whatever the caller has set
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
    from audiostyle.models.autoencoder import Autoencoder as Autoencoder
    from audiostyle.models.bending import Bends as Bends
    from audiostyle.models.critic import DomainCritic as DomainCritic
    from audiostyle.models.critic import reverse_gradient as reverse_gradient
    from audiostyle.models.device import autocast_bfloat16 as autocast_bfloat16
    from audiostyle.models.device import convolves_bfloat16 as convolves_bfloat16
    from audiostyle.models.device import get_device as get_device
    from audiostyle.models.device import multiplies_bfloat16 as multiplies_bfloat16
    from audiostyle.models.device import probe as probe
    from audiostyle.models.encoder import EncoderOutput as EncoderOutput
    from audiostyle.models.encoder import PitchGridEncoder as PitchGridEncoder
    from audiostyle.models.excitation import Excitation as Excitation
    from audiostyle.models.excitation import KeyStates as KeyStates
    from audiostyle.models.frontend import HarmonicStack as HarmonicStack
    from audiostyle.models.gated_layers import GatedStack as GatedStack
    from audiostyle.models.loading import explain_misfits as explain_misfits
    from audiostyle.models.loading import load_weights as load_weights
    from audiostyle.models.loading import select_tensors as select_tensors
    from audiostyle.models.manifest import DomainEntry as DomainEntry
    from audiostyle.models.manifest import Manifest as Manifest
    from audiostyle.models.manifest import WeightFile as WeightFile
    from audiostyle.models.manifest import read_manifest as read_manifest
    from audiostyle.models.note_bank import NoteBank as NoteBank
    from audiostyle.models.performance_head import CurveGrids as CurveGrids
    from audiostyle.models.performance_head import PerformanceHead as PerformanceHead
    from audiostyle.models.phase_table import PhaseTable as PhaseTable
    from audiostyle.models.remote_files import RemoteFile as RemoteFile
    from audiostyle.models.remote_files import fetch_file as fetch_file
    from audiostyle.models.saving import add_domain as add_domain
    from audiostyle.models.saving import add_encoder as add_encoder
    from audiostyle.models.saving import add_part as add_part
    from audiostyle.models.saving import check_domain_name as check_domain_name
    from audiostyle.models.saving import half_precision as half_precision
    from audiostyle.models.saving import write_manifest as write_manifest
    from audiostyle.models.spectral_decoder import SpectralDecoder as SpectralDecoder
    from audiostyle.models.timbre import TimbreNetwork as TimbreNetwork
    from audiostyle.models.vgg import VGGConfig as VGGConfig
    from audiostyle.models.vgg import VGGDecoder as VGGDecoder
    from audiostyle.models.vgg import VGGEncoder as VGGEncoder
    from audiostyle.models.vgg import absorb_normalization as absorb_normalization
    from audiostyle.models.vgg import normalize_activations as normalize_activations
    from audiostyle.models.vgg_files import read_vgg as read_vgg
    from audiostyle.models.zoo import find_model as find_model
    from audiostyle.models.zoo import list_models as list_models
    from audiostyle.models.zoo import load_tensors as load_tensors
    from audiostyle.models.zoo import verify_model as verify_model

export_lazily(
    __name__,
    {
        "audiostyle.models.autoencoder": ("Autoencoder",),
        "audiostyle.models.bending": ("Bends",),
        "audiostyle.models.critic": ("DomainCritic", "reverse_gradient"),
        "audiostyle.models.device": (
            "autocast_bfloat16",
            "convolves_bfloat16",
            "get_device",
            "multiplies_bfloat16",
            "probe",
        ),
        "audiostyle.models.encoder": ("EncoderOutput", "PitchGridEncoder"),
        "audiostyle.models.excitation": ("Excitation", "KeyStates"),
        "audiostyle.models.frontend": ("HarmonicStack",),
        "audiostyle.models.gated_layers": ("GatedStack",),
        "audiostyle.models.loading": ("explain_misfits", "load_weights", "select_tensors"),
        "audiostyle.models.manifest": ("DomainEntry", "Manifest", "WeightFile", "read_manifest"),
        "audiostyle.models.note_bank": ("NoteBank",),
        "audiostyle.models.performance_head": ("CurveGrids", "PerformanceHead"),
        "audiostyle.models.phase_table": ("PhaseTable",),
        "audiostyle.models.remote_files": ("RemoteFile", "fetch_file"),
        "audiostyle.models.saving": (
            "add_domain",
            "add_encoder",
            "add_part",
            "check_domain_name",
            "half_precision",
            "write_manifest",
        ),
        "audiostyle.models.spectral_decoder": ("SpectralDecoder",),
        "audiostyle.models.timbre": ("TimbreNetwork",),
        "audiostyle.models.vgg": (
            "VGGConfig",
            "VGGDecoder",
            "VGGEncoder",
            "absorb_normalization",
            "normalize_activations",
        ),
        "audiostyle.models.vgg_files": ("read_vgg",),
        "audiostyle.models.zoo": ("find_model", "list_models", "load_tensors", "verify_model"),
    },
)
