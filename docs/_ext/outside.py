"""Brings documents that lie outside ``docs/`` into the site, and makes links to them work in both places.

On a code-hosting site, ``docs/measured.md`` links to ``../benchmarks/results/speed.md``; in the built site
that file is the page ``results/speed``.  The pages are written at every build, and links are translated as
pages are read, so that every document is written once, with links that are right where it lies.
"""

import os
import re
from collections import Counter
from pathlib import Path

from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parent.parent.parent
LINK = re.compile(r"(!?\[[^\]]*\])\(([^()\s#]+)(#[^()\s]*)?\)")
PAGES = {
    "ARCHITECTURE.md": "architecture",
    "CONTRIBUTING.md": "contributing",
    "SECURITY.md": "security",
    "CHANGELOG.md": "changelog",
    "benchmarks/README.md": "benchmarks",
}
RESULTS_INTRODUCTION = """# Details of the measurements

What the scripts in `benchmarks/` printed, each with machine, date and commit.

```{toctree}
:maxdepth: 1

"""


def list_pages() -> dict[Path, str]:
    """Return file outside ``docs/`` → name of its page."""
    pages = {ROOT / file: name for file, name in PAGES.items()}
    results = sorted((ROOT / "benchmarks" / "results").glob("*.md"))
    return pages | {path: f"results/{path.stem}" for path in results}


def translate_links(text: str, file: Path, page: str) -> str:
    """Return ``text``, which lies in ``file`` and is shown as ``page``, with links that hold in the site."""
    docs, pages = ROOT / "docs", list_pages()
    folder = (docs / page).parent

    def translate(match: re.Match[str]) -> str:
        label, target, anchor = match[1], match[2], match[3] or ""
        found = (file.parent / target).resolve()
        if "://" in target or not found.exists():
            return match[0]
        place = docs / f"{pages[found]}.md" if found in pages else found
        return f"{label}({os.path.relpath(place, folder)}{anchor})"

    return LINK.sub(translate, text)


def write_if_changed(path: Path, text: str) -> None:
    """Write a page, unless it is the same already and need not be built again."""
    if not path.exists() or path.read_text("utf-8") != text:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


def write_pages(app: Sphinx) -> None:
    """Write the pages of all documents from outside."""
    docs, pages = Path(app.srcdir), list_pages()
    for file, page in pages.items():
        write_if_changed(docs / f"{page}.md", translate_links(file.read_text("utf-8"), file, page))
    results = {
        page.removeprefix("results/"): file for file, page in pages.items() if page.startswith("results/")
    }
    for old in (docs / "results").glob("*.md"):
        if old.stem not in results and old.stem != "index":
            old.unlink()
    titles = {name: file.read_text("utf-8").partition("\n")[0].lstrip("# ") for name, file in results.items()}
    shared = [title for title, count in Counter(titles.values()).items() if count > 1]
    lines = [f"{t} ({name}) <{name}>" if t in shared else name for name, t in titles.items()]
    write_if_changed(docs / "results" / "index.md", RESULTS_INTRODUCTION + "\n".join(lines) + "\n```\n")


def translate_page(app: Sphinx, page: str, source: list[str]) -> None:
    """Translate the links of a page that lies in ``docs/``."""
    if page not in list_pages().values():
        source[0] = translate_links(source[0], Path(app.srcdir, page), page)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("builder-inited", write_pages)
    app.connect("source-read", translate_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
