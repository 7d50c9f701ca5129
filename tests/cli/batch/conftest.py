"""What was printed for machines."""

import json

import pytest


@pytest.fixture
def records(capsys):
    """Return the JSON objects printed on stdout since the last call."""
    return lambda: [json.loads(line) for line in capsys.readouterr().out.splitlines()]
