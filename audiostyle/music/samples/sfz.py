"""SFZ files: text that says which recording a key plays at which velocity (sfzformat.com).

The part of the format that says how single notes sound is understood; opcodes that are not are ignored, and
named in the instrument's remarks.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from audiostyle.errors import TrainingError
from audiostyle.music.samples.names import read_note_name
from audiostyle.music.samples.zones import LOUDEST, SampledInstrument, Zone

_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_TOKEN = re.compile(r"<(\w+)>|([\w$]+)=")
_DEFINE = re.compile(r"#define\s+(\$\w+)\s+(\S+)")
_INCLUDE = re.compile(r'#include\s+"([^"]+)"')
_SCOPES = ("control", "global", "master", "group", "region")
_UNDERSTOOD = {
    *("sample", "key", "lokey", "hikey", "pitch_keycenter", "lovel", "hivel", "volume", "amplitude"),
    *("tune", "pitch", "transpose", "offset", "end", "loop_mode", "loopmode", "loop_start", "loopstart"),
    *("loop_end", "loopend", "ampeg_attack", "ampeg_release", "amp_veltrack", "trigger", "rt_decay"),
    *("default_path", "seq_position", "seq_length", "lorand", "hirand", "note_offset", "octave_offset"),
}
_MOST_FILES = 64  # that include each other
_LONGEST = 1 << 22  # characters of all of them
_MOST_ZONES = 20_000

Opcodes = dict[str, str]


def read_sfz(path: Path) -> SampledInstrument:
    """Return the instrument of an SFZ file.

    Of recordings that are played in turn or at random, the first is taken.

    Args:
        path: of the ``.sfz`` file; what it includes and its recordings are found from its folder.

    Raises:
        TrainingError: the file cannot be read, or no recording that it names is there.
    """
    text = _read_text(path, path.parent, [0])
    remarks: list[str] = []
    unknown: Counter[str] = Counter()
    zones: list[Zone] = []
    missing: list[Zone] = []
    for opcodes in _list_regions(text):
        unknown.update(opcodes.keys() - _UNDERSTOOD)
        if not _is_first_of_many(opcodes):
            continue
        try:
            zone = _make_zone(path.parent, opcodes)
        except ValueError as error:
            remarks.append(f"left out: a region with {error}")
            continue
        if zone is None:
            continue
        (zones if _is_there(zone.path) else missing).append(zone)
        if len(zones) > _MOST_ZONES:
            raise TrainingError(
                f"{path}: more than {_MOST_ZONES} regions; give an instrument of its own file"
            )
    remarks += [f"missing: {name}" for name in dict.fromkeys(str(zone.path) for zone in missing)]
    if unknown:
        names = ", ".join(f"{name} ({count})" for name, count in unknown.most_common())
        remarks.append(f"ignored opcodes: {names}")
    if not any(not zone.sounds_on_release for zone in zones):
        reason = f"{missing[0].path} is missing" if missing else "it names no recordings"
        raise TrainingError(f"{path}: nothing can be played, as {reason}")
    return SampledInstrument(path.stem, tuple(zones), tuple(dict.fromkeys(remarks)))


def _is_there(path: Path) -> bool:
    """Return whether a path is that of a file; one that no file system could have is none."""
    try:
        return path.is_file()
    except (OSError, ValueError):  # before Python 3.14 names that are too long are errors
        return False


def _read_text(path: Path, root: Path, count: list[int]) -> str:
    """Return the text of a file and of those that it includes, with its definitions put in."""
    count[0] += 1
    if count[0] > _MOST_FILES:
        raise TrainingError(f"{path}: files include each other without end")
    try:
        text = path.read_text("utf-8", errors="replace")
    except OSError as error:
        raise TrainingError(f"{path}: cannot be read ({error.strerror})") from None
    if len(text) > _LONGEST or "\0" in text:
        raise TrainingError(f"{path}: is not an SFZ file")
    text = _COMMENT.sub("", text)
    definitions = dict(_DEFINE.findall(text))
    text = _DEFINE.sub("", text)
    for name in sorted(definitions, key=len, reverse=True):
        text = text.replace(name, definitions[name])
    return _INCLUDE.sub(lambda found: _read_text(_join(root, found[1]), root, count), text)


def _list_regions(text: str) -> Iterator[Opcodes]:
    """Yield the opcodes of every region, with those of the group, master, global and control around it."""
    scopes: dict[str, Opcodes] = {name: {} for name in _SCOPES}
    for name, opcodes in _list_sections(text):
        if name not in scopes:
            continue  # curves and effects
        scopes[name] = opcodes
        for inner in _SCOPES[_SCOPES.index(name) + 1 :]:
            if name != "control":
                scopes[inner] = {}
        if name == "region":
            yield {key: value for scope in _SCOPES for key, value in scopes[scope].items()}


def _list_sections(text: str) -> Iterator[tuple[str, Opcodes]]:
    """Yield every header with the opcodes below it; values last until the next opcode, header or line."""
    header = ""
    opcodes: Opcodes = {}
    tokens = list(_TOKEN.finditer(text))
    for number, token in enumerate(tokens):
        if token[1]:
            if header:
                yield header, opcodes
            header, opcodes = token[1].lower(), {}
            continue
        stop = tokens[number + 1].start() if number + 1 < len(tokens) else len(text)
        opcodes[token[2].lower()] = text[token.end() : stop].split("\n")[0].strip()
    if header:
        yield header, opcodes


def _is_first_of_many(opcodes: Opcodes) -> bool:
    """Return whether a region is the first of those that are played in turn or at random."""
    try:
        return float(opcodes.get("seq_position", 1)) <= 1 and float(opcodes.get("lorand", 0)) <= 0
    except ValueError:
        return True


def _make_zone(root: Path, opcodes: Opcodes) -> Zone | None:
    """Return the zone of a region, or None where it has no recording or is for pedals and the like.

    Raises:
        ValueError: a value is none.
    """
    trigger = opcodes.get("trigger", "attack")
    name = opcodes.get("sample", "")
    if not name or name.startswith("*") or trigger not in ("attack", "first", "release", "release_key"):
        return None
    shift = int(_number(opcodes, "note_offset", 0) + 12 * _number(opcodes, "octave_offset", 0))
    key = opcodes.get("key")
    low, high = (
        _key(opcodes.get(end) or key or fallback) for end, fallback in (("lokey", "0"), ("hikey", "127"))
    )
    center = _key(opcodes.get("pitch_keycenter") or key or "60")
    cents = _number(opcodes, "tune", 0) + _number(opcodes, "pitch", 0)
    pitch = center - _number(opcodes, "transpose", 0) - cents / 100
    looped = opcodes.get("loop_mode", opcodes.get("loopmode", "")) in ("loop_continuous", "loop_sustain")
    first = _number(opcodes, "loop_start", _number(opcodes, "loopstart", 0))
    last = _number(opcodes, "loop_end", _number(opcodes, "loopend", 0))
    end = int(_number(opcodes, "end", 0))
    return Zone(
        _join(root, opcodes.get("default_path", "") + name),
        pitch + shift,
        (low + shift, high + shift),
        (max(1, int(_number(opcodes, "lovel", 1))), min(LOUDEST, int(_number(opcodes, "hivel", LOUDEST)))),
        gain=10 ** (_number(opcodes, "volume", 0) / 20) * _number(opcodes, "amplitude", 100) / 100,
        tracking=min(1.0, max(0.0, _number(opcodes, "amp_veltrack", 100) / 100)),
        attack=min(10.0, max(0.0, _number(opcodes, "ampeg_attack", 0))),
        release=min(10.0, max(0.02, _number(opcodes, "ampeg_release", 0.05))),
        loop=(int(first), int(last)) if looped and last > first >= 0 else None,
        start=max(0, int(_number(opcodes, "offset", 0))),
        end=end + 1 if end > 0 else None,
        sounds_on_release=trigger.startswith("release"),
        decay=_number(opcodes, "rt_decay", 0),
    )


def _number(opcodes: Opcodes, name: str, fallback: float) -> float:
    if name not in opcodes:
        return fallback
    try:
        value = float(opcodes[name])
    except ValueError:
        raise ValueError(f"{name}={opcodes[name][:40]}") from None
    if not abs(value) < 1e9:
        raise ValueError(f"{name}={opcodes[name][:40]}")
    return value


def _key(text: str) -> int:
    """Return a key, which is a MIDI number or a name such as c#4."""
    if re.fullmatch(r"-?\d+", text.strip()):
        return int(text)
    note = read_note_name(text.strip())
    if note is None:
        raise ValueError(f"the key {text[:40]}")
    return note.key


def _join(root: Path, name: str) -> Path:
    """Return the path of a file that is named in an SFZ file, where separators may be those of Windows."""
    return root / name.replace("\\", "/")
