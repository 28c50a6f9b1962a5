"""The first tables: accounts, tokens, the catalogue, devices with their schemas and datastreams."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create them."""
    table = op.create_table("revision", sa.Column("n", sa.BigInteger, nullable=False))
    op.bulk_insert(table, [{"n": 0}])
    _create_accounts()
    _create_catalogue()
    _create_devices()
    _create_datastreams()


def _create_accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", ID, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_key", sa.Text, nullable=False),
        sa.Column("acronym", sa.Text),
        sa.Column("description", sa.Text),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("username", sa.Text, nullable=False),
        sa.Column("password", sa.Text, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("name_key", name="uq_accounts_name_key"),
        sa.UniqueConstraint("username", name="uq_accounts_username"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "tokens",
        sa.Column("id", ID, primary_key=True),
        sa.Column("account", sa.BigInteger, sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("last4", sa.Text, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("expires", sa.BigInteger),
        sa.UniqueConstraint("digest", name="uq_tokens_digest"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_tokens_account", "tokens", ["account"])


def _create_catalogue() -> None:
    op.create_table(
        "units",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("name", sa.Text, nullable=False),
    )
    op.create_table(
        "components",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("description", sa.Text),
        sa.Column("qc_unit", sa.BigInteger, sa.ForeignKey("units.id")),
    )
    op.create_table(
        "levels",
        sa.Column("value", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("description", sa.Text, nullable=False),
    )


def _create_devices() -> None:
    op.create_table(
        "devices",
        sa.Column("id", ID, primary_key=True),
        sa.Column("account", sa.BigInteger, sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("description", sa.Text),
        sa.Column("resolution", sa.BigInteger, nullable=False),
        sa.Column("epsg", sa.Integer, nullable=False),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("public", sa.Boolean, nullable=False),
        sa.Column("longitude", sa.Double),
        sa.Column("latitude", sa.Double),
        sa.Column("altitude", sa.Double),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("updated", sa.BigInteger),
        sa.Column("deleted", sa.BigInteger),
        sqlite_autoincrement=True,
    )
    there = sa.text("deleted IS NULL")
    op.create_index(
        "uq_devices_name",
        "devices",
        ["account", "name"],
        unique=True,
        sqlite_where=there,
        postgresql_where=there,
    )
    op.create_table(
        "schema_versions",
        sa.Column("device", sa.BigInteger, sa.ForeignKey("devices.id"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("avro", sa.Text, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "push_tests",
        sa.Column("device", sa.BigInteger, sa.ForeignKey("devices.id"), primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("trace", sa.Text, nullable=False),
    )


def _create_datastreams() -> None:
    identity = ("device", "component", "unit", "level", "path", "resolution", "epsg")
    op.create_table(
        "datastreams",
        sa.Column("id", ID, primary_key=True),
        sa.Column("device", sa.BigInteger, sa.ForeignKey("devices.id"), nullable=False),
        sa.Column("component", sa.BigInteger, sa.ForeignKey("components.id"), nullable=False),
        sa.Column("unit", sa.BigInteger, sa.ForeignKey("units.id"), nullable=False),
        sa.Column("level", sa.SmallInteger, sa.ForeignKey("levels.value"), nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("resolution", sa.BigInteger, nullable=False),
        sa.Column("epsg", sa.Integer, nullable=False),
        sa.UniqueConstraint(*identity, name="uq_datastreams_device"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "bindings",
        sa.Column("device", sa.BigInteger, sa.ForeignKey("devices.id"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("datastream", sa.BigInteger, sa.ForeignKey("datastreams.id"), nullable=False),
    )
