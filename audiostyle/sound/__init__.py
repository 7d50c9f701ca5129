"""Everything about audio that is not style.  Table of contents:

==================== =====================================================================================
``reading``          `AudioReader`, `AudioInfo`, `read`: any recording as a stream of float32 blocks
``writing``          `AudioWriter`: blocks into a file that appears only when it is whole
``formats``          what each file format can hold: suffixes, subtypes, sample rates, channels
``libsndfile``       the decoder for WAV, FLAC, OGG, MP3, AIFF and a dozen more
``ffmpeg``           the decoder for M4A, AAC and the sound of videos, if there is an ``ffmpeg`` program
``source``           files, pipes and standard input, checked and made fit to be rewound
``atomic``           a file that appears under its name only when it is whole
``recording``        `Recording`: a source that can be listened to more than once; mono, and back to channels
``stft``             `Stft`: frames and back, any length
``phase``            `griffin_lim`: phases for edited magnitudes
``spool``            samples that wait on the disk until the whole recording is known
``resampling``       `Resampler`, `resample`: change of sample rate, streamed, with exact lengths
``percussion``       `HarmonicPercussive`: drums apart from everything else, streamed
``loudness``         `channel_gains`, `apply_gains`: the stereo balance of one sound put onto another
``mel``              `mel_filterbank`
``torchaudio``       ``functional`` and ``transforms``, also where torchaudio itself refuses to import
==================== =====================================================================================

Conventions: audio is a float32 NumPy array ``(channels, samples)`` with full scale ±1; a *block* is a
stretch of it; lengths are in samples (of one channel) unless a name says seconds.  Import what you need from
the module that has it: reading a file must not load torch, so nothing is imported here.
"""
