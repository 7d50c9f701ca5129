"""Everything about audio that is not style: files, streams, transforms, units.

======================  ====================================================================================
:mod:`.reading`         `AudioReader`: any recording as a stream of blocks; `read_audio`
:mod:`.writing`         `AudioWriter`: blocks into a file that appears only when it is whole
:mod:`.formats`         what each file format can hold: suffixes, subtypes, sample rates, channels
:mod:`.libsndfile`      the decoder for WAV, FLAC, OGG, MP3, AIFF and a dozen more
:mod:`.ffmpeg`          the decoder for M4A, AAC and the sound of videos, if there is an ``ffmpeg`` program
:mod:`.source`          files, pipes and standard input, checked and made fit to be rewound
:mod:`.atomic`          a file that appears under its name only when it is whole
:mod:`.spool`           samples that wait on the disk until the whole recording is known
:mod:`.blocks`          streams cut into segments with context on both sides
:mod:`.recording`       `Recording`: a source that can be streamed several times; mono, and back to channels
:mod:`.stereo_balance`  the balance of a recording's channels, measured and applied to a mono sound
:mod:`.percussion`      `HarmonicPercussiveSeparator`: drums apart from everything else, streamed
:mod:`.resampling`      `Resampler`, `resample`: change of sample rate, streamed, with exact lengths
:mod:`.stft`            `Stft`: the short-time Fourier transform and its inverse, any length
:mod:`.griffin_lim`     phases for edited magnitudes
:mod:`.mel`             mel scales, and the filter bank of training losses
:mod:`.units`           MIDI numbers and hertz, amplitudes and decibels, root mean squares
:mod:`.waves`           arrays and tensors in, the same kind out
:mod:`.torchaudio`      torchaudio's ``functional`` and ``transforms``, also where it refuses to import
======================  ====================================================================================

Audio is float32 (channels, samples) with full scale ±1.  A *block* is any part of it as it arrives, a
*segment* is a part that is processed at a time.  Lengths are in samples of one channel unless a name says
seconds.  Reading a file must not load torch, so public names are imported when they are first used.
"""

from typing import TYPE_CHECKING

from audiostyle.lazy import export_lazily

if TYPE_CHECKING:
    from audiostyle.sound.blocks import SlidingWindow, cut_segments, plan_segments
    from audiostyle.sound.formats import AudioInfo
    from audiostyle.sound.griffin_lim import GriffinLimResult, griffin_lim, spectral_convergence
    from audiostyle.sound.mel import hz_to_mel, make_mel_filterbank
    from audiostyle.sound.percussion import HarmonicPercussiveSeparator
    from audiostyle.sound.reading import AudioReader, read_audio
    from audiostyle.sound.recording import ArraySource, Recording, read_mono
    from audiostyle.sound.resampling import Resampler, compute_resampled_length, resample
    from audiostyle.sound.stereo_balance import apply_balance, measure_balance
    from audiostyle.sound.stft import Stft
    from audiostyle.sound.units import (
        amplitude_to_db,
        compute_rms,
        db_to_amplitude,
        hz_to_midi,
        midi_to_hz,
    )
    from audiostyle.sound.waves import Wave, check_wave
    from audiostyle.sound.writing import AudioWriter

__all__ = [
    "ArraySource",
    "AudioInfo",
    "AudioReader",
    "AudioWriter",
    "GriffinLimResult",
    "HarmonicPercussiveSeparator",
    "Recording",
    "Resampler",
    "SlidingWindow",
    "Stft",
    "Wave",
    "amplitude_to_db",
    "apply_balance",
    "check_wave",
    "compute_resampled_length",
    "compute_rms",
    "cut_segments",
    "db_to_amplitude",
    "griffin_lim",
    "hz_to_mel",
    "hz_to_midi",
    "make_mel_filterbank",
    "measure_balance",
    "midi_to_hz",
    "plan_segments",
    "read_audio",
    "read_mono",
    "resample",
    "spectral_convergence",
]

_HOMES = {
    "audiostyle.sound.blocks": ("SlidingWindow", "cut_segments", "plan_segments"),
    "audiostyle.sound.formats": ("AudioInfo",),
    "audiostyle.sound.griffin_lim": ("GriffinLimResult", "griffin_lim", "spectral_convergence"),
    "audiostyle.sound.mel": ("hz_to_mel", "make_mel_filterbank"),
    "audiostyle.sound.percussion": ("HarmonicPercussiveSeparator",),
    "audiostyle.sound.reading": ("AudioReader", "read_audio"),
    "audiostyle.sound.recording": ("ArraySource", "Recording", "read_mono"),
    "audiostyle.sound.resampling": ("Resampler", "compute_resampled_length", "resample"),
    "audiostyle.sound.stereo_balance": ("apply_balance", "measure_balance"),
    "audiostyle.sound.stft": ("Stft",),
    "audiostyle.sound.units": (
        "amplitude_to_db",
        "compute_rms",
        "db_to_amplitude",
        "hz_to_midi",
        "midi_to_hz",
    ),
    "audiostyle.sound.waves": ("Wave", "check_wave"),
    "audiostyle.sound.writing": ("AudioWriter",),
}
export_lazily(__name__, {name: home for home, names in _HOMES.items() for name in names})
