"""A PostgreSQL server of the tests' own, in a temporary folder, reached by a socket there."""

import itertools
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from tests.system_packages import POSTGRESQL

USER = "postgres"


def absent() -> str | None:
    """Why there can be no server here, None when there can."""
    return None if (POSTGRESQL / "postgres").exists() else "postgresql-15 is not installed"


@dataclass
class Cluster:
    """A running server; `folder` holds its socket."""

    folder: Path
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def dsn(self, name: str) -> str:
        """The address of a database."""
        return f"postgresql+psycopg://{USER}@/{name}?host={self.folder}"

    def create(self) -> str:
        """A new database with nothing in it; its name."""
        name = f"test_{next(self.numbers)}"
        self._run("postgres", "CREATE DATABASE {} STRATEGY FILE_COPY", name)
        return name

    def drop(self, name: str) -> None:
        """Remove a database."""
        self._run("postgres", "DROP DATABASE {} WITH (FORCE)", name)

    def clear(self, name: str, tables: list[str]) -> None:
        """Remove every row of the tables, in that order."""
        self._run(name, "; ".join("DELETE FROM {}" for _ in tables), *tables)

    def _run(self, database: str, statement: str, *names: str) -> None:
        with psycopg.connect(
            host=str(self.folder), user=USER, dbname=database, autocommit=True
        ) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextmanager
def running() -> Iterator[Cluster]:
    """Start a server for as long as the block lasts. It also ends when this process is killed."""
    folder = Path(tempfile.mkdtemp(prefix="sensorium-postgresql-"))
    as_user = _ordinary_user(folder)
    data = folder / "data"
    initdb = [
        POSTGRESQL / "initdb",
        "-D",
        data,
        "-U",
        USER,
        "-A",
        "trust",
        "--no-sync",
        "-E",
        "UTF8",
        "--no-locale",
    ]
    subprocess.run([*as_user, *initdb], check=True, capture_output=True, cwd=folder)
    settings = {"listen_addresses": "", "unix_socket_directories": str(folder), "fsync": "off"}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    server = subprocess.Popen(
        ["setpriv", "--pdeathsig=QUIT", *as_user[1:], POSTGRESQL / "postgres", "-D", data, *options],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_until_ready(folder, server)
        yield Cluster(folder)
    finally:
        server.terminate()
        server.wait(timeout=20)
        shutil.rmtree(folder)


def _ordinary_user(folder: Path) -> list[str]:
    """What to put before a command: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return ["setpriv"]
    shutil.chown(folder, USER, USER)
    return ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--init-groups"]


def _wait_until_ready(folder: Path, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 20
    while True:
        assert server.poll() is None, "the PostgreSQL server ended"
        try:
            psycopg.connect(host=str(folder), user=USER, dbname="postgres").close()
        except psycopg.OperationalError:
            assert time.monotonic() < deadline, "the PostgreSQL server did not start"
            time.sleep(0.05)
        else:
            return
