"""What was printed for machines."""

import json

import pytest


@pytest.fixture
def records(capsys):
    """Return the JSON objects printed on stdout since the last call."""
    return lambda: [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture
def store():
    """An object store in the memory of this process, with nothing in it; what is known of it is forgotten."""
    from fsspec.implementations.memory import MemoryFileSystem

    from audiostyle.cli.batch import remote_listing

    def clear():
        MemoryFileSystem.store.clear()
        MemoryFileSystem.pseudo_dirs[:] = [""]
        remote_listing.forget()

    clear()
    yield MemoryFileSystem()
    clear()
