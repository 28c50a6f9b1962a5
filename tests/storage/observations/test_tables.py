"""The tables of the observation store."""

import pytest

from sensorium.storage.observations.connect import WRITING, connect
from sensorium.storage.observations.tables import DURABLE, NotDurable, create_tables
from tests.storage.observations.shared import the_store


def test_every_table_syncs_what_it_takes_and_what_it_merges():
    """The durability settings are in force in each table, and creating the tables again changes nothing."""
    store = the_store()
    client = connect(store.dsn, WRITING)
    create_tables(client)
    tables = client.query(
        "SELECT name, engine_full FROM system.tables WHERE database = currentDatabase()"
    ).result_rows
    assert {name for name, _ in tables} == {"observations", "origins", "packets", "probe"}
    for _, engine in tables:
        assert engine.startswith("ReplacingMergeTree")
        assert all(f"{setting} = {value}" in engine for setting, value in DURABLE.items())
    client.close()


@pytest.mark.parametrize("setting", DURABLE)
def test_a_table_that_does_not_sync_is_not_used(setting: str):
    """A table that lacks one of the settings stops the start, and the message names it."""
    client = connect(the_store().dsn, WRITING)
    client.command(f"ALTER TABLE probe MODIFY SETTING {setting} = 0")
    try:
        with pytest.raises(NotDurable, match=f"table probe .* {setting} = 1"):
            create_tables(client)
    finally:
        client.command(f"ALTER TABLE probe MODIFY SETTING {setting} = {DURABLE[setting]}")
        client.close()
