"""The plan of a device's packets: its description, compiled once for each version of its schema.

A packet is taken when it has every declared parameter, and each is of its declared type once its converters
are through. A parameter that is there but null, NaN or "NaN" has a missing value: the packet is taken, that
value is not stored. What a packet has besides is ignored here; it stays in the packet's own bytes.

A device whose mapping names a timestamp must send it: the time of receipt never stands in for a mapped time
that is missing.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from sensorium.model.device import Schema
from sensorium.model.errors import Malformed, Misbound
from sensorium.plans.avro.columns import Columns, read_columns
from sensorium.plans.avro.read import Source, Values, decoded_keys, read_values
from sensorium.plans.avro.schema import complete
from sensorium.plans.avro.write import Write, members_of, write_members
from sensorium.plans.bind import Place, Want, check_numeric, resolve, settle
from sensorium.plans.converters import compile_converter
from sensorium.plans.moments import Moment, read_moment
from sensorium.plans.parameters import read_parameters
from sensorium.plans.path import Step
from sensorium.plans.root import Gather, gather_array, gather_object, is_array
from sensorium.plans.slots import TIMESTAMP, Record
from sensorium.plans.trace import Mapping, Script, Trace, trace

MOST_PATHS = 1000


class Converted(NamedTuple):
    """A packet as its plan reads it.

    `time` is the packet's own in microseconds since 1970 UTC, None when none is mapped; `record` holds the
    declared parameters in Avro.
    """

    time: int | None
    record: bytes


@dataclass(frozen=True, slots=True)
class Plan:
    """A compiled schema.

    `avro` is the completed Avro schema as JSON. `takes_array` tells that a packet is an array, which is then
    one packet and no batch. `columns` gives what `values` gives, for many records at once; None where values
    stand deeper in the record.
    """

    avro: dict[str, Any]
    takes_array: bool
    columns: Columns | None
    _gather: Gather
    _write: Write
    _moment: Moment | None
    _values: Values
    _script: Script

    def convert(self, tree: Any) -> Converted:
        """Check, convert and encode a decoded packet.

        Raises InvalidPacket when it is not as declared, ConversionFailed when a converter cannot read it;
        `where` is the path to the place.
        """
        packet = self._gather(tree)
        record = self._write(packet)
        return Converted(None if self._moment is None else self._moment(packet), record)

    def values(self, record: bytes) -> list[float | None]:
        """The value of each binding, in their order, from a record that `convert` made; None is missing.

        A component that is bound to a date has seconds since 1970 UTC.
        """
        return self._values(record)

    def trace(self, tree: Any) -> Trace:
        """What becomes of a decoded packet, step by step; it has errors exactly when `convert` refuses it."""
        return trace(self._script, tree)


def compile_plan(schema: Schema) -> Plan:
    """Compile a device's description of its packets; `where` of a refusal is the path or field at fault.

    Raises InvalidSchema (NI-140), Misbound (NI-141), InvalidPath (NI-142), InvalidArguments (NI-143, NI-149),
    InvalidTimezone (NI-144), and Malformed for a mapping of another name than Timestamp (NI-150).
    """
    _check_bounds(schema)
    declared = read_parameters(schema.parameters)
    converters = [(converter, resolve(converter.path, declared)) for converter in schema.converters]
    bindings = [(binding, resolve(binding.path, declared)) for binding in schema.bindings]
    mapped = [resolve(mapping.path, declared) for mapping in schema.mappings]
    places = [place for _, place in (*converters, *bindings)] + mapped

    wants: dict[tuple[Step, ...], Want] = {}
    for converter, place in converters:
        if place.steps in wants:
            raise Misbound("the path has two converters", converter.path)
        wants[place.steps] = Want(place.steps, converter.path, compile_converter(converter))
    for place in places:
        check_numeric(wants.setdefault(place.steps, Want(place.steps, place.path, None)), place.slot)

    packet = settle(declared, list(wants.values()))
    members = members_of(packet, list(wants.values()))
    takes_array = is_array(places)
    gather = gather_array(places, packet) if takes_array else gather_object
    moment = read_moment(wants[mapped[0].steps], mapped[0].slot) if mapped else None
    avro = complete(packet)
    sources = [_source(packet, place, wants[place.steps]) for _, place in bindings]
    values = read_values(avro, sources)
    script = Script(
        gather=gather,
        members=members,
        read=values,
        converters=tuple((converter, wants[place.steps]) for converter, place in converters),
        bindings=tuple((binding, place.steps) for binding, place in bindings),
        mapping=Mapping(mapped[0].path, mapped[0].steps, moment) if moment else None,
    )
    columns = read_columns(avro, sources, values)
    return Plan(avro, takes_array, columns, gather, write_members(members), moment, values, script)


def _check_bounds(schema: Schema) -> None:
    for name, described in (("components", schema.bindings), ("converters", schema.converters)):
        if len(described) > MOST_PATHS:
            raise Malformed(f"there are more than {MOST_PATHS} {name}", name)
    for number, mapping in enumerate(schema.mappings):
        if mapping.name != "Timestamp":
            raise Malformed('the only field mapping is "Timestamp"', f"mapping[{number}].name")
        if number > 0:
            raise Malformed("the timestamp is mapped twice", f"mapping[{number}]")


def _source(packet: Record, place: Place, want: Want) -> Source:
    is_time = want.conversion is not None and want.conversion.output.logical == TIMESTAMP
    return Source(decoded_keys(packet, [key for key, _ in place.steps]), 1_000_000 if is_time else 1)
