"""The catalog opens, migrates, keeps what is written, and notices what others write, on each database."""

import subprocess
import sys
from pathlib import Path
from time import monotonic

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError

from sensorium.model.errors import NotKept, Unavailable
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.accounts import NewAccount, NewToken, add_account, add_token, all_accounts
from sensorium.storage.catalog.datastreams import find_streams
from sensorium.storage.catalog.defaults import default_components, default_levels, default_units
from sensorium.storage.catalog.engine import BUSY, create, for_writing
from sensorium.storage.catalog.measured import all_components
from sensorium.storage.catalog.tables import VERSION, components, metadata, units
from tests import postgres

OPEN = "import sys; from sensorium.storage.catalog import Catalog; Catalog.open(sys.argv[1]).close()"
NEW = NewAccount("Institute", "institute", None, None, "a@example.org", "institute", "hash")


def token(letter: str) -> NewToken:
    return NewToken(letter.encode() * 32, letter * 4, None)


def test_migrations_make_the_tables_that_the_code_speaks_of(catalog: Catalog):
    """No column, index or constraint differs between the migrations and `tables.py`."""
    with catalog.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_version_is_the_newest_migration():
    """A catalog that is up to date is recognised without loading Alembic."""
    script = ScriptDirectory("src/sensorium/storage/catalog/migrations")
    assert script.get_heads() == [VERSION]


def test_processes_may_open_an_empty_database_at_once(empty_dsn: str):
    """Four processes migrate and fill in the catalogue: all come up, and each row is there once."""
    processes = [
        subprocess.Popen([sys.executable, "-c", OPEN, empty_dsn], stderr=subprocess.PIPE) for _ in range(4)
    ]
    assert [each.communicate()[1] for each in processes] == [b""] * 4
    assert [each.returncode for each in processes] == [0] * 4
    catalog = Catalog.open(empty_dsn)
    with catalog.read() as connection:
        assert len(connection.execute(select(components)).all()) == len(default_components())
    catalog.close()


def test_what_is_written_is_there_after_reopening(catalog_dsn: str):
    """A change outlives the catalog that made it."""
    first = Catalog.open(catalog_dsn)
    account = add_account(first, NEW, token("a"), now=1)
    first.close()
    second = Catalog.open(catalog_dsn)
    assert all_accounts(second) == [account]
    second.close()


def test_change_that_fails_leaves_nothing(catalog: Catalog):
    """A change is whole or not at all, and what was not made is not noticed."""
    with pytest.raises(ZeroDivisionError), catalog.change() as connection:
        connection.execute(insert(units).values(id=9999, name="furlong"))
        raise ZeroDivisionError
    with catalog.read() as connection:
        assert connection.execute(select(units).where(units.c.id == 9999)).all() == []
    assert catalog.generation == 0


def test_change_by_another_is_seen_at_the_next_poll(catalog: Catalog, catalog_dsn: str):
    """Once for all that happened since; one's own changes are known without polling."""
    other = Catalog.open(catalog_dsn)
    add_account(other, NEW, token("a"), now=1)
    assert (other.generation, catalog.generation) == (1, 0)
    catalog.poll()
    assert catalog.generation == 1
    catalog.poll()
    other.poll()
    assert (other.generation, catalog.generation) == (1, 1)
    other.close()


def test_new_token_is_no_change(catalog: Catalog):
    """Nothing that anyone remembers depends on it, so memories are not emptied by those who log in."""
    account = add_account(catalog, NEW, token("a"), now=1)
    before = catalog.generation
    add_token(catalog, account.id, token("b"), now=2)
    catalog.poll()
    assert catalog.generation == before


def test_rows_point_at_rows_that_exist(catalog: Catalog):
    """A token of no account is refused by the database itself."""
    with pytest.raises(IntegrityError):
        add_token(catalog, 12345, token("a"), now=1)


def test_database_that_is_gone_is_unavailable(catalog: Catalog):
    """Trouble of the database is answered as such, not as a mistake of the caller."""
    with pytest.raises(Unavailable), catalog.read() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        connection.execute(text("SELECT * FROM a_table_that_is_gone"))
    catalog.poll()


def test_nobody_waits_for_ever_for_a_change_that_stands_still(catalog: Catalog, catalog_dsn: str):
    """Another one is refused in seconds; the readers are not concerned."""
    other = Catalog.open(catalog_dsn)
    with catalog.change():
        begun = monotonic()
        with pytest.raises(NotKept), other.change():
            pass
        assert 1 < monotonic() - begun < 3 * BUSY
        other.poll()
    with other.change():
        pass
    other.close()


def test_what_the_address_of_a_database_says_goes_first(cluster: postgres.Cluster):
    """The bounds on waiting are of connections about which nothing else is said."""
    asked = "SELECT current_setting('lock_timeout'), current_setting('idle_in_transaction_session_timeout')"
    for options, found in (("", ("5s", "30s")), ("&options=-c%20lock_timeout%3D7s", ("7s", "0"))):
        engine = create(cluster.dsn("postgres") + options)
        with engine.begin() as connection:
            assert connection.execute(text(asked)).one() == found
        engine.dispose()


def test_catalog_that_cannot_be_reached_is_unavailable(tmp_path: Path):
    """Already when it is opened."""
    with pytest.raises(Unavailable):
        Catalog.open(f"postgresql://nobody@/nothing?host={tmp_path}")


