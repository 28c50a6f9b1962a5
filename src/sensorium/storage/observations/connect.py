"""Clients of the engine: the one embedded in this process or a server. Only the DSN differs."""

import logging
import re
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from clickhouse_connect import driver
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from sensorium.model.errors import Unavailable
from sensorium.storage.files import OpenFiles
from sensorium.storage.observations.address import is_embedded, read_address

LEAST = "25.11"  # of a server: from here on it says in any format where an answer breaks off

_LOGS = ("clickhouse_connect", "urllib3.connectionpool")
_REQUEST = re.compile(r"(?<=with url: )\S+")

_MIB = 1 << 20

# The embedded engine believes that it owns the machine; these bound what it keeps.
_EMBEDDED = {
    "mark_cache_size": 8 * _MIB,
    "index_mark_cache_size": 2 * _MIB,
    "primary_index_cache_size": 8 * _MIB,
    "uncompressed_cache_size": 16 * _MIB,
    "compiled_expression_cache_size": _MIB,
    "query_condition_cache_size": 0,
    "mmap_cache_size": 0,
    "background_pool_size": 1,  # threads that merge: two would take the cores of front and worker
    "max_thread_pool_size": 200,
    "max_server_memory_usage": 1 << 30,
}
_SMALL = {
    "compile_expressions": 0,
    "compile_aggregate_expressions": 0,
    "compile_sort_description": 0,
    "local_filesystem_read_method": "pread",
    "max_read_buffer_size": 65_536,
    "use_query_condition_cache": 0,
    "max_threads": 1,
}
WRITING: dict[str, Any] = {
    **_SMALL,
    "async_insert": 0,
    "insert_deduplicate": 0,  # a row that was deleted may be written again as it was
    "max_insert_threads": 1,
    "max_partitions_per_insert_block": 100,
    "optimize_on_insert": 0,  # of equal rows the one in force is found when they are read
}
READING: dict[str, Any] = {
    **_SMALL,
    "max_block_size": 4096,
    "max_memory_usage": 512 * _MIB,
    "do_not_merge_across_partitions_select_final": 1,
    "output_format_json_escape_forward_slashes": 0,
    "output_format_json_quote_64bit_integers": 0,
    "http_write_exception_in_output_format": 0,  # an error is no row
    "readonly": 1,  # the last: no setting can be changed after it
}
AGAIN: dict[str, Any] = {"use_uncompressed_cache": 1, **READING}
"""For reads of the embedded engine that are likely to be asked again: unpacked blocks stay in memory."""


def connect(dsn: str, settings: dict[str, Any]) -> Client:
    """A client with these settings, each for its own queries. Raises Unavailable and InvalidAddress."""
    if is_embedded(dsn):
        with troubles():
            return driver.create_client(dsn=dsn, settings=settings, chdb_options=_EMBEDDED)
    return _connect_to_server(dsn, settings, read_address(dsn).database)


def files_of(dsn: str) -> OpenFiles:
    """The folders of the embedded engine, once it has its tables; of a server there are none."""
    name, folder = "the observations'", Path(dsn.removeprefix("chdb://"))
    return OpenFiles(name, [folder, folder / "store"] if is_embedded(dsn) else [])


def make_database(dsn: str) -> None:
    """Make the database of a server's DSN if it is missing. Raises Unavailable and InvalidAddress."""
    with _server_of(dsn) as (client, missing):
        if missing:
            client.command("CREATE DATABASE IF NOT EXISTS {name:Identifier}", parameters={"name": missing})


def reach_server(dsn: str) -> str:
    """What answers at the DSN of a server. Raises Unavailable and InvalidAddress."""
    with _server_of(dsn) as (client, missing):
        found = f"ClickHouse {client.server_version}"
        return f"{found}; the database {missing} is made at the first start" if missing else found


@contextmanager
def _server_of(dsn: str) -> Generator[tuple[Client, str]]:
    """A client of no database, and the name of the DSN's own where there is none of that name."""
    database = read_address(dsn).database
    client = _connect_to_server(dsn, {}, "")
    try:
        with troubles():
            found = {"name": database}
            is_there = not database or client.command("EXISTS DATABASE {name:Identifier}", parameters=found)
            yield client, "" if is_there else database
    finally:
        client.close()


def _connect_to_server(dsn: str, settings: dict[str, Any], database: str) -> Client:
    arguments = read_address(dsn).arguments
    for name in _LOGS:
        logging.getLogger(name).setLevel(logging.ERROR)  # what they warn of is raised as well
    with troubles():
        client = driver.create_client(
            **arguments,
            database=database or None,
            settings=settings,
            dedicated_pool=True,
            autogenerate_session_id=False,  # a session would answer one query at a time
        )
    if not client.min_version(LEAST):
        client.close()
        raise Unavailable(f"ClickHouse {client.server_version} is too old: {LEAST} is the least version.")
    return client


def told(error: Exception) -> str:
    """The text of an error without the address of a request: every setting and bound value is in that."""
    return _REQUEST.sub("/", str(error))


@contextmanager
def troubles() -> Generator[None]:
    """Turn whatever the engine or the disk refuses into Unavailable."""
    try:
        yield
    except (ClickHouseError, OSError) as error:
        raise Unavailable(f"The observation store does not answer: {told(error)}") from error
