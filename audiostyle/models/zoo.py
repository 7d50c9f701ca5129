"""The models there are: find one by name or path, check its files against their sha256, load its tensors.

Shipped models lie in the package; a user's own lie in the store, as ``models/NAME/NAME.toml`` under
``$AUDIOSTYLE_HOME``, else ``$XDG_CACHE_HOME/audiostyle``, else ``~/.cache/audiostyle``.
Weights are safetensors: nothing is ever unpickled, so a stranger's model cannot run code.
"""

import hashlib
import importlib.resources
import logging
import os
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING, NamedTuple

from audiostyle.errors import ModelNotFound, did_you_mean
from audiostyle.models.manifest import DomainEntry, Manifest, WeightFile, read_manifest

if TYPE_CHECKING:
    from torch import Tensor

__all__ = [
    "DEFAULT",
    "DomainEntry",
    "FileCheck",
    "Manifest",
    "WeightFile",
    "find_manifests",
    "find_model",
    "list_models",
    "load_tensors",
    "shipped_folder",
    "store_folder",
    "verify_model",
]

DEFAULT = "universal"
"""The model that translates unless another is asked for."""

_LONGEST_CHAIN = 16  # of models that extend each other

log = logging.getLogger(__name__)


class FileCheck(NamedTuple):
    """What :func:`verify_model` found of one file.

    Attributes:
        file: path of the weight file.
        ok: whether it is there and whole.
        message: a line for users.
    """

    file: Path
    ok: bool
    message: str


def shipped_folder() -> Path:
    """Return the folder of the models that come with the package.  It is never written."""
    return Path(str(importlib.resources.files("audiostyle.models") / "weights"))


def store_folder() -> Path:
    """Return the folder of the user's own models, which need not exist."""
    home = os.environ.get("AUDIOSTYLE_HOME")
    cache = os.environ.get("XDG_CACHE_HOME")
    # Not Path.home(), which raises an error where a user has no home.
    root = Path(home) if home else Path(cache or os.path.expanduser("~/.cache")) / "audiostyle"
    return root / "models"


def list_models() -> list[Manifest]:
    """Return the shipped models, then the user's, each sorted by name.

    A damaged one is left out, with a warning in the log.

    Example:
        >>> [manifest.name for manifest in list_models()][:5]
        ['photo', 'spectrogram', 'styles', 'timbre', 'universal']
    """
    models = []
    for path in find_manifests().values():
        try:
            models.append(_read(path))
        except ModelNotFound as error:
            log.warning("%s", error)
    return models


def find_model(name_or_path: str | Path = DEFAULT) -> Manifest:
    """Return the manifest of the model of that name, or of the one in that folder or manifest file.

    Nothing is ever downloaded: every model lies on disk.

    Args:
        name_or_path: the name of a shipped model or of one in the user's store, else the path of a model's
            folder or of its manifest.

    Raises:
        ModelNotFound: there is none, or its manifest is damaged.

    Example:
        >>> list(find_model("universal").domains)[:4]
        ['piano', 'strings', 'guitar', 'organ']
        >>> find_model("univrsal")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        audiostyle.errors.ModelNotFound: no model 'univrsal', did you mean 'universal'?; there is ...
    """
    return _read(_locate(str(name_or_path), Path()))


def verify_model(manifest: Manifest) -> list[FileCheck]:
    """Check that every file of a model is there and has the sha256 of the manifest.  It never raises.

    Args:
        manifest: of the model, as :func:`find_model` returns it.

    Returns:
        What was found of each weight file, in the order of :meth:`~.manifest.Manifest.weights`.

    Example:
        >>> all(check.ok for check in verify_model(find_model("timbre")))
        True
    """
    return [_check(weights) for weights in manifest.weights()]


def load_tensors(weights: WeightFile) -> "dict[str, Tensor]":
    """Return the tensors of one weight file by name, on the CPU and in the precision they are stored in.

    The bytes that are checked are the bytes that are used.

    Args:
        weights: a weight file of a model folder.

    Returns:
        Name → tensor, of its own shape.

    Raises:
        ModelNotFound: the file is missing, differs from its sha256 or is no safetensors file.

    Example:
        >>> load_tensors(find_model("timbre").encoder)["mean"].shape
        torch.Size([12])
    """
    from safetensors import SafetensorError
    from safetensors.torch import load

    data = _verified_bytes(weights)
    try:
        return load(data)
    except SafetensorError as error:
        raise ModelNotFound(
            f"{weights.file}: not a safetensors file ({error}); nothing else is loaded"
        ) from None


