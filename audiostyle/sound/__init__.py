"""Everything about audio that is not style: files, streams, transforms, units.

=========================  ===================================================================================
:mod:`.reading`            `AudioReader`: any recording as a stream of blocks; `read_audio`
:mod:`.writing`            `AudioWriter`: blocks into a file that appears only when it is whole
:mod:`.formats`            what each file format can hold: suffixes, subtypes, sample rates, channels
:mod:`.libsndfile`         the decoder for WAV, FLAC, OGG, MP3, AIFF and a dozen more
:mod:`.ffmpeg`             the decoder for M4A, AAC and the sound of videos, if there is an ``ffmpeg`` program
:mod:`.parts`              what the bytes of a file prove about its length, whatever its header says
:mod:`.tags`               title, cover, cue points, speakers: read from one file, kept in another
:mod:`.joining`            joined recordings made alike: one sample rate, one number of channels
:mod:`.channel_order`      the order of speakers, which is not the same in all formats
:mod:`.quiet`              decoders that write to stderr, silenced
:mod:`.ffmpeg_command`     how ffmpeg is called, and what it may open
:mod:`.ffmpeg_tracks`      which sound track of a video is heard, and when it begins
:mod:`.source`             files, pipes and standard input, checked and made fit to be rewound
:mod:`.atomic`             :mod:`audiostyle.atomic` for recordings: libsndfile's errors in one line, too
:mod:`.spool`              samples that wait, on the disk if they are many, until the recording is known
:mod:`.blocks`             streams cut into segments with context on both sides
:mod:`.recording`          `Recording`: a source that can be streamed again; mono, and back to channels
:mod:`.offset`             constant offsets (DC), found and taken away
:mod:`.clipping`           limits at which peaks were cut off, found
:mod:`.declipping`         peaks that were cut off, restored
:mod:`.downmix`            `Downmixer`: mono in which channels in antiphase do not cancel
:mod:`.edges`              what may have been before a recording began and after it ended
:mod:`.loudness`           `LoudnessMeter`, `measure_loudness`: ITU-R BS.1770 and EBU R 128
:mod:`.leveling`           `match_loudness`: a result as loud as its recording
:mod:`.limiter`            `Limiter`: a gentle ceiling for what goes beyond full scale
:mod:`.stereo_balance`     the balance of a recording's channels, measured and applied to a mono sound
:mod:`.percussion`         `HarmonicPercussiveSeparator`: drums apart from everything else, streamed
:mod:`.resampling`         `Resampler`, `resample`: change of sample rate, streamed, with exact lengths
:mod:`.stft`               `Stft`: the short-time Fourier transform and its inverse, any length
:mod:`.griffin_lim`        the fast Griffin–Lim algorithm: phases for edited magnitudes
:mod:`.mel`                mel scales, and the filter bank of training losses
:mod:`.units`              MIDI numbers and hertz, amplitudes and decibels, root mean squares
:mod:`.waves`              arrays and tensors in, the same kind out
:mod:`.torchaudio_compat`  imports torchaudio, also where its compiled extension does not fit torch
=========================  ===================================================================================

Audio is float32 (channels, samples) with full scale ±1.  A *block* is any part of it as it arrives, a
*segment* is a part that is processed at a time.  Lengths are in samples of one channel unless a name says
seconds.  Reading a file must not load torch, so public names are imported when they are first used.
"""

from typing import TYPE_CHECKING

from audiostyle.lazy import export_lazily

if TYPE_CHECKING:
    from audiostyle.sound.blocks import SlidingWindow as SlidingWindow
    from audiostyle.sound.blocks import cut_segments as cut_segments
    from audiostyle.sound.blocks import plan_segments as plan_segments
    from audiostyle.sound.downmix import Downmixer as Downmixer
    from audiostyle.sound.formats import AudioInfo as AudioInfo
    from audiostyle.sound.griffin_lim import GriffinLimResult as GriffinLimResult
    from audiostyle.sound.griffin_lim import griffin_lim as griffin_lim
    from audiostyle.sound.griffin_lim import spectral_convergence as spectral_convergence
    from audiostyle.sound.leveling import match_loudness as match_loudness
    from audiostyle.sound.limiter import Limiter as Limiter
    from audiostyle.sound.loudness import LoudnessMeter as LoudnessMeter
    from audiostyle.sound.loudness import measure_loudness as measure_loudness
    from audiostyle.sound.mel import hz_to_mel as hz_to_mel
    from audiostyle.sound.mel import make_mel_filterbank as make_mel_filterbank
    from audiostyle.sound.percussion import HarmonicPercussiveSeparator as HarmonicPercussiveSeparator
    from audiostyle.sound.reading import AudioReader as AudioReader
    from audiostyle.sound.reading import read_audio as read_audio
    from audiostyle.sound.recording import ArraySource as ArraySource
    from audiostyle.sound.recording import Recording as Recording
    from audiostyle.sound.recording import read_mono as read_mono
    from audiostyle.sound.resampling import Resampler as Resampler
    from audiostyle.sound.resampling import compute_resampled_length as compute_resampled_length
    from audiostyle.sound.resampling import resample as resample
    from audiostyle.sound.stereo_balance import apply_balance as apply_balance
    from audiostyle.sound.stereo_balance import measure_balance as measure_balance
    from audiostyle.sound.stft import Stft as Stft
    from audiostyle.sound.units import compute_rms as compute_rms
    from audiostyle.sound.units import db_to_amplitude as db_to_amplitude
    from audiostyle.sound.units import hz_to_midi as hz_to_midi
    from audiostyle.sound.units import midi_to_hz as midi_to_hz
    from audiostyle.sound.waves import Wave as Wave
    from audiostyle.sound.waves import check_wave as check_wave
    from audiostyle.sound.writing import AudioWriter as AudioWriter

export_lazily(
    __name__,
    {
        "audiostyle.sound.blocks": ("SlidingWindow", "cut_segments", "plan_segments"),
        "audiostyle.sound.downmix": ("Downmixer",),
        "audiostyle.sound.formats": ("AudioInfo",),
        "audiostyle.sound.griffin_lim": ("GriffinLimResult", "griffin_lim", "spectral_convergence"),
        "audiostyle.sound.leveling": ("match_loudness",),
        "audiostyle.sound.limiter": ("Limiter",),
        "audiostyle.sound.loudness": ("LoudnessMeter", "measure_loudness"),
        "audiostyle.sound.mel": ("hz_to_mel", "make_mel_filterbank"),
        "audiostyle.sound.percussion": ("HarmonicPercussiveSeparator",),
        "audiostyle.sound.reading": ("AudioReader", "read_audio"),
        "audiostyle.sound.recording": ("ArraySource", "Recording", "read_mono"),
        "audiostyle.sound.resampling": ("Resampler", "compute_resampled_length", "resample"),
        "audiostyle.sound.stereo_balance": ("apply_balance", "measure_balance"),
        "audiostyle.sound.stft": ("Stft",),
        "audiostyle.sound.units": (
            "compute_rms",
            "db_to_amplitude",
            "hz_to_midi",
            "midi_to_hz",
        ),
        "audiostyle.sound.waves": ("Wave", "check_wave"),
        "audiostyle.sound.writing": ("AudioWriter",),
    },
)
