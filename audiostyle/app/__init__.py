"""A page for all jobs in a browser: songs on other instruments, textures of sounds, styles of photographs.

======================  ================================================================================
:mod:`.limits`          how much a server takes, and how long it keeps it
:mod:`.sessions`        what belongs to one browser, and when it is removed
:mod:`.uploads`         files that come in: bounded, named, looked at
:mod:`.requests`        what a browser may ask for, checked
:mod:`.jobs`            a job from its request to its result, and what the page is told of it
:mod:`.queue`           jobs one after the other, with progress, and canceled at once
:mod:`.worker`          the process that does them, which may die without harm to the server
:mod:`.works`           the work: translations, transfers, photographs
:mod:`.spectrograms`    pictures of recordings of any length
:mod:`.rolls`           notes with their curves, as the page draws them
:mod:`.demo`            the examples that come with the package, and one of them before and after
:mod:`.downloads`       results in the format that is wanted
:mod:`.server`          the page as a web application (Starlette); its scripts are in ``web/``
:mod:`.running`         running it
======================  ================================================================================

An upload → :mod:`.uploads` → a file of a session → a request → a job in the queue → the worker → results,
which only that session can fetch.  Nothing leaves the machine, and at the end nothing is left on its disk.
Starlette and uvicorn come with the extra ``app``.
"""

from typing import TYPE_CHECKING

from audiostyle.lazy import export_lazily

if TYPE_CHECKING:
    from audiostyle.app.demo import make_demo as make_demo
    from audiostyle.app.running import serve_app as serve_app

export_lazily(__name__, {"audiostyle.app.demo": ("make_demo",), "audiostyle.app.running": ("serve_app",)})
