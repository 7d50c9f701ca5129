"""What a model folder says about itself: the manifest ``NAME.toml``, read and checked.

A model folder holds one manifest, weight files (safetensors) and a Markdown card for each of them.
A manifest may say ``extends = "universal"``: it then inherits that model's encoder, domains and parts, and
adds its own, which is how a user's domain joins the shipped ones without a copy of them.

Manifests written by version 0.1 are read too; :data:`_RENAMED` lists the keys that had other names there.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PureWindowsPath
from typing import Any

from audiostyle.errors import ModelNotFound, UnknownDomain, did_you_mean
from audiostyle.toml_files import read_toml

DOMAIN_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
"""What a domain may be called: the name becomes part of file names, so it is what every file system takes."""

MOST_BEND = 24
"""Semitones by which a domain's notes can be bent at most."""

_SHIPPED = (Path(__file__).parent / "weights").resolve()

_RENAMED = {"colours": "channels", "plan": "network", "beside": "requires"}
"""Keys of a weight file's configuration in version 0.1 → their names now."""


@dataclass(frozen=True)
class WeightFile:
    """One weight file of a model.

    Attributes:
        name: ``encoder``, the domain's name, or the part's.
        file: absolute path of the safetensors file.
        sha256: hexadecimal digest of ``file``.
        card: absolute path of the Markdown card; None where there is none.
        config: its ``kind``, the sizes that the network's constructor takes, and what else belongs to it.

    Example:
        >>> from audiostyle.models import zoo
        >>> encoder = zoo.find_model("universal").encoder
        >>> encoder.file.name, encoder.config["kind"]
        ('universal.encoder.safetensors', 'pitch-grid')
    """

    name: str
    file: Path
    sha256: str
    card: Path | None
    config: Mapping[str, Any]


@dataclass(frozen=True)
class DomainEntry(WeightFile):
    """A domain: the weight file of its own decoder, and what is known of the domain.

    Attributes:
        sounds_like: the sound in words.
        lowest, highest: the range as MIDI numbers, both included.
        measured: results of benchmarks by name.
        bend: semitones by which its notes can be bent to either side while they sound; 0 where the manifest
            says nothing.
        level: whether the level of its notes can change while they sound, as of what is bowed, blown or sung.

    Example:
        >>> from audiostyle.models import zoo
        >>> zoo.find_model("universal").domain("organ").sounds_like
        'church organ, full and sustained'
    """

    sounds_like: str
    lowest: int
    highest: int
    measured: Mapping[str, float]
    bend: float = 0.0
    level: bool = False


@dataclass(frozen=True)
class Manifest:
    """A model: one encoder, and what decodes its output.

    A model that translates has a decoder for each domain, which is a spectral one in the shipped models; a
    further decoder of another kind is the part ``DOMAIN.KIND``.  A model of another job has parts by other
    names, such as an autoencoder's ``unpooling``.

    Attributes:
        name: of the model, and of its manifest without the suffix.
        version: of the model, as text.
        license: of the weights, as an SPDX expression.
        summary: one line.
        path: the manifest's own file.
        encoder: the weights of the encoder, perhaps inherited.
        domains, parts: the weights of decoders and of everything else, by name, inherited ones first.

    Example:
        >>> from audiostyle.models import zoo
        >>> manifest = zoo.find_model("universal")
        >>> manifest.domain("guitar").lowest, manifest.kinds("piano")
        (21, ['spectral', 'wavenet'])
    """

    name: str
    version: str
    license: str
    summary: str
    path: Path
    encoder: WeightFile
    domains: Mapping[str, DomainEntry]
    parts: Mapping[str, WeightFile] = field(default_factory=dict)

    def domain(self, name: str) -> DomainEntry:
        """Return the domain of that name.

        Raises:
            UnknownDomain: there is none; the message gives the nearest name and all there are.
        """
        if not isinstance(name, str) or name not in self.domains:
            raise UnknownDomain(
                f"model {self.name!r} has no domain {name!r}{did_you_mean(name, self.domains)}; "
                f"it has {', '.join(self.domains) or 'none'}"
            )
        return self.domains[name]

    def decoder(self, domain: str, kind: str | None = None) -> WeightFile:
        """Return the weights of the domain's decoder of a kind; None is the domain's own one.

        Raises:
            UnknownDomain: there is no such domain.
            ModelNotFound: the domain has no such decoder; the message gives the domains that have one.
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
        """Return the kinds of the domain's decoders, its own one's first; of an unknown domain, none."""
        if domain not in self.domains:
            return []
        further = [name.removeprefix(f"{domain}.") for name in self.parts if name.startswith(f"{domain}.")]
        return [str(self.domains[domain].config.get("kind")), *further]

    def weights(self) -> list[WeightFile]:
        """Return every weight file of the model, the encoder's first."""
        return [self.encoder, *self.domains.values(), *self.parts.values()]

    def find_weights(self, sha256: str) -> WeightFile | None:
        """Return the weight file with a digest, such as one that another file requires, or None."""
        return next((weights for weights in self.weights() if weights.sha256 == sha256), None)

    def fingerprint(self, *domains: str, kind: str | None = None) -> str:
        """Return one sha256 for what decides the sound: the encoder and the decoders that are used.

        Args:
            domains: whose decoders are used; without any, all.
            kind: of their decoders; None is each domain's own one.  The weights of a WaveNet stand for those
                of the spectral decoder that it requires, too: its configuration holds their sha256.
        """
        chosen = [self.encoder, *(self.decoder(name, kind) for name in domains or self.domains)]
        return hashlib.sha256("\n".join(w.sha256 for w in chosen).encode()).hexdigest()


