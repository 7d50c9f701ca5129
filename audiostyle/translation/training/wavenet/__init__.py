"""Training of WaveNet decoders."""
