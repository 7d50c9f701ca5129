"""VGG files that torchvision publishes, downloaded on request and kept in the user's cache."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

from audiostyle.errors import ModelNotFound
from audiostyle.models.zoo import store_folder


@dataclass(frozen=True)
class RemoteFile:
    """A file on the network.

    Attributes:
        url: where it is published.
        sha256: the first hexadecimal digits of its sha256, eight or more.

    Example:
        >>> VGGS["vgg16"].file.name
        'vgg16-397923af.pth'
    """

    url: str
    sha256: str

    @property
    def file(self) -> Path:
        """Where it is kept once it is downloaded."""
        return store_folder().parent / "published" / self.url.rpartition("/")[2]


VGGS: Mapping[str, RemoteFile] = {
    "vgg16": RemoteFile("https://download.pytorch.org/models/vgg16-397923af.pth", "397923af"),
    "vgg19": RemoteFile("https://download.pytorch.org/models/vgg19-dcbb9e9d.pth", "dcbb9e9d"),
}
"""Trained on ImageNet, 550 MB each; torchvision names files by the first 32 bits of their sha256."""


def fetch_file(remote: RemoteFile, *, offline: bool = False) -> Path:
    """Return the local copy of a remote file, downloading it where there is none yet.

    The copy gets its name only when its sha256 begins as it should.

    Args:
        remote: the file.
        offline: never download.

    Raises:
        ModelNotFound: there is no copy and ``offline``, the download fails, or the sha256 is another one.

    Example:
        >>> missing = RemoteFile("https://example.org/x.pth", "00000000")
        >>> fetch_file(missing, offline=True)  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        audiostyle.errors.ModelNotFound: ...x.pth: not there, and --offline; download ... to it
    """
    import torch.hub

    file = remote.file
    if file.exists():
        return file
    if offline:
        raise ModelNotFound(f"{file}: not there, and --offline; download {remote.url} to it")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        torch.hub.download_url_to_file(remote.url, str(file), remote.sha256, progress=False)
    except RuntimeError:
        raise ModelNotFound(f"{remote.url}: its sha256 does not begin with {remote.sha256}") from None
    except (URLError, OSError) as error:
        reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or error
        raise ModelNotFound(f"{remote.url}: cannot be fetched ({reason}); put it at {file}") from None
    return file
