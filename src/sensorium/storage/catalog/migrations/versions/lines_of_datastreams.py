"""Datastreams go on with one another; those that are there are each a line of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the column."""
    line = sa.Column("line", sa.BigInteger, sa.ForeignKey("datastreams.id"))
    op.add_column("datastreams", line, inline_references=True)
    op.create_index("ix_datastreams_line", "datastreams", ["line"])
