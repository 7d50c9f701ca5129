"""Universal music translation: one shared encoder, one decoder for each domain.

A recording becomes notes, which know nothing about the instrument; the notes become sound of another one.
:class:`Translator` is all that most callers need.

=======================  ===================================================================================
:mod:`.band`             every part of a recording on an instrument of its own
:mod:`.band_files`       translating a file to a band
:mod:`.crossfade`        one domain becomes another while the notes go on
:mod:`.damping`          where notes are let go that ring on
:mod:`.encoders`         the contract of encoders: a stream of sound becomes a transcription
:mod:`.expression`       how much of the playing a domain takes over
:mod:`.files`            translating a file to files, one for each domain
:mod:`.followed`         the names of what can be followed inside notes
:mod:`.fragments`        stretches of time in which one key sounds, found in a stream of frames
:mod:`.glides`           glides further than notes can be bent: a new note wherever the pitch stays
:mod:`.joining`          fragments that one voice leaves on several keys become one note
:mod:`.kinds`            the registry: which kinds of encoders and decoders there are, and who loads them
:mod:`.level_curves`     how loud notes are and how their level moves
:mod:`.level_following`  a slow gain by which the level of a translation follows its source
:mod:`.loaded_model`     a model in memory: its encoder and the decoders of its domains
:mod:`.note_curves`      curves of notes at the times of a decoder's frames
:mod:`.note_grid`        notes on frames: targets for training, and the states of the keys for decoders
:mod:`.note_source`      what can be synthesized: notes of one's own, a performance, or a transcription
:mod:`.options`          what a translation can be asked for
:mod:`.partial_levels`   how loud every key's own partials are
:mod:`.parts`            notes shared out to melody, chords, bass
:mod:`.passes`           progress over several passes through one recording
:mod:`.pipeline`         the stages of a translation: transcribe a recording, render its notes
:mod:`.pitch_curves`     which key a note is on and how its pitch moves
:mod:`.pitch_fusion`     voices between two keys go to one
:mod:`.positions`        where notes are between the channels
:mod:`.preview`          five seconds of a domain
:mod:`.proposal`         parts that a recording seems to have, and which domain could play each
:mod:`.ranges`           notes transposed and folded into what a domain can play
:mod:`.report`           what a translation of a file did
:mod:`.segments`         long recordings in segments, and shorter ones where memory runs out
:mod:`.source_level`     the level of a recording frame by frame
:mod:`.streams`          streams of mono blocks, read in sizes of one's own
:mod:`.synthesis`        notes through a spectral decoder to a stream of sound
:mod:`.synthesizers`     the contract of synthesizers: a performance becomes a stream of sound
:mod:`.tracking`         note tracking: the encoder's probabilities become notes
:mod:`.training`         training of encoders, decoders and domains
:mod:`.transcription`    a stream of sound through the shared encoder to notes
:mod:`.translator`       the translator: waves and files in, waves, files and notes out
:mod:`.tuning`           by how much a whole recording is off 440 Hz
:mod:`.wavenet`          decoders that make a domain's sound sample by sample, and the published encoder
=======================  ===================================================================================
"""

from typing import TYPE_CHECKING

from audiostyle.lazy import export_lazily

if TYPE_CHECKING:
    from audiostyle.translation.encoders import Encoder as Encoder
    from audiostyle.translation.report import TranslationReport as TranslationReport
    from audiostyle.translation.synthesizers import Synthesizer as Synthesizer
    from audiostyle.translation.tracking import NoteTracker as NoteTracker
    from audiostyle.translation.transcription import Transcription as Transcription
    from audiostyle.translation.translator import Translator as Translator

export_lazily(
    __name__,
    {
        "audiostyle.translation.encoders": ("Encoder",),
        "audiostyle.translation.report": ("TranslationReport",),
        "audiostyle.translation.synthesizers": ("Synthesizer",),
        "audiostyle.translation.tracking": ("NoteTracker",),
        "audiostyle.translation.transcription": ("Transcription",),
        "audiostyle.translation.translator": ("Translator",),
    },
)
