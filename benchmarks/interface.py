"""The interface, counted: typed signatures, documented names, words, sizes and start-up time.

Reads the package's source with ``ast`` and imports its public names.  Prints a table of counts, with what is
missing listed below it, and stores both in ``results/interface.md``.  ``--missing`` prints the lists alone,
which is what one wants while writing docstrings.
"""

import argparse
import ast
import importlib
import inspect
import io
import os
import pkgutil
import re
import statistics
import subprocess
import sys
import time
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import report

PACKAGE = Path(__file__).resolve().parent.parent / "audiostyle"
LONGEST_FILE, LONGEST_FUNCTION = 400, 60  # lines
RUNS = 7  # of each start-up; the median counts

# Names that were given up, as vocabulary: the package's identifiers must not contain them.
OLD_CLASSES = """
Scene Heard Player Joiner DecibelMap Average Texture Prediction Plan Networks Cascade Excerpts
Stylist Mosaicist GramStylist WctStylist ComplexWctStylist Reference ReferenceObjective Crops
Published Folded PublishedSampler Descent Ranking Problem Smoothed Learned Ahead
Standardised Standardising Decoded Colour Material Shared InMemory Retrieved COMPACT PAPER COLOURS"""
OLD_FUNCTIONS = """
with_slow_dynamics in_turn performed drawn drawing patched laid given heard prepared later
between louder fetched listen_for_latent side_by_side split_off framed laid_out sounding banded_maps equalised
recoloured retrieved thinned minimise standardise normalise quantised upright kept signed parsed usable
replicated joined leading leads first_of_all own_share disturbed pruned orthogonalised explained marked
centred_kernel colouring survey listen find find_method"""
# Parts of words that no identifier and no file name has.
OLD_PARTS = """
stretch colour neighbour grey optimis normalis stylis equalis centre recolour ranking beside
heard listening"""
# British spellings and old words in docstrings, comments and messages.
OLD_PROSE = re.compile(
    r"\b(?:stretch(?:es)?|\w*colour\w*|neighbour\w*|grey(?:s|scale)?|centred?|licence|behaviour|favour\w*"
    r"|(?:optim|normal|styl|equal|minim|maxim|general|initial|regular|quant|summar|recogn|synthes|synchron"
    r"|factor|vector|local|organ|penal|stabil|standard|util|visual|serial|token|discret|polar|character)"
    r"is(?:e|es|ed|ing|er|ers|ation|ations)|analyse[sd]?|analysing|artefacts?|modelling|labelled|cancelled)\b",
    re.IGNORECASE,
)

# Keys of 0.1 that are still read (of manifests) or written (for programs): allowed there, and nowhere else.
OLD_KEYS = {"audiostyle/models/manifest.py": {"licence", "colours"}, "audiostyle/cli/models.py": {"licence"}}

ARRAYS = re.compile(r"ndarray|Tensor|\bWave\b|\bPicture\b|NDArray")
SHAPE = re.compile(r"\([^()\n]*,[^()\n]*\)|\bshape\b|\bscalar\b")
UNIT = re.compile(
    r"\bHz\b|\bkHz\b|hertz|seconds?\b|\bms\b|\bGB\b|\bMB\b|pixels?\b|semitones?\b|\bdB\b|decibel|\[[-−]?\d"
    r"|\b0\s*(?:to|…|\.\.)\s*1|samples?\b|frames?\b|\bbins?\b|bytes|±1|radians?|MIDI|\babove 0|degrees",
)
MEASURES = re.compile(
    r"rate$|seconds|^segment$|memory_limit|radius|tolerance|strength|smoothness|alpha|transpose|^rms$|_hz$|_db$"
    r"|^hop|temperature|pitch|^match$|^seed$|^weights$"
)
UNITLESS = {"seed", "weights"}  # numbers without a unit, but with a range or a meaning that "Args:" gives


@dataclass
class Source:
    """One module's text and syntax tree."""

    path: Path
    text: str = field(repr=False)
    tree: ast.Module = field(repr=False)

    @property
    def name(self) -> str:
        """The module's path below the package's parent, with slashes."""
        return self.path.relative_to(PACKAGE.parent).as_posix()


Function = ast.FunctionDef | ast.AsyncFunctionDef


def read_sources() -> list[Source]:
    """Every Python file of the package."""
    paths = sorted(PACKAGE.rglob("*.py"))
    return [Source(path, text := path.read_text("utf-8"), ast.parse(text)) for path in paths]


