"""Translation with WaveNets, which make a domain's sound sample by sample.

Besides training, no other module of :mod:`audiostyle.translation` imports WaveNets:
:mod:`audiostyle.translation.kinds` names the loaders, which are imported when a model has such a decoder.

=====================  =====================================================================================
:mod:`.companding`     waves as the mu-law codes of a WaveNet, and back
:mod:`.conditioning`   notes as the frames that a WaveNet is conditioned on
:mod:`.latents`        the published encoder: a stream of sound to a latent, without notes
:mod:`.loading`        weight files of the kinds ``wavenet`` and ``wave``
:mod:`.lpc`            linear prediction from the notes: the LPC filter and its residual
:mod:`.partials`       where the partials of a domain's keys are
:mod:`.synthesis`      a performance or a latent through a WaveNet to a stream of sound
=====================  =====================================================================================
"""

from typing import TYPE_CHECKING

from audiostyle.lazy import export_lazily

if TYPE_CHECKING:
    from audiostyle.translation.wavenet.latents import LatentEncoder as LatentEncoder
    from audiostyle.translation.wavenet.lpc import LinearPredictor as LinearPredictor
    from audiostyle.translation.wavenet.synthesis import WaveNetSynthesizer as WaveNetSynthesizer

export_lazily(
    __name__,
    {
        "audiostyle.translation.wavenet.latents": ("LatentEncoder",),
        "audiostyle.translation.wavenet.lpc": ("LinearPredictor",),
        "audiostyle.translation.wavenet.synthesis": ("WaveNetSynthesizer",),
    },
)
