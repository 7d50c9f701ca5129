"""Training of the network that a metric needs.

====================  ==================================================================
:mod:`.instruments`   the same performances on many instruments, as cepstra
:mod:`.timbre`        the timbre network, trained on triplets of them
====================  ==================================================================
"""

from typing import TYPE_CHECKING

from audiostyle.lazy import export_lazily

if TYPE_CHECKING:
    from audiostyle.evaluate.training.instruments import InstrumentMaterial as InstrumentMaterial
    from audiostyle.evaluate.training.instruments import render_instruments as render_instruments
    from audiostyle.evaluate.training.timbre import TimbreRecipe as TimbreRecipe
    from audiostyle.evaluate.training.timbre import TimbreSettings as TimbreSettings
    from audiostyle.evaluate.training.timbre import TimbreTask as TimbreTask
    from audiostyle.evaluate.training.timbre import read_recipe as read_recipe
    from audiostyle.evaluate.training.timbre import run_recipe as run_recipe
    from audiostyle.evaluate.training.timbre import triplet_gaps as triplet_gaps

export_lazily(
    __name__,
    {
        "audiostyle.evaluate.training.instruments": ("InstrumentMaterial", "render_instruments"),
        "audiostyle.evaluate.training.timbre": (
            "TimbreRecipe",
            "TimbreSettings",
            "TimbreTask",
            "read_recipe",
            "run_recipe",
            "triplet_gaps",
        ),
    },
)
