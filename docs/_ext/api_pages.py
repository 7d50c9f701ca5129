"""Writes a page of the API reference for each package of audiostyle, from its docstrings.

A page has the package's own docstring, then its public names (``__all__``) with signature, docstring and
source, then what each of its modules says of itself.  Nothing about a particular package is written down
here, so new packages, modules and names appear by themselves.
"""

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from textwrap import indent
from types import ModuleType

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.domains.python import PyObject
from sphinx.environment import BuildEnvironment

PACKAGE = "audiostyle"
LEFT_OUT = ("audiostyle.cli",)  # has a page of its own: the command line
OPEN_MODULES = ("audiostyle.errors", "audiostyle.progress", "audiostyle.methods")  # shown with their names
ORDER = (
    "",
    "translation",
    "spectrogram",
    "image",
    "evaluate",
    "study",
    "app",
    "serving",
    "music",
    "style",
    "models",
    "sound",
    "training",
)


def find_packages(name: str = PACKAGE) -> Iterator[ModuleType]:
    """Yield the package and all packages below it, but for those that are left out."""
    if name.startswith(LEFT_OUT):
        return
    package = importlib.import_module(name)
    yield package
    for found in pkgutil.iter_modules(package.__path__):
        if found.ispkg:
            yield from find_packages(f"{name}.{found.name}")


def list_modules(package: ModuleType) -> list[str]:
    """Return the full names of the package's own public modules."""
    found = pkgutil.iter_modules(package.__path__)
    return [f"{package.__name__}.{m.name}" for m in found if not m.ispkg and not m.name.startswith("_")]


def find_descriptions(packages: list[ModuleType]) -> dict[str, dict[str, str]]:
    """Return package → its public name → where it is shown, if that is somewhere else.

    A class that two packages export is shown by the first one only; so is what `audiostyle` exports from one
    of the modules that its own page shows in full.
    """
    shown: dict[int, str] = {}
    elsewhere: dict[str, dict[str, str]] = {}
    for package in packages:
        places = elsewhere[package.__name__] = {}
        for name in sorted(getattr(package, "__all__", ())):
            found = getattr(package, name)
            if not callable(found):
                continue
            module = getattr(found, "__module__", "")
            place = f"{module}.{name}" if module in OPEN_MODULES else f"{package.__name__}.{name}"
            first = shown.setdefault(id(found), place)
            if first != f"{package.__name__}.{name}":
                places[name] = first
    return elsewhere


def find_constants(package: ModuleType) -> dict[str, str]:
    """Return the package's public constants, each with the docstring that stands below its definition."""
    public = {name for name in getattr(package, "__all__", ()) if not callable(getattr(package, name))}
    found = {}
    for path in sorted(Path(package.__path__[0]).glob("*.py")):
        body = ast.parse(path.read_text("utf-8")).body
        for node, below in pairwise(body):
            target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
            name = getattr(target, "id", "")
            if name in public and isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
                found[name] = inspect.cleandoc(str(below.value.value))
    return found


def write_page(package: ModuleType, folder: Path, elsewhere: dict[str, str]) -> None:
    """Write ``folder/PACKAGE.rst``; an unchanged page keeps its time, so that it is not built again."""
    name = package.__name__
    public = set(getattr(package, "__all__", ()))
    title = f"``{name}``"
    lines = [title, "=" * len(title), "", f".. automodule:: {name}"]
    if public:
        lines += ["   :members:", "   :imported-members:"]
    constants = find_constants(package)
    if left_out := [*elsewhere, *constants]:
        lines += [f"   :exclude-members: {', '.join(left_out)}"]
    lines += [""]
    for constant, text in constants.items():
        lines += [
            f".. py:data:: {constant}",
            f"   :module: {name}",
            "",
            *indent(text, "   ").splitlines(),
            "",
        ]
    if elsewhere:
        links = ", ".join(f":py:obj:`{name} <{place}>`" for name, place in elsewhere.items())
        lines += [f"Public here too, and described elsewhere: {links}.", ""]
    modules = list_modules(package)
    if modules:
        lines += ["Modules", "-------", ""]
    for module in modules:
        short = module.rpartition(".")[2]
        lines += [f"``{short}``", "~" * (len(short) + 4), "", f".. automodule:: {module}"]
        if module in OPEN_MODULES:
            lines += ["   :members:"]
        if short in public:  # `audiostyle.image.wct` is a function too, and the function is what is linked to
            lines += ["   :no-index:"]
        lines += [""]
    page, text = folder / f"{name}.rst", "\n".join(lines)
    if not page.exists() or page.read_text("utf-8") != text:
        page.write_text(text, encoding="utf-8")


def sort_key(package: ModuleType) -> tuple[int, str]:
    """Order packages as a visitor meets them: first what is used, then what it is made of."""
    first = package.__name__.removeprefix(PACKAGE).lstrip(".").split(".")[0]
    return (ORDER.index(first) if first in ORDER else len(ORDER), package.__name__)


def shorten(name: str) -> str:
    """Return a package's name as the table of contents shows it."""
    return name.removeprefix(f"{PACKAGE}.")


