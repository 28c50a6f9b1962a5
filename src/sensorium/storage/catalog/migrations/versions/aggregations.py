"""What many values of a component are together."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Say so of each component; those that are shipped get their own when the catalog is opened."""
    aggregation = sa.Column("aggregation", sa.Text, nullable=False, server_default="arithmetic")
    op.add_column("components", aggregation)
