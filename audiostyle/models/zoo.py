"""Models by name or path: find one, check its files against their sha256, load its tensors.

Shipped models lie in the package; a user's own lie in the store, as ``models/NAME/NAME.toml`` under
``$AUDIOSTYLE_HOME``, else ``$XDG_CACHE_HOME/audiostyle``, else ``~/.cache/audiostyle``.
Weights are safetensors: nothing is ever unpickled, so a model from a stranger cannot run code.
"""

import hashlib
import importlib.resources
import logging
import os
from pathlib import Path
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
    "find_model",
    "list_models",
    "load_tensors",
    "find_manifests",
    "shipped_folder",
    "store_folder",
    "verify_model",
]

DEFAULT = "universal"
log = logging.getLogger(__name__)


class FileCheck(NamedTuple):
    """What ``verify_model`` found out about one file."""

    file: Path
    ok: bool
    message: str


def shipped_folder() -> Path:
    """The folder of the models that come with the package.  It is never written."""
    return Path(str(importlib.resources.files("audiostyle.models") / "weights"))


def store_folder() -> Path:
    """The folder of the user's own models (it need not exist)."""
    home = os.environ.get("AUDIOSTYLE_HOME")
    cache = os.environ.get("XDG_CACHE_HOME")
    root = Path(home) if home else (Path(cache) if cache else Path.home() / ".cache") / "audiostyle"
    return root / "models"


def list_models() -> list[Manifest]:
    """Shipped models, then the user's, each by name.  A damaged one is left out, with a line in the log."""
    models = []
    for path in find_manifests().values():
        try:
            models.append(_read(path))
        except ModelNotFound as error:
            log.warning("%s", error)
    return models


def find_model(name_or_path: str | Path = DEFAULT, *, offline: bool = True) -> Manifest:
    """The model of that name, or the one in that folder or manifest file.  Raises ModelNotFound.

    Every model there is today lies on disk, so ``offline=False`` fetches nothing either.
    """
    return _read(_locate(str(name_or_path), Path()))


def verify_model(manifest: Manifest) -> list[FileCheck]:
    """Check every file of the model: there, and of the sha256 that the manifest says.  Never raises."""
    return [_check(weights) for weights in manifest.weights()]


def load_tensors(weights: WeightFile) -> "dict[str, Tensor]":
    """The tensors of one weight file, on the CPU and in the precision they are stored in.

    The bytes that are checked are the bytes that are used.  Raises ModelNotFound when the file is missing,
    differs from its sha256 or is no safetensors file.
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
    """Name → manifest, unread.  A shipped name cannot be taken over by a folder in the user's store."""
    shipped = {path.stem: path for path in sorted(shipped_folder().glob("*.toml"))}
    own = {
        path.stem: path for path in sorted(store_folder().glob("*/*.toml")) if path.parent.name == path.stem
    }
    return shipped | {name: path for name, path in own.items() if name not in shipped}


def _locate(name_or_path: str, base: Path) -> Path:
    known = find_manifests()
    if name_or_path in known:
        return known[name_or_path]
    path = base / Path(name_or_path).expanduser()
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


def _read(path: Path, inside: tuple[Path, ...] = ()) -> Manifest:
    if path in inside:
        raise ModelNotFound(f"{path}: the model extends itself; correct 'extends' in its manifest")
    return read_manifest(path, parent=lambda name: _read(_locate(name, path.parent), (*inside, path)))


def _check(weights: WeightFile) -> FileCheck:
    try:
        _verified_bytes(weights)
    except ModelNotFound as error:
        return FileCheck(weights.file, False, str(error))
    return FileCheck(weights.file, True, "sha256 matches")


def _verified_bytes(weights: WeightFile) -> bytes:
    try:
        data = weights.file.read_bytes()
    except OSError as error:
        raise ModelNotFound(f"{weights.file}: weights cannot be read ({error.strerror}); {_REMEDY}") from None
    if hashlib.sha256(data).hexdigest() != weights.sha256:
        raise ModelNotFound(
            f"{weights.file}: weights are damaged (sha256 differs from the manifest); {_REMEDY}"
        )
    return data


_REMEDY = "install the model again (for a shipped one: pip install --force-reinstall audiostyle)"
