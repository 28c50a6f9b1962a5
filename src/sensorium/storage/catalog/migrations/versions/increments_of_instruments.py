"""By how much the values of instruments differ at least."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "increments",
        sa.Column(
            "line", sa.BigInteger, sa.ForeignKey("datastreams.id"), primary_key=True, autoincrement=False
        ),
        sa.Column("size", sa.Float(53), nullable=False),
        sa.Column("samples", sa.BigInteger, nullable=False),
        sa.Column("measured", sa.BigInteger, nullable=False),
    )