def write_pages(app: Sphinx) -> None:
    """Write all pages and their table of contents before Sphinx looks for sources."""
    folder = Path(app.srcdir, "api")
    folder.mkdir(exist_ok=True)
    packages = sorted(find_packages(), key=sort_key)
    wanted = {f"{package.__name__}.rst" for package in packages} | {"index.rst"}
    for old in folder.glob("*.rst"):
        if old.name not in wanted:
            old.unlink()
    elsewhere = find_descriptions(packages)
    for package in packages:
        write_page(package, folder, elsewhere[package.__name__])
    lines = [
        "API reference",
        "=============",
        "",
        "One page for each package, written from the docstrings.",
        "",
    ]
    lines += [
        ".. toctree::",
        "   :maxdepth: 1",
        "",
        *(f"   {shorten(p.__name__)} <{p.__name__}>" for p in packages),
    ]
    text, page = "\n".join(lines), folder / "index.rst"
    if not page.exists() or page.read_text("utf-8") != text:
        page.write_text(text, encoding="utf-8")


def escape_bars(app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]) -> None:
    """Escape the bars of absolute values, |x|, which reStructuredText takes for substitutions."""
    literal_indent: int | None = None  # of the line that opened a literal block
    for number, line in enumerate(lines):
        indent = len(line) - len(line.lstrip())
        if literal_indent is not None and line.strip() and indent <= literal_indent:
            literal_indent = None
        if literal_indent is None and "|" in line and not line.lstrip().startswith((">>>", "...", "+")):
            quoted = line.split("`")  # every second part stands between backticks
            quoted[::2] = [part.replace("|", r"\|") for part in quoted[::2]]
            lines[number] = "`".join(quoted)
        if literal_indent is None and line.rstrip().endswith("::"):
            literal_indent = indent


def split_attributes(
    app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]
) -> None:
    """Describe attributes that share a line, ``height, width: in pixels``, one by one."""
    result: list[str] = []
    names: list[str] = []
    body: list[str] = []
    for line in [*lines, ":end:"]:
        if names and not line.startswith("   "):  # the description is complete
            result += [part for name in names for part in (f":ivar {name}:{body[0]}", *body[1:])]
            names = []
        shared = re.match(r":ivar (\w+(?:, \w+)+):(.*)", line)
        if shared:
            names, body = shared[1].split(", "), [shared[2]]
        elif names:
            body.append(line)
        else:
            result.append(line)
    lines[:] = result[:-1]


def shorten_arrays(
    app: Sphinx, what: str, name: str, obj: object, options: object, signature: str, returned: str
) -> tuple[str, str] | None:
    """Write NumPy's array types in a signature as they are written in the source."""
    if not signature:
        return None
    name = r"~?(?:\w+\.)*"  # the module of a name, and the mark that hides it
    long = re.compile(rf"{name}ndarray\[tuple\[{name}Any, \.\.\.\], {name}dtype\[{name}(\w+)\]\]")
    return long.sub(r"NDArray[\1]", signature), long.sub(r"NDArray[\1]", returned or "")


def resolve_neighbors(app: Sphinx, document: nodes.document) -> None:
    """Let ``.name`` in a docstring mean the module's neighbor first, and not any module of that name."""
    known = {name for package in find_packages() for name in [package.__name__, *list_modules(package)]}
    for node in document.findall(pending_xref):
        if node.get("refdomain") != "py" or not node.get("refspecific"):
            continue
        module = node.get("py:module") or ""
        for package in (module, module.rpartition(".")[0]):
            first, _, _ = node["reftarget"].partition(".")
            if f"{package}.{first}" in known:
                node["reftarget"], node["refspecific"] = f"{package}.{node['reftarget']}", False
                break


@lru_cache(maxsize=1)
def find_places() -> dict[str, str]:
    """Return where a public object is defined → where it is described, both with the object's name."""
    packages = sorted(find_packages(), key=sort_key)
    elsewhere = find_descriptions(packages)
    places: dict[str, str] = {}
    for package in packages:
        for name in getattr(package, "__all__", ()):
            place = elsewhere[package.__name__].get(name, f"{package.__name__}.{name}")
            found = getattr(package, name)
            for module in (package.__name__, getattr(found, "__module__", "")):
                places.setdefault(f"{module}.{name}", place)
    return places


def link_elsewhere(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, content: nodes.TextElement
) -> nodes.reference | None:
    """Link a name to the page that describes it, if that is another one than its module's.

    A module whose name is that of its public function is linked to the function.
    """
    if node.get("refdomain") != "py":
        return None
    target, module = node["reftarget"].lstrip("."), node.get("py:module") or ""
    places = find_places()
    package, _, name = target.rpartition(".")
    candidates = [target, f"{module}.{target}", f"{module.rpartition('.')[0]}.{target}"]
    for full in [*candidates, f"{package.rpartition('.')[0]}.{name}"]:  # the last: the package of its module
        parts = full.split(".")
        for count in range(len(parts), 1, -1):
            if place := places.get(".".join(parts[:count])):
                described = ".".join([place, *parts[count:]])
                domain = env.domains["py"]
                return domain.resolve_xref(env, node["refdoc"], app.builder, "obj", described, node, content)
    return None


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    for field in PyObject.doc_field_types:
        if field.name == "variable":
            field.label = "Attributes"  # as in the docstrings; Sphinx says "Variables"
    app.connect("autodoc-process-docstring", escape_bars)
    app.connect("autodoc-process-docstring", split_attributes)
    app.connect("autodoc-process-signature", shorten_arrays)
    app.connect("doctree-read", resolve_neighbors)
    app.connect("missing-reference", link_elsewhere)
    app.connect("builder-inited", write_pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
