"""The version of the package, as its installation says."""

from importlib import metadata

try:
    __version__ = metadata.version("audiostyle")
except metadata.PackageNotFoundError:  # run from a source tree that is not installed
    __version__ = "0+unknown"
