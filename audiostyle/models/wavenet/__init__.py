"""WaveNet: the autoregressive network, the published encoder, and fast sampling."""
