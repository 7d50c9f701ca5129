"""What the bytes of a file prove about the sound in it: how many recordings, where, how long.

=====================  ==================================================================================
:mod:`.finding`        `survey_file`: any file; joined files of several formats too
:mod:`.survey`         `Survey` and `Part`: what was found, and what is to be said of it
:mod:`.view`           `View`: stretches of a file that a decoder takes for a file of its own
:mod:`.mpeg`           MP3 and the other layers: every frame counted
:mod:`.mpeg_frames`    the headers of its frames, and walking from one to the next
:mod:`.riff`           WAV, RF64, W64, AIFF, CAF, 8SVX: where the samples end
:mod:`.chunks`         names, sizes and alignment of their chunks
:mod:`.encodings`      how many bytes a second of sound has in them
:mod:`.au`             AU
:mod:`.flac`           FLAC: the length from its last frame
:mod:`.ogg`            Ogg: chained streams
:mod:`.movie`          MP4 files that were joined
:mod:`.heads`          joined files of other formats that ffmpeg decodes
=====================  ==================================================================================

A header says what a program meant to write.  What it wrote may be shorter (the power failed, a download
ended), longer (a pipe, which cannot go back to the header) or several files in one.  Decoders believe headers
and stop there without a word.  So lengths are proved here, at the cost of a scan that is small beside
decoding.  A disagreement is resolved towards more music, and said.
"""