@pytest.mark.parametrize(
    "dsn", ["mysql://host/name", "sqlite://", "sqlite:///:memory:", "sqlite://host/x.db"]
)
def test_other_databases_are_refused(dsn: str):
    """Neither other servers nor a database that ends with the process."""
    with pytest.raises(ValueError, match="must begin with"):
        Catalog.open(dsn)


@pytest.mark.parametrize("driver", ["pysqlite", "aiosqlite"])
def test_whatever_driver_is_named_python_s_own_opens_the_file(driver: str, tmp_path: Path):
    """As with PostgreSQL, for which it is psycopg."""
    Catalog.open(f"sqlite+{driver}:///{tmp_path}/catalog.db").close()
    assert (tmp_path / "catalog.db").stat().st_size > 0


def test_catalog_of_a_newer_version_is_left_alone(empty_dsn: str):
    """What a newer sensorium wrote, an older one must not guess at."""
    catalog = Catalog.open(empty_dsn)
    with catalog.note() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    catalog.close()
    with pytest.raises(CommandError, match="9999"):
        Catalog.open(empty_dsn)


def make_older(dsn: str, version: str, *statements: str) -> None:
    """Make a catalog as an older version left it, with what the statements put in."""
    engine = for_writing(create(dsn))
    with engine.begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", "sensorium.storage.catalog:migrations")
        command.upgrade(config, version)
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def test_catalog_of_an_older_version_is_brought_up_with_what_is_in_it(empty_dsn: str):
    """From the first version on: rows that point at others stay as they are."""
    make_older(
        empty_dsn,
        "0001",
        "INSERT INTO units (id, name) VALUES (3, 'ug'), (9999, 'furlong')",
        "INSERT INTO components (id, name, kind, qc_unit) VALUES (8, 'NO2', 'Standard', 3)",
        "INSERT INTO levels (value, description) VALUES (1, 'raw')",
        "INSERT INTO accounts (name, name_key, email, username, password, created)"
        " VALUES ('a', 'a', 'a', 'a', 'a', 1)",
        "INSERT INTO devices (account, name, resolution, epsg, enabled, public, version, created)"
        " VALUES (1, 'd', 1, 4326, TRUE, TRUE, 1, 1)",
        "INSERT INTO datastreams (device, component, unit, level, path, resolution, epsg)"
        " VALUES (1, 8, 9999, 1, 'v', 1, 4326)",
    )
    catalog = Catalog.open(empty_dsn)
    [stream] = find_streams(catalog, 1)
    assert (stream.component.name, stream.unit.name) == ("NO2", "furlong")
    catalog.close()


def test_catalog_without_aggregations_gets_those_that_are_shipped(empty_dsn: str):
    """Components that people have added are as they were: arithmetic."""
    make_older(
        empty_dsn,
        "0007",
        "INSERT INTO components (id, name, kind) VALUES (149, 'Wind direction', 'Standard'),"
        " (57, 'Noise', 'Standard'), (153, 'Precipitation', 'Standard'), (8, 'NO2', 'Standard'),"
        " (10000, 'Direction of growth', 'Custom')",
    )
    catalog = Catalog.open(empty_dsn)
    found = {each.id: each.aggregation.value for each in all_components(catalog)}
    catalog.close()
    assert [found[number] for number in (149, 57, 153)] == ["circular", "energetic", "sum"]
    assert (found[8], found[10_000]) == ("arithmetic", "arithmetic")


def test_shipped_rows_are_brought_up_to_date_and_others_stay(empty_dsn: str):
    """At the next opening: a new name arrives, and everyone hears of it; people's own units are kept."""
    catalog = Catalog.open(empty_dsn)
    with catalog.note() as connection:
        connection.execute(update(units).where(units.c.id == 3).values(name="ug/m3"))
        connection.execute(insert(units).values(id=9999, name="furlong"))
    Catalog.open(empty_dsn).close()
    with catalog.read() as connection:
        names = {row.id: row.name for row in connection.execute(select(units))}
    assert (names[3], names[9999], len(names)) == ("µg/m³", "furlong", len(default_units()) + 1)
    catalog.poll()
    assert catalog.generation == 1
    catalog.close()


def test_sqlite_syncs_every_commit(sqlite_template: str):
    """Write-ahead log, synchronous=FULL (2) and foreign keys, on every connection; others cannot read it."""
    catalog = Catalog.open(f"sqlite:///{sqlite_template}")
    with catalog.read() as connection:
        pragmas = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    catalog.close()
    assert pragmas == ["wal", 2, 1]


def test_default_catalogue_is_whole():
    """Every id once, every component judged in a unit that is there, five data levels.

    Directions are in degrees, and levels in decibels with a weight.
    """
    numbers = [row["id"] for row in default_components()]
    unit_numbers = [row["id"] for row in default_units()]
    assert len(numbers) == len(set(numbers))
    assert len(unit_numbers) == len(set(unit_numbers))
    assert {row["qc_unit"] for row in default_components()} <= set(unit_numbers)
    names = {row["id"]: row["name"] for row in default_units()}
    judged = {
        kind: {names[row["qc_unit"]] for row in default_components() if row["aggregation"] == kind}
        for kind in ("circular", "energetic", "sum")
    }
    assert (judged["circular"], judged["energetic"]) == ({"°"}, {"dBA", "dBC", "dBZ"})
    assert judged["sum"] == {"mm", "s", "count"}
    assert [row["value"] for row in default_levels()] == [0, 1, 2, 3, 4]
