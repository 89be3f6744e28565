import pytest

from drill import given


@pytest.fixture(scope="session")
def plan():
    return given()
