"""What all tables have in common, and how many changes there have been."""

from sqlalchemy import BigInteger, Column, Integer, MetaData, Named, Table, TypedColumns

# SQLite counts only an INTEGER PRIMARY KEY upwards by itself
ID = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)


class _Revision(TypedColumns):
    """One row: how often something in the catalog was changed."""

    n: Named[int] = Column(BigInteger, nullable=False)


class _Changes(TypedColumns):
    """What each of the newest changes was about (`Subject`); one without a row may be about everything."""

    n: Named[int] = Column(BigInteger, primary_key=True, autoincrement=False)
    subject: Named[int] = Column(BigInteger, primary_key=True, autoincrement=False)


revision = Table("revision", metadata, _Revision)
changes = Table("changes", metadata, _Changes)
