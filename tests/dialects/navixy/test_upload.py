"""Curves from XML files."""

from typing import Any

import httpx2
import pytest

from tests.dialects.navixy.api import (
    CURVE,
    DOOR,
    UPDATE,
    UPLOAD,
    Caller,
    Fleet,
    assert_code,
    clone_of,
    new_fleet,
    new_user,
)

ROWS = '<p in="0" out="0"/><p in="0.7" out="60"/>'
MORE = '<p in="1" out="10"/><p in="2" out="20"/><p in="3" out="40"/>'
ONE = f"<LLSMonitor><Sensor>{ROWS}</Sensor></LLSMonitor>".encode()
TWO = f'<f><Sensor number="1">{ROWS}</Sensor><Sensor number="2">{MORE}</Sensor></f>'.encode()
SECOND = [{"in": 1.0, "out": 10.0}, {"in": 2.0, "out": 20.0}, {"in": 3.0, "out": 40.0}]


def upload(fleet: Fleet, file: bytes | None = ONE, *, name: str = "file", **more: Any) -> httpx2.Response:
    """Upload a file for the fuel sensor; `more` are other parameters."""
    fields = {"hash": fleet.caller.hash, **fleet.ids, **more}
    parts = {key: (None, str(value)) for key, value in fields.items() if value is not None}
    files: Any = parts if file is None else {**parts, name: ("table.xml", file)}
    return fleet.caller.client.post(f"/v2{UPLOAD}", files=files)


@pytest.mark.check("CD-045", "CD-046", "CD-047")
def test_file_replaces_the_curve(fleet: Fleet):
    """One sensor in the file needs no number."""
    fleet.caller.call(UPDATE, **fleet.ids, data=SECOND)
    assert upload(fleet).content == b'{"success":true}'
    assert fleet.caller.curve(fleet.tracker, fleet.fuel) == CURVE


@pytest.mark.check("CD-048")
def test_sensor_of_the_file_is_chosen_by_its_number(fleet: Fleet):
    """From 1 on."""
    for number, expected in ((2, SECOND), (1, CURVE)):
        assert upload(fleet, TWO, sensor_number=number).json() == {"success": True}
        assert fleet.caller.curve(fleet.tracker, fleet.fuel) == expected


@pytest.mark.check("CD-053")
def test_number_may_stand_in_the_query(fleet: Fleet):
    """As any other parameter may."""
    response = fleet.caller.client.post(
        f"/v2{UPLOAD}",
        params={"hash": fleet.caller.hash, **fleet.ids, "sensor_number": 2},
        files={"file": ("table.xml", TWO)},
    )
    assert response.json() == {"success": True}
    assert fleet.caller.curve(fleet.tracker, fleet.fuel) == SECOND


@pytest.mark.check("CD-054")
def test_hash_may_stand_in_a_part_or_the_query_or_the_header(fleet: Fleet):
    """In the usual order."""
    client, shown = fleet.caller.client, fleet.caller.hash
    parts: Any = {name: (None, str(number)) for name, number in fleet.ids.items()}
    files = {**parts, "file": ("table.xml", ONE)}
    answers = [
        client.post(f"/v2{UPLOAD}", files={**files, "hash": (None, shown)}),
        client.post(f"/v2{UPLOAD}", files=files, params={"hash": shown}),
        client.post(f"/v2{UPLOAD}", files=files, headers={"authorization": f"NVX {shown}"}),
    ]
    assert [each.json() for each in answers] == [{"success": True}] * 3
    assert_code(client.post(f"/v2{UPLOAD}", files=files), 4)


WRONG = {
    "several sensors and no number": (TWO, {}, 7, ("sensor_number",)),
    "number that the file has not": (TWO, {"sensor_number": 3}, 235, ()),
    "only sensor under another number": (ONE, {"sensor_number": 2}, 235, ()),
    "empty table": (TWO.replace(MORE.encode(), b""), {"sensor_number": 2}, 235, ()),
    "number 0": (TWO, {"sensor_number": 0}, 7, ("sensor_number",)),
    "negative number": (TWO, {"sensor_number": -1}, 7, ("sensor_number",)),
    "text as number": (TWO, {"sensor_number": "first"}, 7, ("sensor_number",)),
    "file without a byte": (b"", {}, 274, ()),
    "not XML": (b"in;out\n0;0", {}, 234, ()),
    "broken XML": (ONE[:-3], {}, 234, ()),
    "another vocabulary": (b"<html><body><p>1</p></body></html>", {}, 234, ()),
    "a document type": (b"<!DOCTYPE x>" + ONE, {}, 234, ()),
    "entities": (b'<!DOCTYPE x [<!ENTITY a "1">]>' + ONE.replace(b'"0.7"', b'"&a;"'), {}, 234, ()),
    "an entity of a file": (
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><f>&a;</f>',
        {},
        234,
        (),
    ),
    "raw value twice": (ONE.replace(b'"0.7"', b'"0"'), {}, 234, ()),
    "over a megabyte": (ONE + b" " * (1 << 20), {}, 271, ()),
    "over two megabytes": (ONE + b" " * (2 << 20), {}, 271, ()),
}


