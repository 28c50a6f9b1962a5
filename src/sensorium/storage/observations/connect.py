"""Clients of the engine: the one embedded in this process or a server. Only the DSN differs."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from clickhouse_connect import common, driver
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from sensorium.model.errors import Unavailable

_MIB = 1 << 20

# The embedded engine believes that it owns the machine; these bound what it keeps.
_EMBEDDED = {
    "mark_cache_size": 8 * _MIB,
    "index_mark_cache_size": 2 * _MIB,
    "primary_index_cache_size": 8 * _MIB,
    "uncompressed_cache_size": 0,
    "compiled_expression_cache_size": _MIB,
    "query_condition_cache_size": 0,
    "mmap_cache_size": 0,
    "background_pool_size": 2,
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
    "readonly": 1,  # the last: no setting can be changed after it
}


def connect(dsn: str, settings: dict[str, Any]) -> Client:
    """A client with these settings. Raises Unavailable."""
    common.set_setting("autogenerate_session_id", value=False)  # a session would answer one query at a time
    options: dict[str, Any] = {"chdb_options": _EMBEDDED} if dsn.startswith("chdb:") else {}
    with troubles():
        return driver.create_client(dsn=dsn, settings=settings, **options)


def reach_server(dsn: str) -> str:
    """What answers at the DSN of a server. Raises Unavailable."""
    client = connect(dsn, READING)
    try:
        return f"ClickHouse {client.server_version}"
    finally:
        client.close()


@contextmanager
def troubles() -> Generator[None]:
    """Turn whatever the engine or the disk refuses into Unavailable."""
    try:
        yield
    except (ClickHouseError, OSError) as error:
        raise Unavailable(f"The observation store does not answer: {error}") from error