def iterate_functions(
    tree: ast.AST, prefix: str = "", *, public: bool = True
) -> Iterator[tuple[str, Function]]:
    """Yield (dotted name, node) of functions and methods; with ``public``, of those without an underscore.

    Functions inside functions are nobody's interface and are left out where ``public`` is set.
    """
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef):
            if public and node.name.startswith("_"):
                continue
            yield from iterate_functions(node, f"{prefix}{node.name}.", public=public)
        elif isinstance(node, Function):
            if not public or not node.name.startswith("_") or node.name in ("__init__", "__call__"):
                yield prefix + node.name, node
            if not public:
                yield from iterate_functions(node, f"{prefix}{node.name}.", public=public)
        elif not isinstance(node, ast.expr | ast.Lambda):
            yield from iterate_functions(node, prefix, public=public)


def find_annotations(node: Function) -> Iterator[ast.expr | None]:
    """Yield the annotations of all parameters but self and cls, and of the return."""
    arguments = node.args
    every = [
        *arguments.posonlyargs,
        *arguments.args,
        *arguments.kwonlyargs,
        arguments.vararg,
        arguments.kwarg,
    ]
    for argument in every:
        if argument is not None and argument.arg not in ("self", "cls"):
            yield argument.annotation
    if node.name != "__init__":
        yield node.returns


def has_any(annotation: ast.expr | None) -> bool:
    """Whether an annotation says ``Any``, at any depth."""
    if annotation is None:
        return False
    for node in ast.walk(annotation):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and re.search(r"\bAny\b", node.value)
        ):
            return True
        if (isinstance(node, ast.Name) and node.id == "Any") or (
            isinstance(node, ast.Attribute) and node.attr == "Any"
        ):
            return True
    return False


def list_signatures(sources: list[Source]) -> tuple[list[str], list[str], int]:
    """Return public functions with ``Any``, those with an annotation missing, and how many there are."""
    with_any, untyped, count = [], [], 0
    for source in sources:
        for name, node in iterate_functions(source.tree):
            count += 1
            annotations = list(find_annotations(node))
            if any(map(has_any, annotations)):
                with_any.append(f"{source.name}: {name}")
            if any(annotation is None for annotation in annotations):
                untyped.append(f"{source.name}: {name}")
    return with_any, untyped, count


# --- public names -------------------------------------------------------------------------------------------


def find_packages(name: str = "audiostyle") -> Iterator[str]:
    """Yield the names of the package and of all packages below it."""
    yield name
    for module in pkgutil.iter_modules(importlib.import_module(name).__path__):
        if module.ispkg:
            yield from find_packages(f"{name}.{module.name}")


def list_public_names() -> dict[str, object]:
    """Return name with its package → object, each object once, under the package that comes first."""
    names: dict[str, object] = {}
    seen: set[int] = set()
    for package in sorted(find_packages(), key=lambda name: (-name.count("."), name)):
        module = importlib.import_module(package)
        for name in getattr(module, "__all__", ()):
            found = getattr(module, name)
            if name.startswith("__") or inspect.ismodule(found):
                continue
            if callable(found):
                if id(found) in seen:
                    continue
                seen.add(id(found))
            names[f"{package}.{name}"] = found
    return names


def gather_prose(found: object) -> str:
    """Return the docstring, and for a class those of its public methods too."""
    texts = [inspect.getdoc(found) or ""]
    if inspect.isclass(found):
        own = (m for n, m in vars(found).items() if not n.startswith("_") or n in ("__init__", "__call__"))
        texts += [inspect.getdoc(getattr(m, "__func__", m)) or "" for m in own if hasattr(m, "__doc__")]
    return "\n".join(texts)


def get_signature(found: object) -> inspect.Signature | None:
    """Return the signature, or None where there is none to be had."""
    try:
        return inspect.signature(found) if callable(found) else None
    except (TypeError, ValueError):
        return None


def may_raise(found: object) -> bool:
    """Whether the source raises one of the package's errors, or calls a check that does."""
    try:
        tree = ast.parse(inspect.cleandoc(inspect.getsource(found)))  # type: ignore[arg-type]
    except (OSError, TypeError, SyntaxError, IndentationError):
        return False
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and node.exc is not None and not _is_internal(node.exc):
            return True
        if isinstance(node, ast.Call) and re.match(r"_?check_", getattr(node.func, "id", "")):
            return True
    return False


def _is_internal(raised: ast.expr) -> bool:
    called = raised.func if isinstance(raised, ast.Call) else raised
    return getattr(called, "id", "") in ("AttributeError", "NotImplementedError", "StopIteration")


