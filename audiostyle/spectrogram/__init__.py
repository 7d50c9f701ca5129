"""Style transfer between recordings: the methods for pictures carried over to spectrograms, and musaicing.

The public functions are :func:`transfer` for waves, :func:`transfer_file` for files, and
:func:`make_profile` for styles as small files.

============================  ===========================================================================
:mod:`.transfer`              transfer of waves and of files, by any method
:mod:`.methods`               the registry of methods and their options
:mod:`.profile`               a style as a small file
:mod:`.plot`                  content, style and result drawn as spectrograms
:mod:`.embedding`             recordings as points, which Fréchet distances compare
**How methods are run**
:mod:`.pipeline`              a recording through a method: surveyed first, then transferred
:mod:`.segments`              long contents in segments, with context and crossfades
:mod:`.inputs`                what every method starts from
:mod:`.stylizer`              what a prepared method is
:mod:`.excerpts`              excerpts of the content, in limited memory
:mod:`.levels`                the level at which features are taken, and silence
:mod:`.long_term_spectrum`    long-term average spectra (LTAS)
:mod:`.equalizer`             a filter that gives the content the style's long-term average spectrum
**WCT**
:mod:`.wct`                   the style's means and covariances in an autoencoder's features
:mod:`.autoencoder`           the autoencoder
:mod:`.log_spectrogram`       its input: decibels, with neighboring bins as channels
:mod:`.bands`                 moments and affine maps by frequency band
:mod:`.band_statistics`       the statistics of a style: moments by level and band
:mod:`.guided_filter`         smoothing of the result along the content
:mod:`.complex_wct`           WCT on complex features of the complex spectrum
:mod:`.complex_features`      these features, computed a few frames at a time
:mod:`.patches`               patches of a complex spectrum, unfolded and folded
:mod:`.cascade`               complex WCT, then WCT
**Optimization**
:mod:`.optimize`              descent on any sum of losses of feature maps
:mod:`.loss_features`         these maps: layers, and their bands of frequency
:mod:`.gram`                  the content's spectrogram, optimized until it has the style's Gram matrices
:mod:`.gram_objective`        the loss
:mod:`.gram_features`         the networks whose features are compared
:mod:`.gram_representations`  the representations of a spectrum that these networks take
:mod:`.ulyanov`               Gram optimization as first published
**Musaicing**
:mod:`.musaicing`             the content rebuilt from frames of the style
:mod:`.templates`             these frames
:mod:`.activations`           which of them sound when
:mod:`.cross_synthesis`       filters between the content and the mosaic
**Training**
:mod:`.training`              the autoencoder's training
============================  ===========================================================================
"""

from typing import TYPE_CHECKING

from audiostyle.lazy import export_lazily

if TYPE_CHECKING:
    from audiostyle.spectrogram.methods import METHODS as METHODS
    from audiostyle.spectrogram.profile import StyleProfile as StyleProfile
    from audiostyle.spectrogram.profile import load_profile as load_profile
    from audiostyle.spectrogram.profile import make_profile as make_profile
    from audiostyle.spectrogram.profile import save_profile as save_profile
    from audiostyle.spectrogram.transfer import TransferReport as TransferReport
    from audiostyle.spectrogram.transfer import transfer as transfer
    from audiostyle.spectrogram.transfer import transfer_file as transfer_file

export_lazily(
    __name__,
    {
        "audiostyle.spectrogram.methods": ("METHODS",),
        "audiostyle.spectrogram.profile": ("StyleProfile", "load_profile", "make_profile", "save_profile"),
        "audiostyle.spectrogram.transfer": ("TransferReport", "transfer", "transfer_file"),
    },
)
