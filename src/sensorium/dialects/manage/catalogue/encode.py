"""From the words of the platform to bodies about units and components; pure."""

from sensorium.dialects.manage.catalogue import shapes
from sensorium.dialects.manage.encode import named
from sensorium.model.catalogue import Component


def component(each: Component) -> shapes.ManagedComponent:
    """A component with the unit in which its values are judged, and what they are together."""
    unit = None if each.qc_unit is None else named(each.qc_unit)
    return shapes.ManagedComponent(each.id, each.name, each.kind, each.description, unit, each.aggregation)
