"""Writing a model folder: a new encoder, or one more domain or part in a user's own model.

Safe against being killed at any moment: weight files are written under names that the present manifest does
not mention, then the manifest is replaced by one rename, then files that nothing mentions are removed.
"""

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tomli_w

from audiostyle.atomic import check_writable, write_atomically
from audiostyle.errors import TrainingError
from audiostyle.models import zoo
from audiostyle.models.manifest import DOMAIN_NAME, Manifest, read_table
from audiostyle.temporaries import hold_folder, release_folder

if TYPE_CHECKING:
    from torch import Tensor, nn


def add_domain(
    folder: str | Path,
    name: str,
    tensors: "Mapping[str, Tensor]",
    *,
    config: Mapping[str, object],
    sounds_like: str,
    lowest: int,
    highest: int,
    card: str,
    measured: Mapping[str, float] | None = None,
    extends: str | None = zoo.DEFAULT,
    bend: float = 0.0,
    level: bool = False,
) -> Manifest:
    """Add a domain to a model folder, or replace it.

    A folder without a manifest becomes a model called like the folder that inherits the encoder and the
    domains of ``extends``.  The sha256 of that encoder is kept, because the new decoder understands no other
    encoder's output.

    Args:
        folder: of the model; made if need be.
        name: of the domain.
        tensors: weights of its decoder by name.
        config: the decoder's ``kind``, sizes and further numbers, as the manifest is to hold them.
        sounds_like: the sound in words.
        lowest, highest: the domain's range as MIDI numbers, both included.
        card: the Markdown text of the card.
        measured: results of benchmarks by name.
        extends: name or folder of the model whose encoder a new folder inherits.
        bend: semitones by which its notes can be bent while they sound.
        level: whether their level can change while they sound.

    Returns:
        The model as it is now.

    Raises:
        TrainingError: the name is none for a domain, the folder is the shipped one or cannot be written, or a
            new folder has no model to extend.
        ModelNotFound: there is no model ``extends``, or the folder's manifest is damaged.

    Example:
        >>> import tempfile, torch
        >>> settings = {"sounds_like": "an alto saxophone", "lowest": 49, "highest": 80, "card": "# Sax"}
        >>> folder = Path(tempfile.mkdtemp(), "mine")
        >>> model = add_domain(folder, "sax", {"weight": torch.zeros(2)}, config={"kind": "x"}, **settings)
        >>> "piano" in model.domains, "sax" in model.domains
        (True, True)
    """
    check_domain_name(name)
    known = {
        "sounds_like": sounds_like,
        "lowest": int(lowest),
        "highest": int(highest),
        "config": dict(config),
    }
    known |= {"bend": float(bend)} if bend else {}
    known |= {"level": True} if level else {}
    known["measured"] = {key: float(value) for key, value in (measured or {}).items()}
    with _hold(folder) as folder:
        table = _read_or_start_table(folder, extends)
        table.setdefault("domains", {})[name] = _write_weights(folder, name, tensors, card) | known
        return _publish(folder, table)


def add_encoder(
    folder: str | Path,
    tensors: "Mapping[str, Tensor]",
    *,
    config: Mapping[str, object],
    card: str,
    version: str = "1",
    license: str = "Apache-2.0",
    summary: str = "",
) -> Manifest:
    """Start a model folder (or a new version of it, without domains and parts) with an encoder of its own.

    Args:
        folder: of the model, which is called like it; made if need be.
        tensors: weights of the encoder by name.
        config: the encoder's ``kind`` and sizes.
        card: the Markdown text of the card.
        version, license, summary: what the manifest says of the model.

    Returns:
        The model as it is now.

    Raises:
        TrainingError: the folder is the shipped one, or cannot be written.

    Example:
        >>> import tempfile, torch
        >>> folder = Path(tempfile.mkdtemp(), "mine")
        >>> add_encoder(folder, {"weight": torch.zeros(2)}, config={"kind": "x"}, card="# Mine").name
        'mine'
    """
    with _hold(folder) as folder:
        table = {"name": folder.name, "version": version, "license": license, "summary": summary}
        encoder = _write_weights(folder, "encoder", tensors, card) | {"config": config}
        return _publish(folder, {**table, "encoder": encoder})


def add_part(
    folder: str | Path, name: str, tensors: "Mapping[str, Tensor]", *, config: Mapping[str, object], card: str
) -> Manifest:
    """Add weights to a model folder that are no domain's own, such as an autoencoder's decoders.

    Args:
        folder: of a model that exists.
        name: of the part; ``DOMAIN.KIND`` for a further decoder of a domain.
        tensors: weights by name.
        config: what belongs to them: ``kind``, sizes and further numbers.
        card: the Markdown text of the card.

    Returns:
        The model as it is now.

    Raises:
        TrainingError: the folder is the shipped one, or cannot be written.
        ModelNotFound: there is no model in the folder.

    Example:
        >>> import tempfile, torch
        >>> folder = Path(tempfile.mkdtemp(), "mine")
        >>> model = add_encoder(folder, {"weight": torch.zeros(2)}, config={"kind": "x"}, card="# Mine")
        >>> list(add_part(folder, "decoders", {"weight": torch.ones(2)}, config={}, card="").parts)
        ['decoders']
    """
    with _hold(folder) as folder:
        table: dict[str, Any] = read_table(folder / f"{folder.name}.toml")
        table.setdefault("parts", {})[name] = _write_weights(folder, name, tensors, card) | {"config": config}
        return _publish(folder, table)


def half_precision(module: "nn.Module") -> "dict[str, Tensor]":
    """Return a module's weights by name in half precision, which is all that most weight files need.

    Args:
        module: a network; it is not changed.

    Returns:
        The tensors of its ``state_dict``, float16, of their own shapes.

    Example:
        >>> import torch
        >>> half_precision(torch.nn.Linear(2, 2))["bias"].dtype
        torch.float16
    """
    return {name: tensor.detach().half() for name, tensor in module.state_dict().items()}


