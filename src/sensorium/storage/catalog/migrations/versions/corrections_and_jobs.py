"""Corrections, learned scorers, and jobs."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create the tables."""
    _create_rules()
    op.create_table(
        "jobs",
        sa.Column("id", ID, primary_key=True),
        sa.Column("account", sa.BigInteger, sa.ForeignKey("accounts.id")),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("device", sa.BigInteger, sa.ForeignKey("devices.id")),
        sa.Column("begin", sa.BigInteger),
        sa.Column("end", sa.BigInteger),
        sa.Column("arguments", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("after_device", sa.BigInteger, nullable=False),
        sa.Column("after", sa.BigInteger, nullable=False),
        sa.Column("total", sa.BigInteger),
        sa.Column("processed", sa.BigInteger, nullable=False),
        sa.Column("rejected", sa.BigInteger, nullable=False),
        sa.Column("message", sa.Text),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("started", sa.BigInteger),
        sa.Column("ended", sa.BigInteger),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_jobs_account", "jobs", ["account"])
    op.create_index("ix_jobs_state", "jobs", ["state"])


def _create_rules() -> None:
    op.create_table(
        "corrections",
        sa.Column("id", ID, primary_key=True),
        sa.Column("datastream", sa.BigInteger, sa.ForeignKey("datastreams.id"), nullable=False),
        sa.Column("valid_from", sa.BigInteger, nullable=False),
        sa.Column("expression", sa.Text),
        sa.Column("level", sa.SmallInteger, sa.ForeignKey("levels.value")),
        sa.Column("note", sa.Text),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("datastream", "valid_from", name="uq_corrections_datastream"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "scorers",
        sa.Column("id", ID, primary_key=True),
        sa.Column("datastream", sa.BigInteger, sa.ForeignKey("datastreams.id"), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("settings", sa.Text, nullable=False),
        sa.Column("model", sa.LargeBinary, nullable=False),
        sa.Column("trained_from", sa.BigInteger, nullable=False),
        sa.Column("trained_to", sa.BigInteger, nullable=False),
        sa.Column("samples", sa.BigInteger, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("datastream", "version", name="uq_scorers_datastream"),
        sqlite_autoincrement=True,
    )
