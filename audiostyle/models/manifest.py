"""What a model folder says about itself: the manifest ``NAME.toml``, read and checked.

A model folder holds one manifest, weight files (safetensors) and a Markdown card for each of them.
A manifest may say ``extends = "universal"``: it then inherits that model's encoder and domains and adds its
own, which is how a domain trained on a user's recordings lives beside the shipped ones without copying them.
"""

import hashlib
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from audiostyle.errors import ModelNotFound, UnknownDomain, did_you_mean

# A domain's name becomes part of file names, so it is kept to what every file system takes.
DOMAIN_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")


@dataclass(frozen=True)
class WeightFile:
    """One weight file of a model.

    ``file`` and ``card`` are absolute paths (``card`` is None where there is none), ``sha256`` is the
    hexadecimal digest of ``file``, ``config`` holds the sizes that the network's constructor takes.
    """

    name: str
    file: Path
    sha256: str
    card: Path | None
    config: Mapping[str, Any]


@dataclass(frozen=True)
class DomainEntry(WeightFile):
    """A decoder: its sound in words, its pitch range (MIDI numbers, both included), its measured quality."""

    sounds_like: str
    lowest: int
    highest: int
    measured: Mapping[str, float]


@dataclass(frozen=True)
class Manifest:
    """A model: one encoder, and what reads its code.  ``path`` is the manifest's own file.

    A model that translates has a decoder for each domain; a further decoder of another kind is the part
    ``DOMAIN.KIND``.  A model of another job has ``parts`` by other names.
    """

    name: str
    version: str
    licence: str
    summary: str
    path: Path
    encoder: WeightFile
    domains: Mapping[str, DomainEntry]
    parts: Mapping[str, WeightFile] = field(default_factory=dict)

    def domain(self, name: str) -> DomainEntry:
        """The domain called ``name``; raises UnknownDomain with the names there are, nearest first."""
        if name not in self.domains:
            raise UnknownDomain(
                f"model {self.name!r} has no domain {name!r}{did_you_mean(name, self.domains)}; "
                f"it has {', '.join(self.domains) or 'none'}"
            )
        return self.domains[name]

    def decoder(self, domain: str, kind: str | None = None) -> WeightFile:
        """The domain's decoder of that kind, or its first one.

        Raises UnknownDomain, and ModelNotFound with the domains that have a decoder of the kind.
        """
        entry = self.domain(domain)
        if kind in (None, entry.config.get("kind")):
            return entry
        if part := self.parts.get(f"{domain}.{kind}"):
            return part
        having = [name for name in self.domains if kind in self.kinds(name)]
        raise ModelNotFound(
            f"model {self.name!r} has no decoder of the kind {kind!r} for {domain!r}; "
            + (f"it has one for {', '.join(having)}" if having else "it has none of that kind")
        )

    def kinds(self, domain: str) -> list[str]:
        """The kinds of the domain's decoders, its first one's first; none where there is no such domain."""
        if domain not in self.domains:
            return []
        further = [name.removeprefix(f"{domain}.") for name in self.parts if name.startswith(f"{domain}.")]
        return [str(self.domains[domain].config.get("kind")), *further]

    def weights(self) -> list[WeightFile]:
        """Every weight file of the model, the encoder first."""
        return [self.encoder, *self.domains.values(), *self.parts.values()]

    def fingerprint(self, *domains: str, kind: str | None = None) -> str:
        """One sha256 for what decides the sound: the encoder and the named decoders (without names, all).

        A further decoder says itself beside which first one it was trained.
        """
        chosen = [self.encoder, *(self.decoder(name, kind) for name in domains or self.domains)]
        return hashlib.sha256("\n".join(w.sha256 for w in chosen).encode()).hexdigest()


def read_manifest(path: Path, parent: Callable[[str], Manifest]) -> Manifest:
    """Read and check ``path``; ``parent`` finds the model that it extends.  Raises ModelNotFound."""
    table = read_table(path)
    try:
        manifest = _assemble(path, table, parent(table["extends"]) if "extends" in table else None)
    except KeyError as key:
        raise ModelNotFound(f"{path}: the manifest lacks {key}; install the model again") from None
    except (TypeError, AttributeError, ValueError) as wrong:
        raise ModelNotFound(f"{path}: the manifest is malformed ({wrong}); install the model again") from None
    _check_identity(manifest, table.get("encoder_sha256"))
    return manifest


def read_table(path: Path) -> dict[str, Any]:
    """The manifest as plain TOML tables.  Raises ModelNotFound when it is missing or no TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise ModelNotFound(f"{path}: the manifest cannot be read ({reason})") from None
    except tomllib.TOMLDecodeError as error:
        raise ModelNotFound(f"{path}: the manifest is not valid TOML ({error})") from None


def _assemble(path: Path, table: Mapping[str, Any], base: Manifest | None) -> Manifest:
    own = {name: _domain(path, name, entry) for name, entry in table.get("domains", {}).items()}
    return Manifest(
        name=table["name"],
        version=str(table["version"]),
        licence=table["licence"],
        summary=table.get("summary", ""),
        path=path,
        encoder=_encoder(path, table["encoder"]) if base is None or "encoder" in table else base.encoder,
        domains={**(base.domains if base else {}), **own},
        parts={**(base.parts if base else {}), **_parts(path, table.get("parts", {}))},
    )


def _parts(path: Path, entries: Mapping[str, Any]) -> dict[str, WeightFile]:
    return {name: WeightFile(name, **_files(path, entry)) for name, entry in entries.items()}


def _check_identity(manifest: Manifest, expected_encoder: str | None) -> None:
    if manifest.name != manifest.path.stem:
        raise ModelNotFound(
            f"{manifest.path}: it names the model {manifest.name!r}; the file must be called so too"
        )
    if expected_encoder not in (None, manifest.encoder.sha256):
        # A decoder reads the code of the encoder it was trained with and makes noise from any other.
        raise ModelNotFound(
            f"{manifest.path}: its domains were trained with another version of the encoder; train them again"
        )


def _encoder(path: Path, entry: Mapping[str, Any]) -> WeightFile:
    return WeightFile("encoder", **_files(path, entry))


def _domain(path: Path, name: str, entry: Mapping[str, Any]) -> DomainEntry:
    if not DOMAIN_NAME.fullmatch(name):
        raise ValueError(f"domain name {name!r}: use small letters, digits, - and _")
    return DomainEntry(
        name,
        **_files(path, entry),
        sounds_like=entry["sounds_like"],
        lowest=int(entry["lowest"]),
        highest=int(entry["highest"]),
        measured=dict(entry.get("measured", {})),
    )


def _files(path: Path, entry: Mapping[str, Any]) -> dict[str, Any]:
    names = [entry["file"], *([entry["card"]] if entry.get("card") else [])]
    if any(Path(name).name != name for name in names):
        raise ValueError(f"{names}: a model's files lie in its own folder")
    files = [path.parent / name for name in names]
    return {
        "file": files[0],
        "card": files[1] if len(files) > 1 else None,
        "sha256": entry["sha256"],
        "config": dict(entry.get("config", {})),
    }
