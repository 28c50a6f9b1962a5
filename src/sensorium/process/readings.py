"""What packets of readings hold beside numbers: texts, and where each value comes from."""

from collections.abc import Sequence

from sensorium.model.packet import Format, Packet
from sensorium.model.reading import Readings
from sensorium.plans.readings import read_readings
from sensorium.storage.observations.origins import Origin
from sensorium.storage.observations.rows import Rows, version_of

Told = list[tuple[Packet, Readings]]


def told_by(packets: Sequence[Packet]) -> Told:
    """The packets of readings among these, and what they hold. Raises what a damaged record raises."""
    return [(each, read_readings(each.record)) for each in packets if each.format is Format.READINGS]


def numbers_of(record: bytes) -> tuple[list[int], list[float | None]]:
    """The datastreams of a record, and the number of each, None for a text."""
    readings = read_readings(record).readings
    return [each.datastream for each in readings], [each.value for each in readings]


def origins_of(told: Told) -> list[Origin]:
    """Where the values of packets come from."""
    return [
        Origin(
            device=packet.device,
            time=_time(packet),
            packet=packet.id,
            first=found.first or packet.id,
            agent=found.agent,
            datastreams=[each.datastream for each in found.readings if each.text is not None],
            texts=[each.text for each in found.readings if each.text is not None],
        )
        for packet, found in told
    ]


def texts_of(told: Told, as_of: int | None) -> Rows:
    """Rows of the values that are texts: they have no number, so that no step works on them."""
    texts = [
        (packet, each.datastream, packet.position)
        for packet, found in told
        for each in found.readings
        if each.value is None
    ]
    return Rows(
        device=[packet.device for packet, _, _ in texts],
        datastream=[datastream for _, datastream, _ in texts],
        time=[_time(packet) for packet, _, _ in texts],
        value=[None] * len(texts),
        longitude=[None if place is None else place.longitude for _, _, place in texts],
        latitude=[None if place is None else place.latitude for _, _, place in texts],
        altitude=[None if place is None else place.altitude for _, _, place in texts],
        packet=[packet.id for packet, _, _ in texts],
        version=[
            version_of(packet.id, 0) if as_of is None else version_of(as_of, 3) for packet, _, _ in texts
        ],
    )


def _time(packet: Packet) -> int:
    return packet.received if packet.time is None else packet.time
