"""What can be measured, in which units and levels."""

from sqlalchemy import BigInteger, Column, ForeignKey, Named, SmallInteger, Table, Text, TypedColumns

from sensorium.storage.catalog.tables.schema import metadata


class _Units(TypedColumns):
    """Those that are shipped have no account; the account of another has added it for everyone."""

    id: Named[int] = Column(BigInteger, primary_key=True, autoincrement=False)
    name: Named[str] = Column(Text)
    account: Named[int | None] = Column(BigInteger, ForeignKey("accounts.id"))


class _Components(TypedColumns):
    """As units are: shipped, or added by an account for everyone."""

    id: Named[int] = Column(BigInteger, primary_key=True, autoincrement=False)
    name: Named[str] = Column(Text)
    kind: Named[str] = Column(Text)
    description: Named[str | None] = Column(Text)
    qc_unit: Named[int | None] = Column(BigInteger, ForeignKey("units.id"))
    account: Named[int | None] = Column(BigInteger, ForeignKey("accounts.id"))
    aggregation: Named[str] = Column(Text, default="arithmetic")


class _Levels(TypedColumns):
    value: Named[int] = Column(SmallInteger, primary_key=True, autoincrement=False)
    description: Named[str] = Column(Text)


units = Table("units", metadata, _Units)
components = Table("components", metadata, _Components)
levels = Table("levels", metadata, _Levels)
