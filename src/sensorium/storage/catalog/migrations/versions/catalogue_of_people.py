"""Units and components that accounts have added."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Say whose each of them is; those that are there are shipped.

    SQLite takes the reference with the column alone, and would else make a table anew that others refer to.
    """
    for table in ("units", "components"):
        account = sa.Column("account", sa.BigInteger, sa.ForeignKey("accounts.id"))
        op.add_column(table, account, inline_references=True)