@pytest.mark.check("CD-049", "CD-050", "CD-051", "CD-052", "CD-059", "CD-060", "CD-061", "CD-062", "CD-063")
@pytest.mark.check("CD-071")
@pytest.mark.parametrize(("file", "more", "code", "names"), WRONG.values(), ids=WRONG.keys())
def test_file_that_gives_no_curve(
    fleet: Fleet, file: bytes, more: dict[str, Any], code: int, names: tuple[str, ...]
):
    """The code says why, and the curve stays."""
    fleet.caller.call(UPDATE, **fleet.ids, data=SECOND)
    assert_code(upload(fleet, file, **more), code, *names)
    assert fleet.caller.curve(fleet.tracker, fleet.fuel) == SECOND


@pytest.mark.check("CD-055", "CD-056", "CD-057", "CD-071")
def test_request_without_a_file(fleet: Fleet):
    """No part, one of another name, or no parts at all."""
    fleet.caller.call(UPDATE, **fleet.ids, data=SECOND)
    assert_code(upload(fleet, None), 233)
    assert_code(upload(fleet, name="File"), 233)
    assert_code(upload(fleet, name="upload"), 233)
    assert_code(fleet.caller.post(UPLOAD, **fleet.ids), 233)
    form = {"hash": fleet.caller.hash, **fleet.ids, "file": ONE.decode()}
    assert_code(fleet.caller.client.post(f"/v2{UPLOAD}", data=form), 233)
    assert fleet.caller.curve(fleet.tracker, fleet.fuel) == SECOND


@pytest.mark.check("CD-058")
def test_upload_by_get(fleet: Fleet):
    """Is no method of it."""
    parameters = {"hash": fleet.caller.hash, **fleet.ids}
    assert_code(fleet.caller.client.get(f"/v2{UPLOAD}", params=parameters), 112)


@pytest.mark.check("CD-064")
@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("utf-16", ""),
        ("windows-1251", '<?xml version="1.0" encoding="windows-1251"?>'),
        ("koi8-r", '<?xml version="1.0" encoding="koi8-r"?>'),
    ],
)
def test_encodings_of_a_file(fleet: Fleet, encoding: str, declared: str):
    """By its first bytes or its declaration."""
    text = f'{declared}<f имя="бак">\r\n\t{ROWS}\r\n</f>'
    assert upload(fleet, text.encode(encoding)).json() == {"success": True}
    assert fleet.caller.curve(fleet.tracker, fleet.fuel) == CURVE


@pytest.mark.check("CD-065")
def test_decimal_comma(fleet: Fleet):
    """Is a point."""
    text = '<f><p in="0,0" out="0"/><p in="0,7" out="60,0"/></f>'
    assert upload(fleet, text.encode()).json() == {"success": True}
    assert fleet.caller.curve(fleet.tracker, fleet.fuel) == CURVE


def test_table_goes_out_as_a_file_and_comes_in_again(fleet: Fleet):
    """In our own form; where there is no table there is no file."""
    client = fleet.caller.provider.client
    [stream] = [
        each["id"]
        for each in client.get(f"/manage/v1/devices/{fleet.device}").json()["datastreams"]
        if each["path"] == "/pm25"
    ]
    path = f"/manage/v1/datastreams/{stream}/calibration/file"
    assert client.get(path).status_code == 404
    data = [{"in": 0.1 + 0.2, "out": -1e-300}, {"in": -5.0, "out": 1e300}, {"in": 7.0, "out": 0.0}]
    fleet.caller.call(UPDATE, **fleet.ids, data=data)
    file = client.get(path)
    assert file.headers["content-type"] == "application/xml"
    fleet.caller.call(UPDATE, **fleet.ids, data=[])
    assert upload(fleet, file.content).json() == {"success": True}
    assert fleet.caller.curve(fleet.tracker, fleet.fuel) == data


@pytest.mark.check("CD-066", "CD-067")
def test_tracker_or_sensor_that_will_not_do(fleet: Fleet, foreign: Fleet):
    """Another's, unknown, or one that measures nothing."""
    for ids in (foreign.ids, {**fleet.ids, "sensor_id": 10**9}, {**fleet.ids, "tracker_id": 10**9}):
        assert_code(upload(fleet, **ids), 201)
    assert_code(upload(fleet, sensor_id=fleet.add(DOOR)), 228)


@pytest.mark.check("CD-068", "CD-069", "CD-070", "CD-071")
def test_who_may_not_upload(owner: Caller, other: Caller):
    """A clone's owner, a user without the right, and anyone while the device is blocked; the curve stays."""
    fleet = new_fleet(owner)
    owner.call(UPDATE, **fleet.ids, data=SECOND)
    assert_code(upload(clone_of(fleet, other)), 219)
    user = new_user(owner, "tracker_configure")
    assert_code(upload(Fleet(user, fleet.device, fleet.tracker, fleet.fuel)), 13)
    fleet.change(blocked=True)
    assert_code(upload(fleet), 208)
    fleet.change(blocked=False)
    assert owner.curve(fleet.tracker, fleet.fuel) == SECOND
    user = new_user(owner, "tracker_update")
    assert upload(Fleet(user, fleet.device, fleet.tracker, fleet.fuel)).json() == {"success": True}
