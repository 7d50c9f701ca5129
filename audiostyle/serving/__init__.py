"""What the package's web pages share: what a request may be, their files, and running a server.

==================  ==================================================================================
:mod:`.pages`       the files of pages, and refusals as sentences; what all share is in ``web/``
:mod:`.requests`    sizes, types, rates and origins of requests; tokens; the headers of responses
:mod:`.running`     an address, a link, a server in a thread of its own, and its end
==================  ==================================================================================

The pages are those of studies (:mod:`audiostyle.study`) and of ``audiostyle app`` (:mod:`audiostyle.app`).
Starlette and uvicorn come with the extras ``app`` and ``study``.
"""

__all__: list[str] = []
