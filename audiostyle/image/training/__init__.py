"""Training of the networks of :mod:`audiostyle.image` on folders of photographs.

=====================  ====================================================================
:mod:`.photographs`    photographs in folders, and random crops of them
:mod:`.distillation`   a compact encoder that learns a VGG's features
:mod:`.principal`      a VGG's features as their principal components
:mod:`.packing`        what a training of styles needs, small enough to travel to a GPU
:mod:`.feedforward`    a feed-forward network for one style, with any sum of losses
:mod:`.styles`         networks of several styles by a recipe
:mod:`.shipping`       networks of styles put together as a model
:mod:`.backbone`       from photographs to a model folder
=====================  ====================================================================
"""

from typing import TYPE_CHECKING

from audiostyle.lazy import export_lazily

if TYPE_CHECKING:
    from audiostyle.image.training.backbone import BackboneRecipe as BackboneRecipe
    from audiostyle.image.training.backbone import DecoderStage as DecoderStage
    from audiostyle.image.training.backbone import read_recipe as read_recipe
    from audiostyle.image.training.backbone import run_recipe as run_recipe
    from audiostyle.image.training.backbone import train_backbone_decoders as train_backbone_decoders
    from audiostyle.image.training.distillation import DistillationSettings as DistillationSettings
    from audiostyle.image.training.distillation import DistillationTask as DistillationTask
    from audiostyle.image.training.distillation import Student as Student
    from audiostyle.image.training.feedforward import StyleRecipe as StyleRecipe
    from audiostyle.image.training.feedforward import train_style_network as train_style_network
    from audiostyle.image.training.photographs import PhotographCrops as PhotographCrops
    from audiostyle.image.training.photographs import find_photographs as find_photographs
    from audiostyle.image.training.photographs import hold_out as hold_out
    from audiostyle.image.training.principal import PrincipalFeatures as PrincipalFeatures

export_lazily(
    __name__,
    {
        "audiostyle.image.training.backbone": (
            "BackboneRecipe",
            "DecoderStage",
            "read_recipe",
            "run_recipe",
            "train_backbone_decoders",
        ),
        "audiostyle.image.training.distillation": ("DistillationSettings", "DistillationTask", "Student"),
        "audiostyle.image.training.feedforward": ("StyleRecipe", "train_style_network"),
        "audiostyle.image.training.photographs": ("PhotographCrops", "find_photographs", "hold_out"),
        "audiostyle.image.training.principal": ("PrincipalFeatures",),
    },
)
