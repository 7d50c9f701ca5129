"""VGG files that torchvision publishes, fetched when they are asked for and kept in the user's store."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

from audiostyle.errors import ModelNotFound
from audiostyle.models.zoo import store_folder


@dataclass(frozen=True)
class RemoteFile:
    """A file on the network: where it is, and how its sha256 begins."""

    url: str
    sha256: str

    @property
    def file(self) -> Path:
        """Where it is kept."""
        return store_folder().parent / "published" / self.url.rpartition("/")[2]


VGGS: Mapping[str, RemoteFile] = {
    "vgg16": RemoteFile("https://download.pytorch.org/models/vgg16-397923af.pth", "397923af"),
    "vgg19": RemoteFile("https://download.pytorch.org/models/vgg19-dcbb9e9d.pth", "dcbb9e9d"),
}
"""ImageNet's, 550 MB each; torchvision names files by the first 32 bits of their sha256."""


def fetch_file(published: RemoteFile, *, offline: bool = False) -> Path:
    """Return the file, downloading it if it is not there yet.

    It gets its name only when its sha256 begins as it should.

    Raises:
        ModelNotFound: it is not there and ``offline``, or cannot be downloaded, or is another file.
    """
    import torch.hub

    file = published.file
    if file.exists():
        return file
    if offline:
        raise ModelNotFound(f"{file}: not there, and --offline; download {published.url} to it")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        torch.hub.download_url_to_file(published.url, str(file), published.sha256, progress=False)
    except RuntimeError:
        raise ModelNotFound(f"{published.url}: its sha256 does not begin {published.sha256}") from None
    except (URLError, OSError) as error:
        reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or error
        raise ModelNotFound(f"{published.url}: cannot be fetched ({reason}); put it at {file}") from None
    return file
