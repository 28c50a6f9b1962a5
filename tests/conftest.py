"""What tests of every folder may ask for: a catalog, on each database that can hold one."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from sensorium.storage.catalog import Catalog
from tests import postgres


@pytest.fixture(scope="session")
def cluster() -> Iterator[postgres.Cluster]:
    """A PostgreSQL server. Without one the test is skipped, or fails under CI."""
    reason = postgres.absent()
    if reason is not None:
        (pytest.fail if "CI" in os.environ else pytest.skip)(reason)
    with postgres.running() as running:
        yield running


@pytest.fixture(scope="session")
def postgresql_template(cluster: postgres.Cluster) -> str:
    """The name of a PostgreSQL database with an empty catalog in it."""
    name = cluster.create()
    Catalog.open(cluster.dsn(name)).close()
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with an empty catalog in it."""
    path = tmp_path_factory.mktemp("catalog") / "catalog.db"
    Catalog.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    """Each database that can hold a catalog."""
    return request.param


@pytest.fixture
def empty_dsn(request: pytest.FixtureRequest, backend: str, tmp_path: Path) -> Iterator[str]:
    """The address of a database with nothing in it."""
    if backend == "sqlite":
        yield f"sqlite:///{tmp_path / 'catalog.db'}"
        return
    server: postgres.Cluster = request.getfixturevalue("cluster")
    name = server.create()
    yield server.dsn(name)
    server.drop(name)


@pytest.fixture
def catalog_dsn(request: pytest.FixtureRequest, backend: str, tmp_path: Path) -> Iterator[str]:
    """The address of an empty catalog, made as a copy, which is faster than opening a new one."""
    if backend == "sqlite":
        yield f"sqlite:///{shutil.copy(request.getfixturevalue('sqlite_template'), tmp_path / 'catalog.db')}"
        return
    template: str = request.getfixturevalue("postgresql_template")
    server: postgres.Cluster = request.getfixturevalue("cluster")
    name = server.create(template)
    yield server.dsn(name)
    server.drop(name)


@pytest.fixture
def catalog(catalog_dsn: str) -> Iterator[Catalog]:
    """An empty catalog."""
    opened = Catalog.open(catalog_dsn)
    yield opened
    opened.close()
