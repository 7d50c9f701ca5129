"""A study on the disk: a folder with ``study.toml``, the stimuli, and the answers.

=====================  =======================================================================================
``study.toml``         everything about the study that is decided before the first answer; meant to be read
``media/``             the stimuli, under names that tell nothing
``answers.sqlite``     sessions, trials and answers of people
``simulated.sqlite``   answers that no person gave, if there are any; never mixed with the former
``token``              what listeners need who are not on this machine
=====================  =======================================================================================
"""

import dataclasses
import re
import secrets
from pathlib import Path, PurePosixPath
from typing import TypeVar

import tomli_w

from audiostyle.atomic import write_atomically
from audiostyle.errors import AudiostyleError
from audiostyle.study.design import DESIGNS, Limits, Plan, Screening, Stimulus, Study, Texts
from audiostyle.toml_files import read_toml

TOML, MEDIA, ANSWERS, SIMULATED, TOKEN = "study.toml", "media", "answers.sqlite", "simulated.sqlite", "token"
"""Names of what is in a study's folder."""

FORMAT = 1
"""Of ``study.toml``, so that later versions can tell."""

_KEY = re.compile(r"[0-9a-f]{8,32}")
_HEAD = """\
# A study of audiostyle. The texts, the plan, the screening and the limits may be changed until the first
# listener begins; what is changed later changes nothing for those who have begun.
"""

Section = TypeVar("Section", Texts, Plan, Screening, Limits)


def save_study(study: Study, folder: Path) -> None:
    """Write ``study.toml``.

    Raises:
        AudiostyleError: it cannot be written.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> stimuli = tuple(Stimulus(f"{n:08x}", f"s{n}", "a", f"media/{n:08x}.flac") for n in range(2))
        >>> texts, plan = Texts("a study", "Which?", ""), Plan(2)
        >>> study = Study("x1", "pairs", "sound", 0, 9, ("s0", "s1"), ("a",), stimuli, texts, plan)
        >>> save_study(study, folder)
        >>> load_study(folder) == study
        True
    """
    whole = {
        "format": FORMAT,
        "id": study.id,
        "design": study.design,
        "medium": study.medium,
        "seed": study.seed,
        "listeners": study.listeners,
        "systems": list(study.systems),
        "items": list(study.items),
        "texts": dataclasses.asdict(study.texts),
        "plan": dataclasses.asdict(study.plan),
        "screening": dataclasses.asdict(study.screening),
        "limits": dataclasses.asdict(study.limits),
        "stimuli": [dataclasses.asdict(stimulus) for stimulus in study.stimuli],
    }
    with write_atomically(folder / TOML, AudiostyleError, durable=True) as temporary:
        temporary.write_text(_HEAD + "\n" + tomli_w.dumps(whole, multiline_strings=True), encoding="utf-8")


def load_study(folder: Path) -> Study:
    """Read ``study.toml`` and check all of it.

    Raises:
        AudiostyleError: there is none, or it says what cannot be; the message names the file and the entry.
    """
    path = folder / TOML
    if not path.is_file():
        raise AudiostyleError(f"{folder}: is not a study; make one with 'audiostyle study new'")
    try:
        whole = read_toml(path)
        return _check_study(whole, folder)
    except OSError as error:
        raise AudiostyleError(f"{path}: cannot be read ({error.strerror})") from None
    except (ValueError, TypeError, KeyError) as error:
        reason = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else error
        raise AudiostyleError(f"{path}: {reason}; correct it, or make the study anew") from None


def get_token(folder: Path) -> str:
    """Return the token of a study, which is made where there is none yet; only its owner may read it.

    Raises:
        AudiostyleError: it cannot be read or written.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> get_token(folder) == get_token(folder)
        True
    """
    path = folder / TOKEN
    try:
        if path.is_file() and (known := path.read_text("utf-8").strip()):
            return known
    except (OSError, UnicodeDecodeError) as error:
        raise AudiostyleError(f"{path}: cannot be read ({error}); delete it") from None
    token = secrets.token_urlsafe(16)
    with write_atomically(path, AudiostyleError, durable=True) as temporary:
        temporary.chmod(0o600)
        temporary.write_text(token + "\n", encoding="utf-8")
    return token


