"""The tables of the catalog. Moments are microseconds since 1970 UTC; ids are never used twice."""

from sensorium.storage.catalog.tables.assets import assets, definitions, links, provisioned
from sensorium.storage.catalog.tables.devices import (
    bindings,
    datastreams,
    devices,
    push_tests,
    schema_versions,
)
from sensorium.storage.catalog.tables.measured import components, levels, units
from sensorium.storage.catalog.tables.people import accounts, rates, tokens, user_trackers, users
from sensorium.storage.catalog.tables.processing import (
    calibrations,
    corrections,
    increments,
    jobs,
    quality,
    scorers,
)
from sensorium.storage.catalog.tables.schema import changes, metadata, revision
from sensorium.storage.catalog.tables.tracking import log_entries, sensors, trackers, tracking_settings

VERSION = "0010"  # the newest migration in migrations/versions

__all__ = [
    "VERSION",
    "accounts",
    "assets",
    "bindings",
    "calibrations",
    "changes",
    "components",
    "corrections",
    "datastreams",
    "definitions",
    "devices",
    "increments",
    "jobs",
    "levels",
    "links",
    "log_entries",
    "metadata",
    "provisioned",
    "push_tests",
    "quality",
    "rates",
    "revision",
    "schema_versions",
    "scorers",
    "sensors",
    "tokens",
    "trackers",
    "tracking_settings",
    "units",
    "user_trackers",
    "users",
]
