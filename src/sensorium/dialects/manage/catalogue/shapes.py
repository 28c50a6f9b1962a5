"""The JSON bodies about units and components."""

from msgspec import UNSET, Struct, UnsetType

from sensorium.dialects.manage.shapes import Named
from sensorium.model.catalogue import Aggregation


class NewUnitBody(Struct, frozen=True):
    """The body that adds a unit: its name as people print it beside a value."""

    name: str


class NewComponentBody(Struct, frozen=True):
    """The body that adds a component; without a unit of the tests its values are not checked.

    `aggregation` says what many values of it are together: the mean of numbers (if nothing is said), that of
    directions in degrees, the level of the mean energy of levels in decibels, or the sum of amounts.
    """

    name: str
    description: str | UnsetType | None = UNSET
    qc_unit: int | UnsetType | None = UNSET
    aggregation: Aggregation | UnsetType | None = UNSET


class ManagedComponent(Struct, frozen=True):
    """A component; `qc_unit` is the unit in which quality control judges its values.

    `aggregation` says what many of them are together, for statistics.
    """

    id: int
    name: str
    type: str
    description: str | None
    qc_unit: Named | None
    aggregation: Aggregation