def check_domain_name(name: str) -> None:
    """Raise TrainingError where ``name`` cannot be a domain's; worth a check before a long training.

    Args:
        name: small letters, digits, ``-`` and ``_`` are allowed, the first two at its start.

    Raises:
        TrainingError: the name holds anything else, or nothing.

    Example:
        >>> check_domain_name("My Sax")
        Traceback (most recent call last):
        audiostyle.errors.TrainingError: domain name 'My Sax': use small letters, digits, - and _
    """
    if not DOMAIN_NAME.fullmatch(name):
        raise TrainingError(f"domain name {name!r}: use small letters, digits, - and _")


def write_manifest(folder: str | Path, table: Mapping[str, object]) -> Path:
    """Write tables as the manifest ``folder/NAME.toml``, in one rename.

    Args:
        folder: of the model; made if need be.
        table: the manifest's tables; ``name`` is the name of the model.

    Returns:
        The path of the manifest.

    Raises:
        TrainingError: the folder is the shipped one, or cannot be written.

    Example:
        >>> import tempfile
        >>> write_manifest(tempfile.mkdtemp(), {"name": "mine", "version": "1"}).name
        'mine.toml'
    """
    path = _own_folder(folder) / f"{table['name']}.toml"
    _write(path, tomli_w.dumps(dict(table)).encode())
    return path


def check_folder(folder: str | Path) -> None:
    """Check that a model folder can be written, before the training whose result it is to hold; it is made.

    Args:
        folder: of a user's own model.

    Raises:
        TrainingError: it is the shipped one, or cannot be made or written.

    Example:
        >>> check_folder(zoo.shipped_folder())  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        audiostyle.errors.TrainingError: ...: shipped models are never changed; give a folder of your own
    """
    check_writable(_own_folder(folder) / "x.toml", TrainingError)


def _own_folder(folder: str | Path) -> Path:
    """Make a user's folder if need be; raises TrainingError for the shipped one and where that fails."""
    folder = Path(os.path.expanduser(folder)).resolve()
    if folder.is_relative_to(zoo.shipped_folder().resolve()):
        raise TrainingError(f"{folder}: shipped models are never changed; give a folder of your own")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TrainingError(f"{folder}: cannot be made ({error.strerror}); give another folder") from None
    return folder


@contextmanager
def _hold(folder: str | Path) -> Iterator[Path]:
    """Yield a user's folder, which no other process writes to meanwhile, or its addition might be lost."""
    own = _own_folder(folder)
    hold = hold_folder(own, wait=True)
    try:
        yield own
    finally:
        release_folder(hold)


def _read_or_start_table(folder: Path, extends: str | None) -> dict[str, Any]:
    """Return the tables of the folder's manifest, or those of a new one that extends a model."""
    path = folder / f"{folder.name}.toml"
    if path.exists():
        return read_table(path)
    table = {
        "name": folder.name,
        "version": "1",
        "license": "unspecified",
        "summary": f"domains of {folder.name}",
    }
    if extends is None:
        raise TrainingError(f"{folder}: a model needs an encoder; name a model to extend")
    return table | {"extends": extends, "encoder_sha256": zoo.find_model(extends).encoder.sha256}


def _write_weights(folder: Path, part: str, tensors: "Mapping[str, Tensor]", card: str) -> dict[str, Any]:
    """Write a weight file and its card, and return what the manifest says of them."""
    from safetensors.torch import save

    data = save({name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()})
    digest = hashlib.sha256(data).hexdigest()
    stem = f"{folder.name}.{part}"
    file = folder / f"{stem}.safetensors"
    if file.name in _list_mentioned(folder) and not (file.is_file() and file.read_bytes() == data):
        stem += f".{digest[:8]}"  # the manifest in force needs the other one: leave it whole
    _write(folder / f"{stem}.safetensors", data)
    _write(folder / f"{stem}.md", card.encode())
    return {"file": f"{stem}.safetensors", "sha256": digest, "card": f"{stem}.md"}


def _publish(folder: Path, table: Mapping[str, Any]) -> Manifest:
    """Replace the manifest, remove the weights and cards that it does not mention, and return the model.

    Those of killed processes are among them, which no manifest has ever mentioned.
    """
    before = _list_mentioned(folder)
    path = write_manifest(folder, table)
    mentioned = _list_files(table)
    parts = "|".join(map(re.escape, ["encoder", *table.get("domains", {}), *table.get("parts", {})]))
    ours = re.compile(rf"{re.escape(folder.name)}\.({parts})(\.[0-9a-f]{{8}})?\.(safetensors|md)")
    found = {file.name for file in folder.iterdir() if ours.fullmatch(file.name)}
    for name in (found | before) - mentioned:
        (folder / name).unlink(missing_ok=True)
    return zoo.find_model(path)


def _list_mentioned(folder: Path) -> set[str]:
    """Return the names of the files that the folder's manifest mentions, if it has one."""
    path = folder / f"{folder.name}.toml"
    return _list_files(read_table(path)) if path.exists() else set()


def _list_files(table: Mapping[str, Any]) -> set[str]:
    """Return the names of the files that a manifest's tables mention."""
    entries = [*table.get("domains", {}).values(), *table.get("parts", {}).values()]
    entries += [table["encoder"]] if "encoder" in table else []
    return {entry[key] for entry in entries for key in ("file", "card") if entry.get(key)}


def _write(path: Path, data: bytes) -> None:
    """Write a file that appears under its name only when it is whole and on the disk."""
    with write_atomically(path, TrainingError, durable=True) as temporary:
        temporary.write_bytes(data)
