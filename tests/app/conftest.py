"""What several tests of the page share."""

import pytest
from pages import OFFER


@pytest.fixture
def offer():
    return OFFER
