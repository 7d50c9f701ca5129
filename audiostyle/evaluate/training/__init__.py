"""Training of the network that a metric needs.

====================  ==================================================================
:mod:`.instruments`   the same performances on many instruments, as cepstra
:mod:`.timbre`        the timbre network, trained on triplets of them
====================  ==================================================================
"""

from typing import TYPE_CHECKING

from audiostyle.lazy import export_lazily

if TYPE_CHECKING:
    from audiostyle.evaluate.training.instruments import (
        InstrumentMaterial,
        draw_performances,
        render_instruments,
    )
    from audiostyle.evaluate.training.timbre import (
        TimbreRecipe,
        TimbreSettings,
        TimbreTask,
        read_recipe,
        run_recipe,
        triplet_gaps,
    )

__all__ = [
    "InstrumentMaterial",
    "TimbreRecipe",
    "TimbreSettings",
    "TimbreTask",
    "draw_performances",
    "read_recipe",
    "render_instruments",
    "run_recipe",
    "triplet_gaps",
]

export_lazily(
    __name__,
    {
        "InstrumentMaterial": "audiostyle.evaluate.training.instruments",
        "TimbreRecipe": "audiostyle.evaluate.training.timbre",
        "TimbreSettings": "audiostyle.evaluate.training.timbre",
        "TimbreTask": "audiostyle.evaluate.training.timbre",
        "draw_performances": "audiostyle.evaluate.training.instruments",
        "read_recipe": "audiostyle.evaluate.training.timbre",
        "render_instruments": "audiostyle.evaluate.training.instruments",
        "run_recipe": "audiostyle.evaluate.training.timbre",
        "triplet_gaps": "audiostyle.evaluate.training.timbre",
    },
)
