"""What tests of every folder may ask for: a catalog, on each database that can hold one."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.tables import metadata
from tests import postgres

HERE = Path(__file__).parent
ROOT = HERE.parent
SHARED = {"revision", "units", "components", "levels"}

settings.register_profile(
    "shared machine",
    suppress_health_check=[HealthCheck.too_slow],
    deadline=None,
    phases=set(Phase) - {Phase.explain},  # which takes so long that a test ends before it shows its case
)
settings.load_profile("shared machine")

OWNED = [table.name for table in reversed(metadata.sorted_tables) if table.name not in SHARED]


LONG = ("flow", "process", "server", "dialects", "cli", "real_data", "faults", "storage")
"""Folders of tests that take long: they begin first, so that no process is left alone with one at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In which order tests run."""
    order = [HERE / name for name in LONG]

    def place(item: pytest.Item) -> int:
        return next((at for at, folder in enumerate(order) if folder in item.path.parents), len(order))

    items.sort(key=place)


class Sharing(LoadScopeScheduling):
    """Tests that share servers run in one process: those of a folder with fixtures, or else of a file."""

    def _split_scope(self, nodeid: str) -> str:
        file = ROOT / nodeid.partition("::")[0]
        shares = file.parent != HERE and (file.parent / "conftest.py").exists()
        return str(file.parent if shares else file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer | None) -> Sharing:
    """How tests are shared out among processes."""
    return Sharing(config, log)


@pytest.fixture(scope="session")
def cluster() -> Iterator[postgres.Cluster]:
    """A PostgreSQL server. Without one the test is skipped, or fails under CI."""
    reason = postgres.absent()
    if reason is not None:
        (pytest.fail if "CI" in os.environ else pytest.skip)(reason)
    with postgres.running() as running:
        yield running


@pytest.fixture(scope="session")
def postgresql_catalog(cluster: postgres.Cluster) -> str:
    """The name of a PostgreSQL database with a catalog in it, which tests use in turn."""
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
    """The address of a catalog without accounts: a copy of a file, or a database that is emptied afterwards.

    A test that changes the tables themselves or the shipped catalogue takes an `empty_dsn` instead.
    """
    if backend == "sqlite":
        yield f"sqlite:///{shutil.copy(request.getfixturevalue('sqlite_template'), tmp_path / 'catalog.db')}"
        return
    name: str = request.getfixturevalue("postgresql_catalog")
    server: postgres.Cluster = request.getfixturevalue("cluster")
    yield server.dsn(name)
    server.clear(name, OWNED)


@pytest.fixture
def catalog(catalog_dsn: str) -> Iterator[Catalog]:
    """A catalog without accounts."""
    opened = Catalog.open(catalog_dsn)
    yield opened
    opened.close()