def explains_parameters(prose: str, names: set[str]) -> bool:
    """Whether a docstring lists the parameters, names each in its text, or says whose they are."""
    if re.search(r"^(?:Args|Attributes):", prose, re.MULTILINE) or re.search(
        r"arguments? .{0,60}\b(?:of|as)\b", prose
    ):
        return True
    return all(re.search(rf"`{re.escape(name)}\b", prose) for name in names)


def list_gaps(found: object) -> list[str]:
    """Return what the docstring of a public function or class does not have."""
    own, prose = inspect.getdoc(found) or "", gather_prose(found)
    if not own:
        return ["docstring"]
    if inspect.isclass(found) and issubclass(found, BaseException):
        return []
    gaps = []
    signature = get_signature(found)
    parameters = list(signature.parameters.values()) if signature else []
    said = " ".join(map(str, [*parameters, signature.return_annotation])) if signature else ""
    named = {p.name for p in parameters} - {"args", "kwargs", "self"}
    if not explains_parameters(prose, named):
        gaps.append("Args")
    if ARRAYS.search(re.sub(r"(?:dict|Mapping)\[str, [\w.]*Tensor\]", "", said)) and not SHAPE.search(prose):
        gaps.append("shapes")
    if any(MEASURES.search(n) and n not in UNITLESS for n in named) and not UNIT.search(prose):
        gaps.append("units")
    if may_raise(found) and not re.search(r"^Raises:|\bRaises\b|\braises\b", prose, re.MULTILINE):
        gaps.append("Raises")
    if ">>>" not in prose:
        gaps.append("example")
    return gaps


def find_constants(sources: list[Source]) -> set[str]:
    """Return the names of constants with a docstring below them or a comment on their line."""
    said: set[str] = set()
    for source in sources:
        lines, body = source.text.splitlines(), source.tree.body
        for node, after in zip(body, [*body[1:], None], strict=True):
            if not isinstance(node, ast.Assign | ast.AnnAssign):
                continue
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            below = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
            above = node.lineno > 1 and lines[node.lineno - 2].lstrip().startswith("#")
            beside = any("#" in line for line in lines[node.lineno - 1 : node.end_lineno])
            if below or above or beside:
                said |= {target.id for target in targets if isinstance(target, ast.Name)}
    return said


def list_undocumented(sources: list[Source]) -> tuple[list[str], int]:
    """Return public names with what each lacks, and how many public names there are."""
    constants, names, missing = find_constants(sources), list_public_names(), []
    for name, found in names.items():
        if inspect.isclass(found) or inspect.isroutine(found):
            gaps = list_gaps(found)
        else:
            gaps = [] if name.rpartition(".")[2] in constants else ["a line on what it is"]
        if gaps:
            missing.append(f"{name}: {', '.join(gaps)}")
    return missing, len(names)


# --- words and sizes ----------------------------------------------------------------------------------------


def list_old_names(sources: list[Source]) -> list[str]:
    """Return definitions and file names that have a name which was given up."""
    found = []
    given_up = {*OLD_CLASSES.split(), *OLD_FUNCTIONS.split()}
    parts = re.compile("|".join(OLD_PARTS.split()), re.IGNORECASE)
    for source in sources:
        if parts.search(source.path.stem):
            found.append(f"{source.name}: file name")
        for node in ast.walk(source.tree):
            names = _get_defined_names(node)
            found += [
                f"{source.name}:{getattr(node, 'lineno', 0)}: {name}"
                for name in names
                if name in given_up or parts.search(name)
            ]
    return found


def _get_defined_names(node: ast.AST) -> list[str]:
    """Return the names that a node defines: classes, functions, parameters; assigned names by their parts."""
    if isinstance(node, Function | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.arg):
        return [node.arg] if node.arg not in OLD_FUNCTIONS.split() else []
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return [node.id] if node.id not in OLD_FUNCTIONS.split() else []
    return []


def list_shared_names(sources: list[Source]) -> list[str]:
    """Return the names of public classes that are defined more than once."""
    places: dict[str, list[str]] = {}
    for source in sources:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places.setdefault(node.name, []).append(source.name)
    return [f"{name}: {', '.join(found)}" for name, found in sorted(places.items()) if len(found) > 1]


def list_old_words(sources: list[Source]) -> list[str]:
    """Return British spellings and words given up, in comments and strings of the package."""
    found = []
    for source in sources:
        for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
            if token.type in (tokenize.COMMENT, tokenize.STRING):
                text = token.string
                if text.startswith(('"""', 'r"""')):
                    text = re.sub(r'"[^"]+"', "", text[4:-3])  # titles of papers keep their spelling
                allowed = OLD_KEYS.get(source.name, set())
                words = sorted({word.lower() for word in OLD_PROSE.findall(text)} - allowed)
                found += [f"{source.name}:{token.start[0]}: {word}" for word in words]
    return found


