"""Accounts add units and components for everyone."""

from typing import Any

import httpx2
import pytest

from tests.dialects.manage.api import assert_problem, streams
from tests.dialects.nilu.api import PLAIN, Provider, unique

GOOD = {"date": 1579521600, "pm25": 12.5, "humidity": 55.25}
NONE = 987_654_321


def add(provider: Provider, kind: str, **body: Any) -> dict[str, Any]:
    """What was added, as its address shows it."""
    response = provider.client.post(f"/manage/v1/{kind}", json=body)
    assert response.status_code == 201, response.text
    assert provider.client.get(response.headers["location"]).json() == response.json()
    return response.json()


def test_added_component_is_measured_checked_and_read(owner: Provider, other: Provider):
    """In an added unit, by another account too."""
    unit = add(owner, "units", name=unique()[:20])
    name = unique()
    component = add(owner, "components", name=name, description="per leaf", qc_unit=unit["id"])
    assert component == {
        "id": component["id"],
        "name": name,
        "type": "Custom",
        "description": "per leaf",
        "qc_unit": unit,
        "aggregation": "arithmetic",
    }
    assert min(unit["id"], component["id"]) >= 10_000
    bound = {"componentid": component["id"], "unitid": unit["id"], "binding-path": "/pm25", "level": 1}
    device = other.configure(PLAIN, components=[bound])
    path = f"/manage/v1/datastreams/{streams(other, device)[name]}/quality"
    body = {"maximum": 10, "valid_from": "2020-01-01T00:00:00Z"}
    assert other.client.put(path, json=body).status_code == 200
    other.push(device, GOOD)
    [row] = other.rows(device)
    assert (row["component"], row["unit"], row["qc_flags"]["flags"]) == (name, unit["name"], 5)


def test_added_things_are_in_nilu_s_catalogue(owner: Provider, anyone: httpx2.Client):
    """With their own type."""
    component = add(owner, "components", name=unique())
    found = anyone.get(f"/api/components/{component['id']}").json()
    assert (found["name"], found["type"]) == (component["name"], "Custom")


@pytest.mark.parametrize("aggregation", ["arithmetic", "circular", "energetic", "sum"])
def test_component_says_what_its_values_are_together(owner: Provider, aggregation: str):
    """As it was said; null is as if nothing was. NILU's catalogue has the members of its document alone."""
    component = add(owner, "components", name=unique(), aggregation=aggregation)
    assert component["aggregation"] == aggregation
    assert add(owner, "components", name=unique(), aggregation=None)["aggregation"] == "arithmetic"
    found = owner.client.get(f"/api/components/{component['id']}").json()
    assert found.keys() == {"id", "name", "type", "atom"}


@pytest.mark.parametrize(
    ("component", "aggregation"), [(8, "arithmetic"), (149, "circular"), (220, "energetic"), (153, "sum")]
)
def test_shipped_component_says_so_too(anyone: httpx2.Client, component: int, aggregation: str):
    """To everyone."""
    assert anyone.get(f"/manage/v1/components/{component}").json()["aggregation"] == aggregation


def test_component_without_a_unit_of_the_tests_cannot_be_checked(owner: Provider):
    """It says so."""
    component = add(owner, "components", name=unique())
    path = f"/manage/v1/components/{component['id']}/quality"
    assert component["qc_unit"] is None
    assert_problem(owner.client.put(path, json={"minimum": 0}), 400, "malformed")
    assert owner.client.get(path).json()["in_force"][0]["source"] == "nobody"


@pytest.mark.parametrize("name", ["NO2", " no2", "NO₂", "ＮＯ２"])
def test_name_that_looks_like_another_is_taken(owner: Provider, name: str):
    """In another case, width or height too."""
    assert_problem(owner.client.post("/manage/v1/components", json={"name": name}), 409, "conflict", "name")


def test_units_differ_in_case_but_not_in_the_way_they_are_written(owner: Provider):
    """mW is not MW; the two characters for µ look the same."""
    name = unique()[:10]
    add(owner, "units", name=f"m{name}")
    add(owner, "units", name=f"M{name}")
    for taken in (f"m{name}", "\u00b5g/m³", "\u03bcg/m³"):
        response = owner.client.post("/manage/v1/units", json={"name": taken})
        assert_problem(response, 409, "conflict", "name")


@pytest.mark.parametrize(
    ("kind", "body", "status", "problem", "field"),
    [
        ("units", {}, 422, "missing", "name"),
        ("units", {"name": " "}, 422, "missing", "name"),
        ("units", {"name": 5}, 400, "malformed", "name"),
        ("units", {"name": "x" * 33}, 400, "malformed", "name"),
        ("units", {"name": "x\ny"}, 400, "malformed", "name"),
        ("units", {"name": "x", "factor": 2}, 400, "malformed", "factor"),
        ("components", {"name": "x" * 256}, 400, "malformed", "name"),
        ("components", {"name": "a thing", "qc_unit": NONE}, 422, "unknown-unit", "qc_unit"),
        ("components", {"name": "a thing", "qc_unit": "1"}, 400, "malformed", "qc_unit"),
        ("components", {"name": "a thing", "description": "x" * 5000}, 400, "malformed", "description"),
        ("components", {"name": "a thing", "aggregation": "mean"}, 400, "malformed", "aggregation"),
        ("components", {"name": "a thing", "aggregation": "Circular"}, 400, "malformed", "aggregation"),
        ("components", {"name": "a thing", "aggregation": ["sum"]}, 400, "malformed", "aggregation"),
    ],
)
def test_mistake_is_named(
    owner: Provider, kind: str, body: dict[str, Any], status: int, problem: str, field: str
):
    """And nothing is added."""
    assert_problem(owner.client.post(f"/manage/v1/{kind}", json=body), status, problem, field)