def _check_study(whole: dict[str, object], folder: Path) -> Study:
    if whole.get("format") != FORMAT:
        raise ValueError(f"its format is {whole.get('format')!r}, and this version reads {FORMAT}")
    design, medium = whole["design"], whole["medium"]
    if design not in DESIGNS or medium not in ("sound", "picture"):
        raise ValueError(f"design {design!r} or medium {medium!r} is not known")
    stimuli = tuple(_check_stimulus(entry, folder) for entry in _get_list(whole, "stimuli"))
    systems = tuple(_check_text(name) for name in _get_list(whole, "systems"))
    items = tuple(_check_text(name) for name in _get_list(whole, "items"))
    have = {(s.system, s.item) for s in stimuli if not s.degraded}
    for system in systems:
        for item in items:
            if (system, item) not in have:
                raise ValueError(f"there is no stimulus of system {system!r} and item {item!r}")
    if len({s.key for s in stimuli}) < len(stimuli) or len(set(systems)) < max(len(systems), 2) or not items:
        raise ValueError("keys and systems must differ, and there must be two systems and an item")
    return Study(
        _check_text(whole["id"]),
        str(design),
        str(medium),
        _check_whole("seed", whole["seed"], 0),
        _check_whole("listeners", whole["listeners"], 1),
        systems,
        items,
        stimuli,
        _read_section(Texts, whole["texts"], "texts"),
        _read_section(Plan, whole["plan"], "plan"),
        _read_section(Screening, whole.get("screening", {}), "screening"),
        _read_section(Limits, whole.get("limits", {}), "limits"),
    )


def _read_section(kind: type[Section], entries: object, name: str) -> Section:
    """Return a section of settings after checking the type of each entry against that of its field."""
    if not isinstance(entries, dict):
        raise ValueError(f"[{name}] must be a table")
    fields = {field.name: field for field in dataclasses.fields(kind)}
    checked: dict[str, object] = {}
    for key, value in entries.items():
        if key not in fields:
            raise ValueError(f"[{name}] has no entry {key!r}; it has {', '.join(fields)}")
        kind_of = fields[key].type
        right = (
            isinstance(value, bool)
            if kind_of is bool
            else isinstance(value, str)
            if kind_of is str
            else isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e9
        )
        if not right or (kind_of is int and not isinstance(value, int)):
            raise ValueError(f"[{name}] {key} = {value!r} is not of the type that it must be")
        checked[key] = float(value) if kind_of is float and isinstance(value, int | float) else value
    if kind is Plan and not checked.get("trials"):
        raise ValueError("[plan] trials must be 1 or more")
    return kind(**checked)  # type: ignore[arg-type]  # each was checked against its field


def _check_stimulus(entry: object, folder: Path) -> Stimulus:
    if not isinstance(entry, dict):
        raise ValueError("stimuli must be tables")
    stimulus = Stimulus(**entry)
    place = PurePosixPath(_check_text(stimulus.file))
    if not _KEY.fullmatch(str(stimulus.key)):
        raise ValueError(f"key {stimulus.key!r} must be 8 to 32 hexadecimal digits")
    # No file outside the study's own folder of stimuli is served, neither by a path nor by a link.
    if len(place.parts) != 2 or place.parts[0] != MEDIA or place.name.startswith("."):
        raise ValueError(f"file {stimulus.file!r} must lie in {MEDIA}/")
    path = folder / place
    if path.is_symlink() or (folder / MEDIA).is_symlink():
        raise ValueError(f"file {stimulus.file!r} is a link, or lies behind one; put the file itself there")
    _check_text(stimulus.system), _check_text(stimulus.item)
    if not isinstance(stimulus.degraded, bool) or not isinstance(stimulus.facts, dict):
        raise ValueError(f"stimulus {stimulus.key!r} has entries of the wrong type")
    return stimulus


def _get_list(whole: dict[str, object], name: str) -> list[object]:
    entries = whole[name]
    if not isinstance(entries, list):
        raise ValueError(f"{name} must be a list")
    return entries


def _check_text(value: object) -> str:
    if not isinstance(value, str) or not value or len(value) > 500:
        raise ValueError(f"{str(value)[:40]!r} must be a text of 1 to 500 characters")
    return value


def _check_whole(name: str, value: object, low: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < low:
        raise ValueError(f"{name} must be a whole number of {low} or more")
    return value
