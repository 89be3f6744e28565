import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))

from drill import given  # noqa: E402


@pytest.fixture(scope="session")
def plan():
    return given()
