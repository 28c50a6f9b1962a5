"""Bringing the tables of a catalog up to date when it is opened."""

from sqlalchemy import Connection, inspect, text

from sensorium.storage.catalog.tables import VERSION

_LOCK = 0x73656E736F72  # any number that no other program on the same server uses


def migrate(connection: Connection) -> None:
    """Run the migrations that this catalog has not seen. Processes that open it at once take turns: from here
    until the transaction ends.

    Raises alembic.util.CommandError when a newer version of sensorium has written the catalog.
    """
    if connection.dialect.name == "postgresql":  # SQLite has one writer anyway
        connection.execute(text("SET LOCAL lock_timeout = 0"))  # a migration may take its time
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    if _version(connection) != VERSION:
        _upgrade(connection)


def is_empty(connection: Connection) -> bool:
    """Whether no catalog was ever made there."""
    return _version(connection) is None


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.scalars(text("SELECT version_num FROM alembic_version")).one_or_none()


def _upgrade(connection: Connection) -> None:
    from alembic import command  # 0.2 s and 11 MiB that an up-to-date catalog need not pay
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "sensorium.storage.catalog:migrations")
    command.upgrade(config, "head")
