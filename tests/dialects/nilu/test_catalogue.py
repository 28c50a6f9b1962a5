"""Components, units, data levels, time zones and reference systems, over HTTP and without credentials."""

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.dialects.nilu.api import EXAMPLE, MOVING, Provider, assert_error
from tests.running import Server

SAMPLES = json.loads((Path(__file__).parent / "samples" / "srs.json").read_text())


@pytest.mark.check("NI-182", "NI-183")
def test_data_levels_have_the_sentences_of_the_document(server: Server, anyone: httpx2.Client):
    """Levels 0 to 4; 1 and 2 word by word."""
    levels = anyone.get("/api/datalevels").json()
    assert [each["value"] for each in levels] == [0, 1, 2, 3, 4]
    assert levels[1:3] == [
        {
            "value": 1,
            "description": "Estimate of a geophysical quantity derived from corresponding Level-0 data, "
            "using basic physical assumptions and no compensation schemes. Often temporally averaged.",
            "atom": f"{server.url}/api/datalevels/1",
        },
        {
            "value": 2,
            "description": "Estimate of a geophysical quantity using any available data within the sensor "
            "system itself. Often temporally averaged.",
            "atom": f"{server.url}/api/datalevels/2",
        },
    ]
    assert anyone.get("/api/datalevels/1").json() == levels[1]


@pytest.mark.check("NI-184", "NI-185")
def test_components_are_standard_ones(server: Server, anyone: httpx2.Client):
    """Id, name, type, description where there is one, and atom."""
    components = anyone.get("/api/components").json()
    by_id = {each["id"]: each for each in components}
    assert {each["type"] for each in components} == {"Standard"}
    assert by_id[61] == {
        "id": 61,
        "name": "Electrode current 1",
        "type": "Standard",
        "atom": f"{server.url}/api/components/61",
    }
    assert [by_id[number]["name"] for number in (8, 12, 15, 64, 84)] == [
        "NO2",
        "PM10",
        "Temperature",
        "NO2",
        "PM10",
    ]
    assert list(by_id[13]) == ["id", "name", "type", "description", "atom"]
    assert anyone.get("/api/components/13").json() == by_id[13]


@pytest.mark.check("NI-186", "NI-187")
def test_units_are_written_in_utf_8(server: Server, anyone: httpx2.Client):
    """µg/m³ as people write it."""
    response = anyone.get("/api/units")
    micrograms = {"id": 3, "name": "µg/m³", "atom": f"{server.url}/api/units/3"}
    assert micrograms in response.json()
    assert "µg/m³".encode() in response.content
    assert anyone.get("/api/units/3").json() == micrograms
    assert anyone.get("/api/units/8").json()["name"] == "K"


@pytest.mark.check("NI-188")
def test_time_zones_tell_whether_their_clocks_change(anyone: httpx2.Client):
    """Stockholm's and Chicago's do, UTC's does not."""
    zones = {each["timezone"]: each for each in anyone.get("/api/timezones").json()}
    assert zones["Europe/Stockholm"] == {"timezone": "Europe/Stockholm", "supportsDaylightSavingTime": True}
    assert zones["America/Chicago"]["supportsDaylightSavingTime"] is True
    assert zones["UTC"] == {"timezone": "UTC", "supportsDaylightSavingTime": False}
    assert zones["Asia/Kolkata"]["supportsDaylightSavingTime"] is False


@pytest.mark.check("NI-102", "NI-103", "NI-190")
@pytest.mark.parametrize("documented", SAMPLES, ids=lambda system: system["epsg"])
def test_documented_reference_systems_are_word_by_word(
    server: Server, anyone: httpx2.Client, documented: dict[str, Any]
):
    """The quotes inside are escaped; the second "srtext" of the document is proj4."""
    atom = f"{server.url}/api/srs/{documented['epsg']}"
    assert anyone.get(f"/api/srs/{documented['epsg']}").json() == {**documented, "atom": atom}


