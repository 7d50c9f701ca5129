"""Training of the networks of :mod:`audiostyle.image` on folders of photographs.

=====================  ====================================================================
:mod:`.photographs`    photographs in folders, and random crops of them
:mod:`.distillation`   a compact encoder that learns a VGG's features
:mod:`.principal`      a VGG's features as their principal components
:mod:`.backbone`       from photographs to a model folder
=====================  ====================================================================
"""

from typing import TYPE_CHECKING

from audiostyle.lazy import export_lazily

if TYPE_CHECKING:
    from audiostyle.image.training.backbone import (
        BackboneRecipe,
        DecoderStage,
        add_student,
        read_recipe,
        run_recipe,
        train_backbone_decoders,
    )
    from audiostyle.image.training.distillation import DistillationSettings, DistillationTask, Student
    from audiostyle.image.training.photographs import (
        PhotographCrops,
        cut_validation_crops,
        find_photographs,
        hold_out,
    )
    from audiostyle.image.training.principal import PrincipalFeatures

__all__ = [
    "BackboneRecipe",
    "DecoderStage",
    "DistillationSettings",
    "DistillationTask",
    "PhotographCrops",
    "PrincipalFeatures",
    "Student",
    "add_student",
    "cut_validation_crops",
    "find_photographs",
    "hold_out",
    "read_recipe",
    "run_recipe",
    "train_backbone_decoders",
]

export_lazily(
    __name__,
    {
        "BackboneRecipe": "audiostyle.image.training.backbone",
        "DecoderStage": "audiostyle.image.training.backbone",
        "DistillationSettings": "audiostyle.image.training.distillation",
        "DistillationTask": "audiostyle.image.training.distillation",
        "PhotographCrops": "audiostyle.image.training.photographs",
        "PrincipalFeatures": "audiostyle.image.training.principal",
        "Student": "audiostyle.image.training.distillation",
        "add_student": "audiostyle.image.training.backbone",
        "cut_validation_crops": "audiostyle.image.training.photographs",
        "find_photographs": "audiostyle.image.training.photographs",
        "hold_out": "audiostyle.image.training.photographs",
        "read_recipe": "audiostyle.image.training.backbone",
        "run_recipe": "audiostyle.image.training.backbone",
        "train_backbone_decoders": "audiostyle.image.training.backbone",
    },
)
