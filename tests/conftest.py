"""What tests of more than one room use."""

import pytest


@pytest.fixture
def told() -> list[dict]:
    """A log: ``log=told.append``."""
    return []
