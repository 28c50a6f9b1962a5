"""The spatial reference systems of the EPSG registry, as PROJ knows them."""

import warnings
from collections.abc import Iterator
from functools import cache, lru_cache
from threading import Lock

from sensorium.model.catalogue import ReferenceSystem
from sensorium.model.errors import NotFound

# What NILU's document prints, word by word; PROJ words the same a little differently (NI-103).
_WGS84_GEOGCS = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],'
    'AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],'
    'UNIT["degree",0.01745329251994328,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]'
)
_ANGUILLA_PROJCS = (
    'PROJCS["Anguilla 1957 / British West Indies Grid",GEOGCS["Anguilla 1957",DATUM["Anguilla_1957",'
    'SPHEROID["Clarke 1880 (RGS)",6378249.145,293.465,AUTHORITY["EPSG","7012"]],AUTHORITY["EPSG","6600"]],'
    'PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],'
    'UNIT["degree",0.01745329251994328,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4600"]],'
    'UNIT["metre",1,AUTHORITY["EPSG","9001"]],PROJECTION["Transverse_Mercator"],'
    'PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",-62],PARAMETER["scale_factor",0.9995],'
    'PARAMETER["false_easting",400000],PARAMETER["false_northing",0],AUTHORITY["EPSG","2000"],'
    'AXIS["Easting",EAST],AXIS["Northing",NORTH]]'
)
_DOCUMENTED = {
    2000: ReferenceSystem(
        2000,
        _ANGUILLA_PROJCS,
        "+proj=tmerc +lat_0=0 +lon_0=-62 +k=0.9995000000000001 +x_0=400000 +y_0=0 "
        "+ellps=clrk80 +units=m +no_defs ",
    ),
    4326: ReferenceSystem(4326, _WGS84_GEOGCS, "+proj=longlat +ellps=WGS84 +datum=WGS84 +no_defs "),
}

_AT_ONCE = 100
_KEPT = 16_384  # codes, of which EPSG has 7,500

_describing = Lock()


def system(epsg: int) -> ReferenceSystem:
    """The reference system of an EPSG code. Raises NotFound when there is none, or none with a proj4 form."""
    found = _DOCUMENTED.get(epsg)
    if found is None:
        with _describing:
            found = _describe(epsg)
    if found is None:
        raise NotFound(f"EPSG knows no reference system {epsg} that proj4 can write.")
    return found


def systems() -> Iterator[list[ReferenceSystem]]:
    """Every reference system, by EPSG code, some at a time.

    PROJ takes 0.2 ms for each, so that the first time all of them take some seconds; others may ask between.
    """
    for begin in range(0, len(_codes()), _AT_ONCE):
        with _describing:
            some = [_DOCUMENTED.get(code) or _describe(code) for code in _codes()[begin : begin + _AT_ONCE]]
        if known := [each for each in some if each is not None]:
            yield known


@cache
def _codes() -> tuple[int, ...]:
    from pyproj.database import query_crs_info

    return tuple(sorted({int(each.code) for each in query_crs_info(auth_name="EPSG", allow_deprecated=True)}))


@lru_cache(maxsize=_KEPT)
def _describe(epsg: int) -> ReferenceSystem | None:
    from pyproj import CRS  # 0.1 s and 12 MiB that a server with the usual system need not pay
    from pyproj.exceptions import CRSError

    try:
        system = CRS.from_epsg(epsg)
        with warnings.catch_warnings(action="ignore"):  # proj4 says less, it tells
            proj4 = system.to_proj4().removesuffix(" +type=crs")  # a word that came after proj4
    except CRSError:
        return None
    try:
        return ReferenceSystem(epsg, system.to_wkt("WKT1_GDAL"), proj4)
    except CRSError:  # three dimensions are beyond the first version of well known text
        return ReferenceSystem(epsg, system.to_wkt("WKT2_2019"), proj4)
