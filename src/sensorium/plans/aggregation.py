"""As what statistics take the values of a datastream: as directions, levels, amounts, or just as numbers."""

from sensorium.model.catalogue import Aggregation
from sensorium.model.device import Datastream
from sensorium.plans.units import conversion_factor

_UNITS = {
    Aggregation.CIRCULAR: {"°"},
    Aggregation.ENERGETIC: {"dB", "dBA", "dBC", "dBZ"},
}


def aggregation_of(stream: Datastream, *, of_corrected: bool) -> Aggregation:
    """What its component says, as far as that is so of values in its unit: the mV of a vane are no direction.

    It is so in the unit of the component's tests and in those of `_UNITS`, of amounts in each multiple of the
    first. Corrected values are in the component's, whatever the raw ones are in.
    """
    component, said = stream.component, stream.component.aggregation
    if said is Aggregation.ARITHMETIC or of_corrected or component.qc_unit is None:
        return said
    factor = conversion_factor(component, stream.unit)
    if factor == 1 or (said is Aggregation.SUM and factor != 0) or stream.unit.name in _UNITS.get(said, ()):
        return said
    return Aggregation.ARITHMETIC
