"""Writing a model folder: a new encoder, or one more domain in a user's own model.

Safe against being killed at any moment: weight files are written under names that the present manifest does
not mention, then the manifest changes in one rename, then files that nothing mentions any more are removed.
"""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tomli_w

from audiostyle.errors import TrainingError
from audiostyle.models import zoo
from audiostyle.models.manifest import DOMAIN_NAME, Manifest, read_table

if TYPE_CHECKING:
    from torch import Tensor, nn


def add_domain(
    folder: str | Path,
    name: str,
    tensors: "Mapping[str, Tensor]",
    *,
    config: Mapping[str, Any],
    sounds_like: str,
    lowest: int,
    highest: int,
    card: str,
    measured: Mapping[str, float] | None = None,
    extends: str | None = zoo.DEFAULT,
) -> Manifest:
    """Add the domain ``name`` (or replace it) in the model ``folder``, and return the model as it is now.

    A folder without a manifest becomes a model called like the folder that inherits the encoder and the
    domains of ``extends``; the sha256 of that encoder is kept, because the new decoder reads no other's code.
    ``lowest`` and ``highest`` are MIDI numbers; ``card`` is the Markdown text of the card.
    Raises TrainingError (bad name, the shipped folder, a folder that cannot be written) and ModelNotFound.
    """
    check_domain_name(name)
    folder = _own_folder(folder)
    table = _table(folder, extends)
    entry = _write_weights(folder, name, tensors, card)
    entry |= {
        "sounds_like": sounds_like,
        "lowest": int(lowest),
        "highest": int(highest),
        "config": dict(config),
    }
    entry["measured"] = {key: float(value) for key, value in (measured or {}).items()}
    table.setdefault("domains", {})[name] = entry
    return _publish(folder, table)


def add_encoder(
    folder: str | Path,
    tensors: "Mapping[str, Tensor]",
    *,
    config: Mapping[str, Any],
    card: str,
    version: str = "1",
    licence: str = "Apache-2.0",
    summary: str = "",
) -> Manifest:
    """Start the model ``folder`` (or a new version of it, without domains) with its own encoder."""
    folder = _own_folder(folder)
    table = {"name": folder.name, "version": version, "licence": licence, "summary": summary}
    return _publish(
        folder, table | {"encoder": _write_weights(folder, "encoder", tensors, card) | {"config": config}}
    )


def add_part(
    folder: str | Path, name: str, tensors: "Mapping[str, Tensor]", *, config: Mapping[str, Any], card: str
) -> Manifest:
    """Add weights that are no domain's, such as an image backbone's decoders, to the model ``folder``."""
    folder = _own_folder(folder)
    table = read_table(folder / f"{folder.name}.toml")
    table.setdefault("parts", {})[name] = _write_weights(folder, name, tensors, card) | {"config": config}
    return _publish(folder, table)


def half_precision(module: "nn.Module") -> "dict[str, Tensor]":
    """Return what a weight file holds of a module whose weights need no more than half precision."""
    return {name: tensor.detach().half() for name, tensor in module.state_dict().items()}


def check_domain_name(name: str) -> None:
    """Raise TrainingError where ``name`` cannot be a domain's; worth asking before a long training."""
    if not DOMAIN_NAME.fullmatch(name):
        raise TrainingError(f"domain name {name!r}: use small letters, digits, - and _")


def write_manifest(folder: str | Path, table: Mapping[str, Any]) -> Path:
    """Put ``table`` in place as ``folder/NAME.toml``, whole and at once.  Raises TrainingError."""
    path = _own_folder(folder) / f"{table['name']}.toml"
    _write(path, tomli_w.dumps(dict(table)).encode())
    return path


def _own_folder(folder: str | Path) -> Path:
    folder = Path(folder).expanduser().resolve()
    if folder.is_relative_to(zoo.shipped_folder().resolve()):
        raise TrainingError(f"{folder}: shipped models are never changed; give a folder of your own")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TrainingError(f"{folder}: cannot be made ({error.strerror}); give another folder") from None
    return folder


def _table(folder: Path, extends: str | None) -> dict[str, Any]:
    path = folder / f"{folder.name}.toml"
    if path.exists():
        return read_table(path)
    table = {
        "name": folder.name,
        "version": "1",
        "licence": "unspecified",
        "summary": f"domains of {folder.name}",
    }
    if extends is None:
        raise TrainingError(f"{folder}: a model needs an encoder; name a model to extend")
    return table | {"extends": extends, "encoder_sha256": zoo.find_model(extends).encoder.sha256}


def _write_weights(folder: Path, part: str, tensors: "Mapping[str, Tensor]", card: str) -> dict[str, Any]:
    from safetensors.torch import save

    data = save({name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()})
    digest = hashlib.sha256(data).hexdigest()
    stem = f"{folder.name}.{part}"
    if (folder / f"{stem}.safetensors").exists():  # the manifest in force may mention it: leave it whole
        stem += f".{digest[:8]}"
    _write(folder / f"{stem}.safetensors", data)
    _write(folder / f"{stem}.md", card.encode())
    return {"file": f"{stem}.safetensors", "sha256": digest, "card": f"{stem}.md"}


def _publish(folder: Path, table: Mapping[str, Any]) -> Manifest:
    path = folder / f"{folder.name}.toml"
    before = _mentioned(read_table(path)) if path.exists() else set()
    write_manifest(folder, table)
    for name in before - _mentioned(table):
        (folder / name).unlink(missing_ok=True)
    return zoo.find_model(path)


def _mentioned(table: Mapping[str, Any]) -> set[str]:
    entries = [*table.get("domains", {}).values(), *table.get("parts", {}).values()]
    entries += [table["encoder"]] if "encoder" in table else []
    return {entry[key] for entry in entries for key in ("file", "card") if entry.get(key)}


def _write(path: Path, data: bytes) -> None:
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())  # before the rename: after a power cut a name must not stand for nothing
        os.replace(part, path)
    except OSError as error:
        raise TrainingError(
            f"{path}: cannot be written ({error.strerror}); make room or give another folder"
        ) from None
    finally:
        part.unlink(missing_ok=True)
