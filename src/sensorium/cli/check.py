"""`sensorium check`: whether this machine and these settings can run the platform."""

import os
import platform
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sensorium.cli.options import Config, Data, Host, Port, settings_from
from sensorium.settings import Settings

Finding = tuple[str, bool, str]


def check(host: Host = None, port: Port = None, data: Data = None, config: Config = None) -> None:
    """Look at the settings, the databases, the data folder's fsync and the versions; exit 1 if one fails."""
    settings = settings_from(config, host=host, port=port, data=data)
    table = Table("what", "", "found")
    findings = list(_findings(settings))
    for what, good, found in findings:
        table.add_row(escape(what), "[green]good[/]" if good else "[red]bad[/]", escape(found))
    Console().print(table)
    if not all(good for _, good, _ in findings):
        raise typer.Exit(1)


def _findings(settings: Settings) -> Iterator[Finding]:
    from sensorium.app import reach_stores

    for name in ("sensorium", "chdb", "clickhouse-connect", "starlette", "uvicorn", "sqlalchemy"):
        yield f"version of {name}", True, version(name)
    yield "Python", True, platform.python_version()
    yield "SQLite", True, sqlite3.sqlite_version
    yield "settings", True, f"listens on {settings.host}:{settings.port}, data in {settings.data.resolve()}"
    yield _try("fsync of the data folder", lambda: _sync_time(settings.data.resolve()))
    for what, reach in reach_stores(settings).items():
        yield _try(what, reach)


def _try(what: str, look: Callable[[], str]) -> Finding:
    try:
        return what, True, look()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
        return what, False, str(error) or type(error).__name__


def _sync_time(folder: Path) -> str:
    there = next(each for each in (folder, *folder.parents) if each.exists())
    with tempfile.NamedTemporaryFile(dir=there) as file:
        times: list[float] = []
        for _ in range(20):
            os.write(file.fileno(), b"x" * 4096)
            started = perf_counter()
            os.fsync(file.fileno())
            times.append(perf_counter() - started)
    found = f"median {sorted(times)[10] * 1000:.2f} ms"
    return found if there == folder else f"there is no {folder} yet; where it will be made: {found}"
