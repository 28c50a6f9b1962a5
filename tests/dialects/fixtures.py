"""The fixtures of each API's tests: a server of their own, and what is made on it."""

from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Literal, TypeVar

import pytest

from tests.dialects.nilu.api import Provider, new_provider
from tests.running import Server, running

Made = TypeVar("Made")


def server_with(**env: str) -> Any:
    """A fixture: the real server on a data folder of its own, for all tests of a folder."""

    @pytest.fixture(scope="package")
    def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
        with running(tmp_path_factory.mktemp("server") / "data", env=env) as started:
            started.wait_for_engine()
            yield started

    return server


def on_server(
    make: Callable[[Server], AbstractContextManager[Made]], scope: Literal["package", "function"] = "package"
) -> Any:
    """A fixture: what is made on the server, for all tests of a folder or for each one."""

    @pytest.fixture(scope=scope)
    def made(server: Server) -> Iterator[Made]:
        with make(server) as found:
            yield found

    return made


@contextmanager
def an_account(server: Server) -> Generator[Provider]:
    """An account to which nothing belongs yet."""
    made = new_provider(server)
    with made.client:
        yield made
