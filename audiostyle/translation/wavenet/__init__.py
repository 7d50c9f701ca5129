"""Synthesis of domains sample by sample, with a WaveNet."""
