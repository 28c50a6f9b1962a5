"""Users, trackers, calibrations, the log of a device, and assets."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create the tables, and a tracker for each device that is there."""
    _create_people()
    _widen_what_is_there()
    _create_trackers()
    _create_logbook()
    _create_calibrations()
    _create_assets()
    _create_definitions()
    op.execute(
        "INSERT INTO trackers (account, device, label, clone, group_id, created)"
        " SELECT account, id, name, FALSE, 0, created FROM devices WHERE deleted IS NULL"
    )


def _widen_what_is_there() -> None:
    op.add_column(
        "accounts", sa.Column("calibrate_from_now", sa.Boolean, nullable=False, server_default=sa.false())
    )
    op.add_column("devices", sa.Column("model", sa.Text))
    op.add_column("devices", sa.Column("serial", sa.Text))
    op.add_column("devices", sa.Column("blocked", sa.Boolean, nullable=False, server_default=sa.false()))
    there = sa.text("deleted IS NULL")
    op.create_index(
        "uq_devices_serial", "devices", ["serial"], unique=True, sqlite_where=there, postgresql_where=there
    )
    op.add_column("tokens", sa.Column("kind", sa.Text, nullable=False, server_default="token"))
    op.add_column(
        "tokens", sa.Column("user", sa.BigInteger, sa.ForeignKey("users.id")), inline_references=True
    )
    op.add_column("tokens", sa.Column("title", sa.Text))
    op.add_column("tokens", sa.Column("scopes", sa.Text))
    op.add_column("tokens", sa.Column("sliding", sa.BigInteger))
    op.create_index("ix_tokens_user", "tokens", ["user"])


def _create_people() -> None:
    op.create_table(
        "users",
        sa.Column("id", ID, primary_key=True),
        sa.Column("account", sa.BigInteger, sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("username", sa.Text, nullable=False),
        sa.Column("password", sa.Text, nullable=False),
        sa.Column("label", sa.Text),
        sa.Column("rights", sa.Text, nullable=False),
        sa.Column("sees_all", sa.Boolean, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("deleted", sa.BigInteger),
        sa.UniqueConstraint("username", name="uq_users_username"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_users_account", "users", ["account"])
    op.create_table(
        "rates",
        sa.Column("credential", sa.LargeBinary, primary_key=True),
        sa.Column("begin", sa.BigInteger, nullable=False),
        sa.Column("requests", sa.BigInteger, nullable=False),
    )


def _create_trackers() -> None:
    op.create_table(
        "trackers",
        sa.Column("id", ID, primary_key=True),
        sa.Column("account", sa.BigInteger, sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("device", sa.BigInteger, sa.ForeignKey("devices.id"), nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("clone", sa.Boolean, nullable=False),
        sa.Column("group_id", sa.BigInteger, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("account", "device", name="uq_trackers_account"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_trackers_device", "trackers", ["device"])
    op.create_table(
        "user_trackers",
        sa.Column("user", sa.BigInteger, sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("tracker", sa.BigInteger, sa.ForeignKey("trackers.id"), primary_key=True),
    )
    op.create_table(
        "sensors",
        sa.Column("id", ID, primary_key=True),
        sa.Column("device", sa.BigInteger, sa.ForeignKey("devices.id"), nullable=False),
        sa.Column("datastream", sa.BigInteger, sa.ForeignKey("datastreams.id")),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("sensor_type", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("input_name", sa.Text),
        sa.Column("input_number", sa.Integer),
        sa.Column("divider", sa.Float(53)),
        sa.Column("accuracy", sa.Float(53)),
        sa.Column("units", sa.Text),
        sa.Column("units_type", sa.Text),
        sa.Column("group_type", sa.Text),
        sa.Column("parameters", sa.Text, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sensors_device", "sensors", ["device"])


def _create_logbook() -> None:
    op.create_table(
        "tracking_settings",
        sa.Column("device", sa.BigInteger, sa.ForeignKey("devices.id"), primary_key=True),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("stored", sa.BigInteger, nullable=False),
        sa.Column("sent", sa.BigInteger),
        sa.Column("acknowledged", sa.BigInteger),
        sa.Column("reported", sa.Text),
        sa.Column("reported_at", sa.BigInteger),
    )
    op.create_table(
        "log_entries",
        sa.Column("id", ID, primary_key=True),
        sa.Column("device", sa.BigInteger, sa.ForeignKey("devices.id"), nullable=False),
        sa.Column("time", sa.BigInteger, nullable=False),
        sa.Column("user", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("status", sa.Text),
        sa.Column("level", sa.Float(53)),
        sa.Column("offset", sa.Float(53)),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_log_entries_device", "log_entries", ["device", "time"])


def _create_calibrations() -> None:
    op.create_table(
        "calibrations",
        sa.Column("id", ID, primary_key=True),
        sa.Column("datastream", sa.BigInteger, sa.ForeignKey("datastreams.id"), nullable=False),
        sa.Column("valid_from", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("points", sa.Text),
        sa.Column("expression", sa.Text),
        sa.Column("divider", sa.Float(53)),
        sa.Column("multiplier", sa.Float(53)),
        sa.Column("level", sa.SmallInteger, sa.ForeignKey("levels.value")),
        sa.Column("certificate", sa.Text),
        sa.Column("uncertainty", sa.Float(53)),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("replaced", sa.BigInteger),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_calibrations_datastream", "calibrations", ["datastream"])


def _create_assets() -> None:
    op.create_table(
        "assets",
        sa.Column("id", ID, primary_key=True),
        sa.Column("account", sa.BigInteger, sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("deleted", sa.BigInteger),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_assets_account", "assets", ["account"])
    op.create_table(
        "links",
        sa.Column("id", ID, primary_key=True),
        sa.Column("device", sa.BigInteger, sa.ForeignKey("devices.id"), nullable=False),
        sa.Column("asset", sa.BigInteger, sa.ForeignKey("assets.id"), nullable=False),
        sa.Column("begin", sa.BigInteger, nullable=False),
        sa.Column("end", sa.BigInteger),
        sa.Column("task", sa.Text),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_links_asset", "links", ["asset"])
    op.create_index("ix_links_device", "links", ["device"])


def _create_definitions() -> None:
    op.create_table(
        "definitions",
        sa.Column("id", ID, primary_key=True),
        sa.Column("account", sa.BigInteger, sa.ForeignKey("accounts.id")),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sensor", sa.BigInteger),
        sa.Column("component", sa.BigInteger, sa.ForeignKey("components.id")),
        sa.Column("unit", sa.BigInteger, sa.ForeignKey("units.id")),
        sa.Column("unit_label", sa.Text),
        sa.Column("equation", sa.Text),
        sa.Column("data_min", sa.Text),
        sa.Column("data_max", sa.Text),
        sa.Column("graph_min", sa.Text),
        sa.Column("graph_max", sa.Text),
        sa.Column("deactivated", sa.Text),
        sa.Column("chart", sa.Boolean, nullable=False),
        sa.Column("data_type", sa.Text, nullable=False),
        sa.Column("color", sa.Text),
        sa.Column("chart_label", sa.Text),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_definitions_account", "definitions", ["account"])
    op.create_table(
        "provisioned",
        sa.Column("device", sa.BigInteger, sa.ForeignKey("devices.id"), primary_key=True),
        sa.Column("definition", sa.BigInteger, sa.ForeignKey("definitions.id"), primary_key=True),
        sa.Column("datastream", sa.BigInteger, sa.ForeignKey("datastreams.id")),
    )
