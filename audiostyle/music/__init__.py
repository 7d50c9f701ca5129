"""Notes: scores, performances of them, MIDI files, and rendering them to sound.

=======================  ===================================================================================
:mod:`.notes`            the two kinds of notes: written (quarter notes) and played (seconds)
:mod:`.scores`           pieces of music21's corpus, and the splits for training and testing
:mod:`.etudes`           made-up pieces that cover what the corpus lacks
:mod:`.performance`      `Performance`: played notes with their instruments; shifting, cropping, joining
:mod:`.curves`           `NoteCurves`: how pitch and level of notes move while they sound
:mod:`.interpretation`   `perform`: plays a score with tempo, articulation and dynamics
:mod:`.drums`            drum patterns
:mod:`.stops`            octaves and twelfths that sound along, as an organ's stops do
:mod:`.midi`             performances to and from MIDI files
:mod:`.mpe`              notes with curves as MIDI: a channel for every voice
:mod:`.midi_channels`    what wheels and controllers of a MIDI file do to its notes
:mod:`.beats`            `Beats`: finding the beat, the tempo map of a MIDI file
:mod:`.quantization`     notes moved to a grid of beats
:mod:`.fluidsynth`       performances to sound, through FluidSynth and a soundfont
:mod:`.libfluidsynth`    MIDI events to sound, through FluidSynth's library and a soundfont in memory
:mod:`.corpus`           folders of rendered recordings with their MIDI files: training material
:mod:`.samples`          sampled instruments: recordings of single notes, and performances played on them
=======================  ===================================================================================

Nothing here knows about networks: a transcription and a domain's decoder meet at a `Performance`.
"""

from typing import TYPE_CHECKING

from audiostyle.lazy import export_lazily

if TYPE_CHECKING:
    from audiostyle.music.beats import Beats as Beats
    from audiostyle.music.beats import find_beats as find_beats
    from audiostyle.music.corpus import CorpusSpec as CorpusSpec
    from audiostyle.music.corpus import list_recordings as list_recordings
    from audiostyle.music.corpus import render_corpus as render_corpus
    from audiostyle.music.curves import NoteCurves as NoteCurves
    from audiostyle.music.drums import draw_drum_groove as draw_drum_groove
    from audiostyle.music.etudes import compose_etude as compose_etude
    from audiostyle.music.fluidsynth import render_performance as render_performance
    from audiostyle.music.interpretation import perform as perform
    from audiostyle.music.libfluidsynth import Event as Event
    from audiostyle.music.libfluidsynth import Program as Program
    from audiostyle.music.libfluidsynth import SoundFont as SoundFont
    from audiostyle.music.libfluidsynth import load_library as load_library
    from audiostyle.music.midi import make_midi as make_midi
    from audiostyle.music.midi import read_midi as read_midi
    from audiostyle.music.midi import save_midi as save_midi
    from audiostyle.music.midi import write_midi as write_midi
    from audiostyle.music.notes import DRUM_CHANNEL as DRUM_CHANNEL
    from audiostyle.music.notes import NOTE_DTYPE as NOTE_DTYPE
    from audiostyle.music.notes import SCORE_DTYPE as SCORE_DTYPE
    from audiostyle.music.performance import Performance as Performance
    from audiostyle.music.performance import concatenate_performances as concatenate_performances
    from audiostyle.music.performance import crop_performance as crop_performance
    from audiostyle.music.performance import map_times as map_times
    from audiostyle.music.performance import release_repeated_keys as release_repeated_keys
    from audiostyle.music.performance import remove_overlaps as remove_overlaps
    from audiostyle.music.performance import select_notes as select_notes
    from audiostyle.music.performance import shift_performance as shift_performance
    from audiostyle.music.quantization import quantize as quantize
    from audiostyle.music.quantization import quantize_to_beats as quantize_to_beats
    from audiostyle.music.scores import get_split as get_split
    from audiostyle.music.scores import list_pieces as list_pieces
    from audiostyle.music.scores import load_score as load_score
    from audiostyle.music.stops import add_organ_stops as add_organ_stops

export_lazily(
    __name__,
    {
        "audiostyle.music.beats": ("Beats", "find_beats"),
        "audiostyle.music.corpus": ("CorpusSpec", "list_recordings", "render_corpus"),
        "audiostyle.music.curves": ("NoteCurves",),
        "audiostyle.music.drums": ("draw_drum_groove",),
        "audiostyle.music.etudes": ("compose_etude",),
        "audiostyle.music.fluidsynth": ("render_performance",),
        "audiostyle.music.interpretation": ("perform",),
        "audiostyle.music.libfluidsynth": ("Event", "Program", "SoundFont", "load_library"),
        "audiostyle.music.midi": ("make_midi", "read_midi", "save_midi", "write_midi"),
        "audiostyle.music.notes": ("DRUM_CHANNEL", "NOTE_DTYPE", "SCORE_DTYPE"),
        "audiostyle.music.performance": (
            "Performance",
            "concatenate_performances",
            "crop_performance",
            "map_times",
            "release_repeated_keys",
            "remove_overlaps",
            "select_notes",
            "shift_performance",
        ),
        "audiostyle.music.quantization": ("quantize", "quantize_to_beats"),
        "audiostyle.music.scores": ("get_split", "list_pieces", "load_score"),
        "audiostyle.music.stops": ("add_organ_stops",),
    },
)
