"""From the words of the platform to the objects about data, statistics and packets as sent; pure."""

from types import MappingProxyType

from sensorium.dialects.nilu.data import shapes
from sensorium.model.moments import format_iso, from_microseconds
from sensorium.model.packet import Original
from sensorium.model.series import Column, Flags, FlagWord, Shape
from sensorium.model.statistics import Measure, StatisticsShape

DISCLAIMER = (
    "NILU makes no warranty of any kind, express or implied, concerning the provided data and information, "
    "including but not limited to any warranties of merchantability or fitness for any particular purpose. "
    "NILU assumes no responsibility or legal liability concerning the data's accuracy, reliability, "
    "completeness, timeliness, or usefulness."
)


ROW: Shape = MappingProxyType(
    {
        "id": Column.DEVICE,
        "component": Column.COMPONENT,
        "unit": Column.UNIT,
        "value": Column.VALUE,
        "value_corr": Column.VALUE_CORRECTED,
        "level": Column.LEVEL,
        "level_corr": Column.LEVEL_CORRECTED,
        "epsg": Column.EPSG,
        "timestamp_from_epoch": Column.BEGIN,
        "timestamp_to_epoch": Column.END,
        "longitude": Column.LONGITUDE,
        "latitude": Column.LATITUDE,
        "altitude": Column.ALTITUDE,
        "qc_flags": Flags(FlagWord.QC, 8),
        "qcs_flags": Flags(FlagWord.QCS, 16),
    }
)
"""A row of data, in the order in which the document lists its members (NI-048)."""


EXTENDED_ROW: Shape = MappingProxyType(
    {
        **ROW,
        "uncertainty_corr": Column.UNCERTAINTY_CORRECTED,
        "qa_flags": Flags(FlagWord.QA, 8),
        "qas_flags": Flags(FlagWord.QAS, 16),
    }
)
"""A row of data with all four words of flags, and the uncertainty of the corrected value (extensions)."""


STATS: StatisticsShape = MappingProxyType(
    {
        "id": Measure.DEVICE,
        "timestamp_from_epoch": Measure.BEGIN,
        "timestamp_to_epoch": Measure.END,
        "component": Measure.COMPONENT,
        "level": Measure.LEVEL,
        "unit": Measure.UNIT,
        "qc": Measure.IS_CHECKED,
        "n": Measure.COUNT,
        "of": Measure.SHARE_LEFT_OUT,
        "res": Measure.RESOLUTION,
        "avg": Measure.MEAN,
        "median": Measure.MEDIAN,
        "min": Measure.MINIMUM,
        "max": Measure.MAXIMUM,
        "std_dev": Measure.DEVIATION,
        "var": Measure.VARIANCE,
        "sem": Measure.ERROR_OF_MEAN,
        "mse": Measure.SQUARED_ERROR,
        "cv": Measure.VARIATION,
        "q1": Measure.LOWER_QUARTILE,
        "q3": Measure.UPPER_QUARTILE,
        "iqr": Measure.QUARTILE_RANGE,
        "epsg": Measure.EPSG,
        "longitude": Measure.LONGITUDE,
        "latitude": Measure.LATITUDE,
        "altitude": Measure.ALTITUDE,
    }
)
"""A row of statistics, in the order of the document's example (NI-076)."""


EXTENDED_STATS: StatisticsShape = MappingProxyType(
    {**STATS, "aggregation": Measure.AGGREGATION, "sum": Measure.SUM}
)
"""A row of statistics with what the values are together, and the sum of amounts (extensions)."""


def raw_packet(sensor: int, packet: Original) -> shapes.RawPacket:
    """A packet as it was sent, and what became of it."""
    observed = packet.received if packet.time is None else packet.time
    encoding, text = packet.written()
    place, rejected = packet.position, packet.rejected
    return shapes.RawPacket(
        id=sensor,
        packetid=packet.id,
        received=format_iso(from_microseconds(packet.received)),
        observed=format_iso(from_microseconds(observed)),
        schema_version=packet.version,
        content_type=packet.format.media_type,
        encoding=encoding,
        packet=text,
        longitude=None if place is None else place.longitude,
        latitude=None if place is None else place.latitude,
        altitude=None if place is None else place.altitude,
        status="accepted" if rejected is None else "rejected",
        observations=packet.observations,
        reason=None if rejected is None else rejected.reason,
        path=None if rejected is None else rejected.path or None,
    )
