"""Style augmentation: training examples in random styles, so that no style is learned for a class.

=====================  ===============================================================================
:mod:`.style_augment`  the module that goes into a training, for pictures and for waves
:mod:`.pictures`       the statistics of pictures: colors, and contrast at every scale
:mod:`.waves`          the statistics of waves: level and liveliness of every band
:mod:`.distribution`   which styles there are: a Gaussian over such statistics, fitted and shipped
=====================  ===============================================================================

After Jackson, Atapour-Abarghouei, Bonner, Breckon & Obara 2018, "Style augmentation: data augmentation via
style randomization", with statistics in the place of a network's embedding: an example takes milliseconds.
"""

from typing import TYPE_CHECKING

from audiostyle.lazy import export_lazily

if TYPE_CHECKING:
    from audiostyle.augment.distribution import StyleDistribution as StyleDistribution
    from audiostyle.augment.distribution import fit_styles as fit_styles
    from audiostyle.augment.pictures import PictureStatistics as PictureStatistics
    from audiostyle.augment.style_augment import StyleAugment as StyleAugment
    from audiostyle.augment.waves import WaveStatistics as WaveStatistics

export_lazily(
    __name__,
    {
        "audiostyle.augment.distribution": ("StyleDistribution", "fit_styles"),
        "audiostyle.augment.pictures": ("PictureStatistics",),
        "audiostyle.augment.style_augment": ("StyleAugment",),
        "audiostyle.augment.waves": ("WaveStatistics",),
    },
)
