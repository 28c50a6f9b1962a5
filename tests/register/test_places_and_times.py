"""Spatial reference systems and time zones."""

from datetime import timedelta

import pytest

from sensorium.model.errors import NotFound
from sensorium.register.reference_systems import system, systems
from sensorium.register.timezones import timezones
from tests.speed import at_most

WGS84 = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],'
    'AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],'
    'UNIT["degree",0.01745329251994328,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]'
)
ANGUILLA = (
    'PROJCS["Anguilla 1957 / British West Indies Grid",GEOGCS["Anguilla 1957",DATUM["Anguilla_1957",'
    'SPHEROID["Clarke 1880 (RGS)",6378249.145,293.465,AUTHORITY["EPSG","7012"]],AUTHORITY["EPSG","6600"]],'
    'PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.01745329251994328,AUTHORITY["EPSG","9122"]],'
    'AUTHORITY["EPSG","4600"]],UNIT["metre",1,AUTHORITY["EPSG","9001"]],PROJECTION["Transverse_Mercator"],'
    'PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",-62],PARAMETER["scale_factor",0.9995],'
    'PARAMETER["false_easting",400000],PARAMETER["false_northing",0],AUTHORITY["EPSG","2000"],'
    'AXIS["Easting",EAST],AXIS["Northing",NORTH]]'
)


@pytest.mark.check("NI-103")
def test_documented_systems_are_word_by_word():
    """With the blank at the end of the proj4 texts."""
    assert system(4326).srtext == WGS84
    assert system(4326).proj4 == "+proj=longlat +ellps=WGS84 +datum=WGS84 +no_defs "
    assert system(2000).srtext == ANGUILLA
    assert system(2000).proj4 == (
        "+proj=tmerc +lat_0=0 +lon_0=-62 +k=0.9995000000000001 +x_0=400000 +y_0=0 "
        "+ellps=clrk80 +units=m +no_defs "
    )


def test_other_systems_are_written_in_the_same_two_ways():
    """Well known text of the old kind, and proj4 without the words of its successors."""
    found = system(32633)
    assert found.srtext.startswith('PROJCS["WGS 84 / UTM zone 33N",GEOGCS["WGS 84",')
    assert found.proj4 == "+proj=utm +zone=33 +datum=WGS84 +units=m +no_defs"


def test_list_holds_every_system_once_and_soon():
    """Thousands, by code, the documented two as documented; some are there at once, and later all are."""
    with at_most(1):
        first = next(systems())
    listed = [each for some in systems() for each in some]
    assert listed[: len(first)] == first
    codes = [each.epsg for each in listed]
    assert len(codes) > 7000
    assert codes == sorted(set(codes))
    assert {system(code) for code in (2000, 3035, 4326, 4979, 32633)} <= set(listed)
    with at_most(0.5):
        assert [each for some in systems() for each in some] == listed


@pytest.mark.parametrize("epsg", [0, -1, 1, 999_999, 10**30])
def test_unknown_codes_are_not_found(epsg: int):
    """Whatever the number."""
    with pytest.raises(NotFound):
        system(epsg)


def test_time_zones_tell_whether_their_clocks_change():
    """Stockholm's and Chicago's do, UTC's and a fixed offset's do not; each zone is there once."""
    listed = {each.name: each.has_daylight_saving for each in timezones()}
    assert len(listed) == len(timezones()) > 590
    assert listed["Europe/Stockholm"]
    assert listed["America/Chicago"]
    assert listed["Australia/Lord_Howe"]  # by half an hour
    assert listed["Europe/Dublin"]  # whose standard time is in summer
    assert not any(listed[name] for name in ("UTC", "Etc/GMT+5", "Asia/Tokyo", "Africa/Nairobi"))


def test_time_zones_agree_with_their_rules_day_by_day():
    """Looking at half months overlooks no change that looking at every day would find."""
    from sensorium.model.moments import EPOCH
    from sensorium.plans.zones import zone

    begin = EPOCH.replace(year=2027)
    for each in timezones()[::10]:
        rules = zone.__wrapped__(each.name)
        offsets = {(begin + timedelta(days=day)).astimezone(rules).utcoffset() for day in range(365)}
        assert each.has_daylight_saving == (len(offsets) > 1)
