"""WaveNet: the autoregressive network, the published encoder of its condition, and fast sampling.

===================  ====================================================================
:mod:`.mulaw`        waves as 256 mu-law codes
:mod:`.network`      the network, as it is trained
:mod:`.encoder`      the published encoder: a wave to a latent, without notes
:mod:`.sampling`     waves from a network, fast
===================  ====================================================================
"""

from typing import TYPE_CHECKING

from audiostyle.lazy import export_lazily

if TYPE_CHECKING:
    from audiostyle.models.wavenet.encoder import WaveEncoder as WaveEncoder
    from audiostyle.models.wavenet.network import WaveNet as WaveNet
    from audiostyle.models.wavenet.network import WaveNetConfig as WaveNetConfig
    from audiostyle.models.wavenet.network import check_condition as check_condition

export_lazily(
    __name__,
    {
        "audiostyle.models.wavenet.encoder": ("WaveEncoder",),
        "audiostyle.models.wavenet.network": ("WaveNet", "WaveNetConfig", "check_condition"),
    },
)
