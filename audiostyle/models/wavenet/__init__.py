"""WaveNet: the autoregressive network, the published encoder of its code, and fast sampling.

===================  ====================================================================
:mod:`.mulaw`        waves as 256 codes
:mod:`.network`      the network, as it is trained
:mod:`.encoder`      the published encoder: a wave to a latent, without notes
:mod:`.sampling`     waves from a network, fast
===================  ====================================================================
"""

from typing import TYPE_CHECKING

from audiostyle.lazy import export_lazily

if TYPE_CHECKING:
    from audiostyle.models.wavenet.encoder import WaveEncoder
    from audiostyle.models.wavenet.network import WaveNet, WaveNetConfig, check_condition

__all__ = [
    "WaveEncoder",
    "WaveNet",
    "WaveNetConfig",
    "check_condition",
]

export_lazily(
    __name__,
    {
        "WaveEncoder": "audiostyle.models.wavenet.encoder",
        "WaveNet": "audiostyle.models.wavenet.network",
        "WaveNetConfig": "audiostyle.models.wavenet.network",
        "check_condition": "audiostyle.models.wavenet.network",
    },
)
