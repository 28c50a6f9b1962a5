"""What the newest changes were about."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "changes",
        sa.Column("n", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("subject", sa.BigInteger, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("n", "subject", name="pk_changes"),
    )
