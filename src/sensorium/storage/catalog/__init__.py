"""The catalog: accounts, tokens, devices, their datastreams and what is measured, in SQLite or PostgreSQL."""

from sensorium.storage.catalog.catalog import Catalog
from sensorium.storage.catalog.remembered import Remembered

__all__ = ["Catalog", "Remembered"]