def read_manifest(path: Path, parent: Callable[[str], Manifest]) -> Manifest:
    """Read and check a manifest.

    Args:
        path: of the file.
        parent: returns the manifest of the model that this one extends, given the name of that model.

    Raises:
        ModelNotFound: the file is missing, not valid TOML, lacks something or contradicts itself.

    Example:
        >>> from audiostyle.models import zoo
        >>> path = zoo.find_model("timbre").path
        >>> read_manifest(path, parent=zoo.find_model).encoder.config["kind"]
        'timbre'
    """
    table: dict[str, Any] = read_table(path)
    try:
        manifest = _assemble(path, table, parent(table["extends"]) if "extends" in table else None)
    except KeyError as key:
        raise ModelNotFound(f"{path}: the manifest lacks {key}; install the model again") from None
    except (TypeError, AttributeError, ValueError, OSError) as wrong:
        raise ModelNotFound(f"{path}: the manifest is malformed ({wrong}); install the model again") from None
    _check_identity(manifest, table.get("encoder_sha256"))
    return manifest


def read_table(path: Path) -> dict[str, object]:
    """Return a manifest as plain TOML tables, with the keys of today.

    Raises:
        ModelNotFound: the file is missing or not valid TOML.
    """
    try:
        table = read_toml(path)
    except OSError as error:
        raise ModelNotFound(f"{path}: the manifest cannot be read ({error.strerror})") from None
    except ValueError as wrong:
        raise ModelNotFound(f"{path}: the manifest cannot be used: {wrong}") from None
    if "licence" in table:
        table.setdefault("license", table.pop("licence"))
    return table


def _assemble(path: Path, table: Mapping[str, Any], base: Manifest | None) -> Manifest:
    own = {name: _domain(path, name, entry) for name, entry in table.get("domains", {}).items()}
    return Manifest(
        name=_text(table, "name"),
        version=str(table["version"]),
        license=_text(table, "license"),
        summary=_text({"summary": "", **table}, "summary"),
        path=path,
        encoder=_encoder(path, table["encoder"]) if base is None or "encoder" in table else base.encoder,
        domains={**(base.domains if base else {}), **own},
        parts={**(base.parts if base else {}), **_parts(path, table.get("parts", {}))},
    )


def _parts(path: Path, entries: Mapping[str, Any]) -> dict[str, WeightFile]:
    return {name: WeightFile(name, **_files(path, entry)) for name, entry in entries.items()}


def _check_identity(manifest: Manifest, expected_encoder: str | None) -> None:
    """Raise ModelNotFound where a manifest's name or its parent's encoder is not the expected one."""
    if manifest.name != manifest.path.stem:
        raise ModelNotFound(
            f"{manifest.path}: it names the model {manifest.name!r}; the file must have the same name"
        )
    if expected_encoder not in (None, manifest.encoder.sha256):
        # A decoder understands only the output of the encoder it was trained with.
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
        sounds_like=_text(entry, "sounds_like"),
        lowest=_pitch(entry, "lowest"),
        highest=_pitch(entry, "highest"),
        measured={key: float(value) for key, value in entry.get("measured", {}).items()},
        bend=_bend(name, entry.get("bend", 0)),
        level=_level(name, entry.get("level", False)),
    )


def _bend(domain: str, semitones: object) -> float:
    if (
        not isinstance(semitones, int | float)
        or isinstance(semitones, bool)
        or not 0 <= semitones <= MOST_BEND
    ):
        raise ValueError(f"bend of {domain}: semitones from 0 to {MOST_BEND}, not {semitones!r}")
    return float(semitones)


def _level(domain: str, able: object) -> bool:
    if not isinstance(able, bool):
        raise ValueError(f"level of {domain}: true or false, not {able!r}")
    return able


def _text(entry: Mapping[str, Any], key: str) -> str:
    if not isinstance(entry[key], str):
        raise ValueError(f"{key}: a text, not a value of type {type(entry[key]).__name__}")
    return entry[key]


def _pitch(entry: Mapping[str, Any], key: str) -> int:
    if type(entry[key]) is not int or not 0 <= entry[key] <= 127:
        raise ValueError(f"{key}: a MIDI number from 0 to 127, not {str(entry[key])[:20]!r}")
    return entry[key]


def _files(path: Path, entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "file": _own_file(path, _text(entry, "file")),
        "card": _own_file(path, _text(entry, "card")) if entry.get("card") else None,
        "sha256": _text(entry, "sha256"),
        "config": {_RENAMED.get(key, key): value for key, value in entry.get("config", {}).items()},
    }


def _own_file(path: Path, name: str) -> Path:
    """Return a file that a manifest names; raises ValueError unless it lies in the manifest's own folder.

    Neither a path nor a link may lead out of it, since manifests are from strangers.  In the shipped folder
    everything may be a link: some installers make such.
    """
    file, folder = path.parent / name, path.parent.resolve()
    plain = name == PureWindowsPath(name).name == Path(name).name and name != ".." and name.isprintable()
    if not plain or (folder != _SHIPPED and file.resolve().parent != folder):
        raise ValueError(f"{name[:80]!r}: a model's files lie in its own folder")
    return file
