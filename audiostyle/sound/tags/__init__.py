"""What a file says about its sound: title, cover, cue points, speakers; read from one, kept in another.

==========================  =============================================================================
:mod:`.tags`                `Tags` and `Picture`: what there is, by names that all formats share
:mod:`.reading`             `read_tags`: of any file
:mod:`.writing`             `write_tags`: into a file that libsndfile has written
:mod:`.id3`                 ID3v2, of MP3, and inside WAV and AIFF
:mod:`.vorbis`              Vorbis comments and FLAC pictures
:mod:`.flac_blocks`         where FLAC has them
:mod:`.ogg_pages`           where Ogg has them
:mod:`.riff_chunks`         WAV's and AIFF's chunks: INFO, bext, cue points, loops
==========================  =============================================================================

Why not a library: mutagen, the one that writes all formats, is under GPL-2.0-or-later, and a program that
imports it may be distributed under the GPL only, while this one is Apache-2.0; tinytag and others read only.
What is needed here is small: a few tables of names, and the place where each format keeps them.
"""