def list_long_files(sources: list[Source]) -> list[str]:
    """Return files of more than ``LONGEST_FILE`` lines."""
    sizes = [(source.text.count("\n"), source.name) for source in sources]
    return [f"{name}: {size} lines" for size, name in sorted(sizes, reverse=True) if size > LONGEST_FILE]


def list_long_functions(sources: list[Source]) -> list[str]:
    """Return functions of more than ``LONGEST_FUNCTION`` lines without their docstring."""
    found = []
    for source in sources:
        for name, node in iterate_functions(source.tree, public=False):
            size = (node.end_lineno or node.lineno) - node.lineno + 1
            size -= (ast.get_docstring(node, clean=False) or "").count("\n") + 1
            if size > LONGEST_FUNCTION:
                found.append((size, f"{source.name}: {name}, {size} lines"))
    return [line for _, line in sorted(found, reverse=True)]


# --- start-up -----------------------------------------------------------------------------------------------


def time_command(command: list[str]) -> float:
    """Return the median seconds of a command's process; the first run, which fills caches, is left out.

    Bytecode is cached whatever the environment says, as it is for those who install the package.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    seconds = []
    for _ in range(RUNS + 1):
        started = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=PACKAGE.parent, env=environment)
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds[1:])


STARTS: dict[str, Callable[[], list[str]]] = {
    "`audiostyle --help`": lambda: [sys.executable, "-m", "audiostyle", "--help"],
    "`import audiostyle`": lambda: [sys.executable, "-c", "import audiostyle"],
    "`from audiostyle import Translator`": lambda: [
        sys.executable,
        "-c",
        "from audiostyle import Translator",
    ],
    "Python alone": lambda: [sys.executable, "-c", "pass"],
}


# --- the report ---------------------------------------------------------------------------------------------


def count() -> tuple[list[list[object]], dict[str, list[str]]]:
    """Return the table's lines and the lists of what is missing."""
    sources = read_sources()
    with_any, untyped, functions = list_signatures(sources)
    undocumented, names = list_undocumented(sources)
    lists = {
        "Public functions with `Any`": with_any,
        "Public functions with an annotation missing": untyped,
        "Public names without shapes, units, errors or an example": undocumented,
        "Names of the old vocabulary": list_old_names(sources),
        "Class names with more than one meaning": list_shared_names(sources),
        "Words of the old vocabulary, and British spellings": list_old_words(sources),
        f"Files of more than {LONGEST_FILE} lines": list_long_files(sources),
        f"Functions of more than {LONGEST_FUNCTION} lines, docstrings not counted": list_long_functions(
            sources
        ),
    }
    share = f"{len(undocumented)} of {names}: {1 - len(undocumented) / max(names, 1):.0%} have all"
    shown = {"Public names without shapes, units, errors or an example": share}
    shown |= dict.fromkeys(list(lists)[:2])  # filled below, with how many functions there are
    lines: list[list[object]] = []
    for title, found in lists.items():
        text = shown.get(title) or (f"{len(found)} of {functions}" if title in shown else str(len(found)))
        lines.append([title, text])
    lines.append(["Files, lines", f"{len(sources)}, {sum(s.text.count(chr(10)) for s in sources)}"])
    return lines, lists


def format_lists(lists: dict[str, list[str]]) -> str:
    """Return a section for every list that is not empty."""
    return "\n\n".join(
        f"## {title}\n\n" + "\n".join(f"- {line}" for line in found)
        for title, found in lists.items()
        if found
    )


def main() -> None:
    """Count, print and store."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--missing", action="store_true", help="only list what is missing; nothing is stored")
    parser.add_argument("--package", default="", help="with --missing: only lines that contain this")
    options = parser.parse_args()
    os.environ.setdefault("COLUMNS", "100")
    sys.path.insert(0, str(PACKAGE.parent))
    lines, lists = count()
    if options.missing:
        package = options.package
        print(format_lists({title: [x for x in found if package in x] for title, found in lists.items()}))
        return
    lines += [[f"{name}, seconds", f"{time_command(make()):.3f}"] for name, make in STARTS.items()]
    parts = [
        "# Interface",
        report.describe_run(),
        report.format_table(["count", "result"], lines),
        format_lists(lists),
    ]
    text = "\n\n".join(part for part in parts if part)
    print(text)
    print(f"stored in {report.store('interface', text)}", file=sys.stderr)


if __name__ == "__main__":
    main()