@pytest.mark.check("NI-189")
def test_reference_systems_are_listed(anyone: httpx2.Client):
    """Thousands of them, each with its four members."""
    systems = anyone.get("/api/srs").json()
    assert len(systems) > 5000
    assert {tuple(each) for each in systems} == {("epsg", "srtext", "proj4", "atom")}
    assert {2000, 3857, 4326, 25833} <= {each["epsg"] for each in systems}


@pytest.mark.check("NI-183", "NI-185", "NI-187", "NI-190")
@pytest.mark.parametrize("number", ["99999", "-1", "abc", "1.0", "9" * 30])
@pytest.mark.parametrize("shelf", ["datalevels", "components", "units", "srs"])
def test_what_is_not_in_the_catalogue_is_not_found(anyone: httpx2.Client, shelf: str, number: str):
    """404 with 1002."""
    assert_error(anyone.get(f"/api/{shelf}/{number}"), 404, 1002)


PUBLIC = [
    "/api/providers",
    "/api/sensors",
    "/api/components",
    "/api/units",
    "/api/datalevels",
    "/api/timezones",
    "/api/srs",
    "/api/doc",
]


@pytest.mark.check("NI-011", "NI-012", "NI-006")
@pytest.mark.parametrize("path", PUBLIC)
def test_public_address_needs_no_credentials(anyone: httpx2.Client, path: str):
    """With and without a slash at its end."""
    kind = "text/html; charset=utf-8" if path == "/api/doc" else "application/json"
    for spelled in (path, f"{path}/"):
        response = anyone.get(spelled)
        assert (response.status_code, response.headers["content-type"]) == (200, kind)


@pytest.mark.check("NI-001", "NI-010")
@pytest.mark.parametrize("path", ["/api", "/api/nothing", "/api/sensors/1/2/inbound", "/api/providers/1/x"])
def test_address_that_is_none_answers_in_the_standard_format(anyone: httpx2.Client, path: str):
    """404 with 1002."""
    assert_error(anyone.get(path), 404, 1002)


def test_wrong_method_answers_in_the_standard_format(anyone: httpx2.Client):
    """405 with a number of our own, and what would be allowed."""
    response = anyone.delete("/api/components")
    assert_error(response, 405, 1009)
    assert response.headers["allow"] == "GET, HEAD"


class Anchors(HTMLParser):
    """The ids of a page's elements."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: set[str | None] = set()
        self.feed(page)

    def handle_starttag(self, _: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the id."""
        self.ids.add(dict(attrs).get("id"))


def atoms(value: Any) -> set[str]:
    """Every atom in an answer."""
    if isinstance(value, list):
        return set().union(*map(atoms, value))
    if not isinstance(value, dict):
        return set()
    return {value["atom"], *atoms(list(value.values()))} if "atom" in value else atoms(list(value.values()))


@pytest.mark.check("NI-013")
def test_atoms_lead_to_what_they_name(server: Server, anyone: httpx2.Client, newcomer: Provider):
    """Absolute addresses; those of converters and field mappers name an anchor of a page."""
    sensors = [anyone.get(f"/api/sensors/{newcomer.configure(body)}").json() for body in (EXAMPLE, MOVING)]
    found = atoms(sensors)
    assert len(found) >= 13
    for atom in found:
        address, _, anchor = atom.partition("#")
        response = anyone.get(address)
        assert (address.startswith(f"{server.url}/api/"), response.status_code) == (True, 200)
        if anchor:
            assert anchor in Anchors(response.text).ids
        elif not address.endswith("/pipeline"):
            assert response.json()["atom"] == atom


def test_every_converter_has_its_paragraph(anyone: httpx2.Client):
    """All four are explained where their atoms point."""
    page = anyone.get("/api/doc/converters").text
    assert {"BooleanInteger", "StringDouble", "StringEpochTime", "StringInteger"} <= Anchors(page).ids


@pytest.mark.parametrize("path", ["/api/doc", "/api/doc/converters", "/api/doc/fieldmapping"])
def test_pages_run_nothing_and_load_nothing(anyone: httpx2.Client, path: str):
    """No script, and headers that say so."""
    response = anyone.get(path)
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "<script" not in response.text
