"""A serial number is one device's of an account, whatever other accounts have."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the index anew."""
    there = sa.text("deleted IS NULL")
    op.drop_index("uq_devices_serial", "devices")
    op.create_index(
        "uq_devices_serial",
        "devices",
        ["account", "serial"],
        unique=True,
        sqlite_where=there,
        postgresql_where=there,
    )
