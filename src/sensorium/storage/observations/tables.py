"""The tables, and the settings without which a stored row would not be on the disk."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the front names what is raised here, and does without a client
    from clickhouse_connect.driver.client import Client

# MergeTree syncs nothing by default, and drops the parts it has merged at once.
DURABLE = {
    "fsync_after_insert": 1,
    "fsync_part_directory": 1,
    "min_rows_to_fsync_after_merge": 1,
    "min_compressed_bytes_to_fsync_after_merge": 1,
}

_SMALL = "SETTINGS (min_compress_block_size = 4096)"
_COLUMNS = {
    "observations": f"""
        device UInt32 CODEC(Delta, ZSTD(1)) {_SMALL},
        datastream UInt32 CODEC(Delta, ZSTD(1)) {_SMALL},
        time DateTime64(6, 'UTC') CODEC(DoubleDelta, ZSTD(1)) {_SMALL},
        value Nullable(Float64) CODEC(ZSTD(1)) {_SMALL},
        text Nullable(String) CODEC(LZ4),
        value_corrected Nullable(Float64) CODEC(ZSTD(1)),
        level_corrected Nullable(Int16) CODEC(LZ4),
        uncertainty_corrected Nullable(Float64) CODEC(ZSTD(1)),
        qc UInt16 CODEC(LZ4),
        qcs UInt16 CODEC(LZ4),
        qa UInt16 CODEC(LZ4),
        qas UInt16 CODEC(LZ4),
        longitude Nullable(Float64) CODEC(LZ4),
        latitude Nullable(Float64) CODEC(LZ4),
        altitude Nullable(Float64) CODEC(LZ4),
        packet UInt64 CODEC(Delta, ZSTD(1)) {_SMALL},
        version UInt64 CODEC(Delta, ZSTD(1)) {_SMALL},
        is_deleted UInt8 CODEC(LZ4) {_SMALL}""",
    "packets": """
        device UInt32 CODEC(Delta, ZSTD(1)),
        received DateTime64(6, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
        id UInt64 CODEC(Delta, ZSTD(1)),
        schema_version UInt32 CODEC(ZSTD(1)),
        time Nullable(DateTime64(6, 'UTC')) CODEC(Delta, ZSTD(1)),
        longitude Nullable(Float64) CODEC(ZSTD(1)),
        latitude Nullable(Float64) CODEC(ZSTD(1)),
        altitude Nullable(Float64) CODEC(ZSTD(1)),
        format UInt8 CODEC(ZSTD(1)),
        record String CODEC(ZSTD(1)),
        raw String CODEC(ZSTD(3)),
        INDEX ids id TYPE minmax GRANULARITY 1""",
    "origins": """
        device UInt32 CODEC(Delta, ZSTD(1)),
        time DateTime64(6, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
        packet UInt64 CODEC(Delta, ZSTD(1)),
        first UInt64 CODEC(Delta, ZSTD(1)),
        agent LowCardinality(String) CODEC(ZSTD(1)),
        datastreams Array(UInt32) CODEC(ZSTD(1)),
        texts Array(String) CODEC(ZSTD(1))""",
    "probe": "n UInt8",
}
_LAYOUT = {
    "observations": """ReplacingMergeTree(version, is_deleted)
        PARTITION BY toYYYYMM(time) ORDER BY (device, datastream, time)""",
    "packets": "ReplacingMergeTree PARTITION BY toYYYYMM(received) ORDER BY (device, received, id)",
    "origins": "ReplacingMergeTree PARTITION BY toYYYYMM(time) ORDER BY (device, time, packet)",
    "probe": "ReplacingMergeTree ORDER BY n",
}
# how many parts of a size wait for each other: the more, the less often a row is merged
_MERGES = {"merge_selector_base": 8}
_SETTINGS = {
    "observations": {"index_granularity": 512, "min_compress_block_size": 16_384, **_MERGES},
    "packets": _MERGES,
}
"""Of new tables: the newest rows of many datastreams are few of many marks, each of which is read whole.

In the columns that any such read needs, the rows of a mark are about a block of their own.
"""


_LATER = (("observations", "uncertainty_corrected Nullable(Float64) CODEC(ZSTD(1))"),)
"""Columns that tables of earlier releases lack."""


class NotDurable(Exception):
    """A table keeps less than it must: rows could be lost although they were reported stored."""


def create_tables(client: "Client") -> None:
    """Create the tables and columns that are missing and read the settings back.

    Raises NotDurable when they are not in force.
    """
    for table, columns in _COLUMNS.items():
        given = DURABLE | _SETTINGS.get(table, {})
        settings = ", ".join(f"{name} = {value}" for name, value in given.items())
        client.command(
            f"CREATE TABLE IF NOT EXISTS {table} ({columns}) ENGINE = {_LAYOUT[table]} SETTINGS {settings}"
        )
    for table, column in _LATER:
        client.command(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {column}")
    for table in _COLUMNS:
        _verify(client, table)


def _verify(client: "Client", table: str) -> None:
    answer = client.query(
        "SELECT engine_full FROM system.tables WHERE database = currentDatabase() AND name = {table:String}",
        parameters={"table": table},
    )
    (engine,) = answer.result_rows[0]
    found = {name: int(value) for name, value in re.findall(r"(\w+) = (\d+)\b", engine)}
    lacking = [f"{name} = {value}" for name, value in DURABLE.items() if found.get(name) != value]
    if lacking:
        raise NotDurable(f"table {table} of the observation store lacks the settings {', '.join(lacking)}")
