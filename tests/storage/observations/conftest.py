"""Tests of the store run twice: on the embedded engine and on a server."""

from collections.abc import Iterator

import pytest

from tests.storage.observations.shared import KINDS, on_kind


@pytest.fixture(autouse=True, scope="module")
def kind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Where `the_store` is, of a module that asks for it."""
    with on_kind(getattr(request, "param", KINDS[0])):
        yield


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each test of a module that works on the store is there for each kind, without being told."""
    if hasattr(metafunc.module, "the_store"):
        metafunc.parametrize("kind", KINDS, indirect=True, scope="module")
