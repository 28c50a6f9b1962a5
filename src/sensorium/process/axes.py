"""What the coordinates of a spatial reference system are measured in."""

from functools import cache
from math import degrees

from sensorium.process.quality.block import DEGREES, Axes

_WGS84 = 4326


@cache
def axes_of(epsg: int) -> Axes:
    """The axes of the system of an EPSG code: the unit of the first one goes for both.

    What is not on the globe is on a plane, as any projection is. A code that PROJ does not know cannot be
    configured; one that an older PROJ does not know any more is taken for degrees.
    """
    if epsg == _WGS84:
        return DEGREES
    from pyproj import CRS  # 0.1 s and 12 MiB that a server with the usual system need not pay
    from pyproj.exceptions import CRSError

    try:
        system = CRS.from_epsg(epsg)
    except CRSError:
        return DEGREES
    unit = float(system.axis_info[0].unit_conversion_factor)  # metres, or radians
    if not system.is_geographic:
        return Axes(is_plane=True, unit=unit)
    return Axes(is_plane=False, unit=round(degrees(unit), 12))