def find_manifests() -> dict[str, Path]:
    """Return the manifest file of every model by name, without reading any.

    A folder in the user's store cannot take over a shipped model's name.

    Example:
        >>> find_manifests()["universal"].name
        'universal.toml'
    """
    shipped = {path.stem: path for path in sorted(shipped_folder().glob("*.toml"))}
    own = {
        path.stem: path for path in sorted(store_folder().glob("*/*.toml")) if path.parent.name == path.stem
    }
    return shipped | {name: path for name, path in own.items() if name not in shipped}


def _locate(name_or_path: str, base: Path) -> Path:
    """Return the manifest file of a name or a path, which is relative to ``base``."""
    known = find_manifests()
    if name_or_path in known:
        return known[name_or_path]
    path = base / os.path.expanduser(name_or_path)
    if path.is_dir():
        return _manifest_in(path)
    if path.is_file() and path.suffix == ".toml":
        return path.resolve()
    if path.exists():
        raise ModelNotFound(f"{path}: not a model; give its folder or its .toml manifest")
    raise ModelNotFound(
        f"no model {name_or_path!r}{did_you_mean(name_or_path, known)}; "
        f"there is {', '.join(known) or 'none'} (see 'audiostyle models list'), or give a model's folder"
    )


def _manifest_in(folder: Path) -> Path:
    folder = folder.resolve()
    named = folder / f"{folder.name}.toml"
    found = [named] if named.is_file() else sorted(folder.glob("*.toml"))
    if len(found) != 1:
        what = "no manifest (.toml)" if not found else f"{len(found)} manifests; give one of them"
        raise ModelNotFound(f"{folder}: the folder holds {what}")
    return found[0]


def _read(path: Path, children: tuple[Path, ...] = ()) -> Manifest:
    """Read a manifest and those that it extends; ``children`` are the manifests that led to it."""
    if path in children:
        raise ModelNotFound(f"{path}: the model extends itself; correct 'extends' in its manifest")
    if len(children) > _LONGEST_CHAIN:
        raise ModelNotFound(f"{children[0]}: more than {_LONGEST_CHAIN} models extend each other")
    return read_manifest(path, parent=lambda name: _read(_locate_parent(name, path), (*children, path)))


def _locate_parent(name: object, child: Path) -> Path:
    """Return the manifest of the model that another one extends, by name or by a path on this machine.

    A path may lead anywhere here, as ``--extends`` does: all that is done there is to read a model, whose
    files lie in a folder of their own again.

    Raises:
        ModelNotFound: there is none, or the name is none.
    """
    if not isinstance(name, str) or not name.isprintable() or PureWindowsPath(name).drive.startswith("\\\\"):
        raise ModelNotFound(f"{child}: 'extends' names no model; correct it")
    try:
        return _locate(name, child.parent)
    except (OSError, ValueError, RuntimeError):  # a name too long, a user's folder that is not known
        raise ModelNotFound(f"{child}: 'extends' names no model; correct it") from None
    except ModelNotFound as error:
        raise ModelNotFound(f"{child}: {error}") from None


def _check(weights: WeightFile) -> FileCheck:
    try:
        _verified_bytes(weights)
    except ModelNotFound as error:
        return FileCheck(weights.file, False, str(error))
    return FileCheck(weights.file, True, "sha256 matches")


def _verified_bytes(weights: WeightFile) -> bytes:
    try:
        if weights.file.exists() and not weights.file.is_file():  # a pipe, say, which would be waited for
            raise ModelNotFound(f"{weights.file}: weights cannot be read (not a file); {_REMEDY}")
        data = weights.file.read_bytes()
    except OSError as error:
        raise ModelNotFound(f"{weights.file}: weights cannot be read ({error.strerror}); {_REMEDY}") from None
    if hashlib.sha256(data).hexdigest() != weights.sha256:
        raise ModelNotFound(
            f"{weights.file}: weights are damaged (sha256 differs from the manifest); {_REMEDY}"
        )
    return data


_REMEDY = "install the model again (for a shipped one: pip install --force-reinstall audiostyle)"
