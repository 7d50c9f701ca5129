"""Training of the encoder on expressive playing, which is rendered meanwhile and whose curves are known.

The targets are not only notes but also how they are played: vibrato, slides, swells, pedal.  Nothing is
stored: processes render recordings without end, and each is used many times from a replay buffer on the GPU.
``python -m audiostyle.translation.training.expressive --help`` lists the commands.

========================  =========================================================================
:mod:`.voices`            what an instrument plays: voices with curves of pitch and loudness
:mod:`.playing_style`     vibrato, scoops, slides, drift and swells
:mod:`.articulation`      from notes to voices: legato, slides, pedal, organ stops
:mod:`.note_changes`      range, strumming, timing, bass lines and power chords
:mod:`.targets`           onset, sounding, loudness, cents and level, frame by frame
------------------------  -------------------------------------------------------------------------
:mod:`.soundfonts`        voices through FluidSynth's library and a soundfont
:mod:`.sampler`           voices from recorded notes of real instruments
:mod:`.modal`             voices of struck bars, bells and pans
:mod:`.source_filter`     voices of singers, and of instruments that nobody has sampled
:mod:`.score_archive`     many scores in one file, for machines without music21
:mod:`.sample_packages`   sample packages of the npm registry to a sampler's instruments
:mod:`.material`          scores, soundfonts and sampled instruments, loaded
:mod:`.players`           a part and what turns it into sound
:mod:`.ensembles`         who plays together
:mod:`.recordings`        players rendered and mixed, with their targets
------------------------  -------------------------------------------------------------------------
:mod:`.rendering_pool`    processes that render recordings without end
:mod:`.replay_buffer`     recordings on the device, batches cut and mixed from them
:mod:`.augmentation`      equalizers, rooms, noise and distortion of whole batches
:mod:`.model`             the encoder with its performance head
:mod:`.losses`            the losses of a batch
:mod:`.timed_training`    training against the clock
:mod:`.export`            a checkpoint pruned, in half precision
========================  =========================================================================
"""

from typing import TYPE_CHECKING

from audiostyle.lazy import export_lazily

if TYPE_CHECKING:
    from audiostyle.translation.training.expressive.augmentation import BatchAugmentation as BatchAugmentation
    from audiostyle.translation.training.expressive.export import export_checkpoint as export_checkpoint
    from audiostyle.translation.training.expressive.material import TrainingMaterial as TrainingMaterial
    from audiostyle.translation.training.expressive.material import load_material as load_material
    from audiostyle.translation.training.expressive.model import ExpressiveEncoder as ExpressiveEncoder
    from audiostyle.translation.training.expressive.recordings import RenderedRecording as RenderedRecording
    from audiostyle.translation.training.expressive.recordings import make_recording as make_recording
    from audiostyle.translation.training.expressive.rendering_pool import RenderingPool as RenderingPool
    from audiostyle.translation.training.expressive.replay_buffer import ReplayBuffer as ReplayBuffer
    from audiostyle.translation.training.expressive.timed_training import TimedTraining as TimedTraining
    from audiostyle.translation.training.expressive.timed_training import TrainingSettings as TrainingSettings

export_lazily(
    __name__,
    {
        "audiostyle.translation.training.expressive.augmentation": ("BatchAugmentation",),
        "audiostyle.translation.training.expressive.export": ("export_checkpoint",),
        "audiostyle.translation.training.expressive.material": ("TrainingMaterial", "load_material"),
        "audiostyle.translation.training.expressive.model": ("ExpressiveEncoder",),
        "audiostyle.translation.training.expressive.recordings": ("RenderedRecording", "make_recording"),
        "audiostyle.translation.training.expressive.rendering_pool": ("RenderingPool",),
        "audiostyle.translation.training.expressive.replay_buffer": ("ReplayBuffer",),
        "audiostyle.translation.training.expressive.timed_training": ("TimedTraining", "TrainingSettings"),
    },
)
