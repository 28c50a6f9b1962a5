"""How values are checked."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "quality",
        sa.Column("id", ID, primary_key=True),
        sa.Column("account", sa.BigInteger, sa.ForeignKey("accounts.id")),
        sa.Column("component", sa.BigInteger, sa.ForeignKey("components.id")),
        sa.Column("datastream", sa.BigInteger, sa.ForeignKey("datastreams.id")),
        sa.Column("valid_from", sa.BigInteger, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("created", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_quality_component", "quality", ["component"])
    op.create_index("ix_quality_datastream", "quality", ["datastream"])
