"""Assets, links and sensor definitions over the management API."""

from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from tests.dialects.manage.api import assert_problem, streams
from tests.dialects.nilu.api import Provider, unique

API = "/manage/v1"
DUST: dict[str, Any] = {"name": "Dust", "component": 13, "unit": 3, "data_min": 0, "data_max": "1000.0"}


def add(owner: Provider, path: str, body: Any) -> Any:
    answer = owner.client.post(f"{API}/{path}", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def asset(owner: Provider) -> int:
    return add(owner, "assets", {"name": unique()})["id"]


def change(owner: Provider, method: str, path: str, body: Any = None) -> httpx2.Response:
    return owner.client.request(method, f"{API}/{path}", json=body, headers={"if-match": "*"})


def test_asset_is_added_renamed_and_deleted(newcomer: Provider):
    """With a version, as all that can be changed here has one; a name is an account's once."""
    name = unique()
    answer = newcomer.client.post(f"{API}/assets", json={"name": name})
    number = answer.json()["id"]
    assert answer.json() == {"id": number, "name": name, "created": answer.json()["created"]}
    assert answer.headers["location"].endswith(f"{API}/assets/{number}")
    assert_problem(newcomer.client.post(f"{API}/assets", json={"name": name}), 409, "conflict", "name")
    path = f"{API}/assets/{number}"
    assert_problem(newcomer.client.put(path, json={"name": "x"}), 428, "unconditional", "If-Match")
    renamed = newcomer.client.put(path, json={"name": "x"}, headers={"if-match": answer.headers["etag"]})
    assert renamed.json()["name"] == "x"
    listed = newcomer.client.get(f"{API}/assets").json()
    assert listed == {"items": [renamed.json()], "next": None}
    assert newcomer.client.delete(path).status_code == 204
    assert_problem(newcomer.client.get(path), 404, "not-found")


def test_device_has_one_asset_at_a_time_and_an_asset_one_device(owner: Provider):
    """A link that overlaps another of either is refused; one that follows is not."""
    device, other, one, two = owner.configure(), owner.configure(), asset(owner), asset(owner)
    link = add(
        owner, "links", {"device": device, "asset": one, "begin": "2021-01-01T00:00:00Z", "task": "watch"}
    )
    assert link == {
        "id": link["id"], "device": device, "asset": one, "begin": "2021-01-01T00:00:00Z", "end": None,
        "task": "watch",
    }  # fmt: skip
    for body, field in (
        ({"device": device, "asset": two}, "device"),
        ({"device": other, "asset": one}, "asset"),
    ):
        assert_problem(owner.client.post(f"{API}/links", json=body), 409, "conflict", field)
    assert_problem(change(owner, "DELETE", f"assets/{one}"), 409, "conflict")
    ended = change(owner, "PATCH", f"links/{link['id']}", {"end": "2021-02-01T00:00:00Z"})
    assert (ended.json()["end"], ended.json()["task"]) == ("2021-02-01T00:00:00Z", "watch")
    later = add(owner, "links", {"device": device, "asset": two, "begin": "2021-02-01T00:00:01Z"})
    again = change(owner, "PATCH", f"links/{link['id']}", {"end": None})
    assert_problem(again, 409, "conflict", "device")
    assert later["end"] is None
    bad = change(owner, "PATCH", f"links/{link['id']}", {"end": "2020-01-01T00:00:00Z"})
    assert_problem(bad, 400, "malformed", "end")


def test_link_without_a_begin_is_from_the_start_of_this_second(owner: Provider):
    """Inserts have whole seconds: one that comes at once is taken. What ended in this second stays ended."""
    device, one, two = owner.configure(), asset(owner), asset(owner)
    link = add(owner, "links", {"device": device, "asset": one})
    assert link["begin"].endswith("Z")
    assert "." not in link["begin"]
    ended = change(
        owner,
        "PATCH",
        f"links/{link['id']}",
        {"begin": "2021-01-01T00:00:00Z", "end": datetime.now(UTC).isoformat()},
    )
    again = add(owner, "links", {"device": device, "asset": two})
    assert ended.json()["end"] < again["begin"]


def test_deleted_asset_takes_no_link_back(owner: Provider):
    """A link of it that has ended is shown, and changed no more."""
    device, number = owner.configure(), asset(owner)
    span = {"begin": "2021-01-01T00:00:00Z", "end": "2021-02-01T00:00:00Z"}
    link = add(owner, "links", {"device": device, "asset": number, **span})
    assert change(owner, "DELETE", f"assets/{number}").status_code == 204
    for said in ({"end": None}, {"task": "again"}):
        assert_problem(change(owner, "PATCH", f"links/{link['id']}", said), 409, "conflict", "asset")
    assert owner.client.get(f"{API}/links/{link['id']}").json() == link


def test_link_that_was_a_mistake_is_taken_away(owner: Provider):
    """Then the device can be fixed elsewhere at that time, and the asset be deleted."""
    device, wrong, right = owner.configure(), asset(owner), asset(owner)
    answer = owner.client.post(f"{API}/links", json={"device": device, "asset": wrong})
    path = f"{API}/links/{answer.json()['id']}"
    old = owner.client.delete(path, headers={"if-match": '"another"'})
    assert_problem(old, 412, "outdated", "If-Match")
    assert owner.client.delete(path, headers={"if-match": answer.headers["etag"]}).status_code == 204
    assert_problem(owner.client.get(path), 404, "not-found")
    add(owner, "links", {"device": device, "asset": right, "begin": answer.json()["begin"]})
    assert change(owner, "DELETE", f"assets/{wrong}").status_code == 204


def test_link_joins_what_is_the_account_s(owner: Provider, other: Provider):
    """Neither another's device nor another's asset."""
    device, theirs = owner.configure(), asset(other)
    for body, field in (
        ({"device": device, "asset": theirs}, "asset"),
        ({"device": other.configure(), "asset": asset(owner)}, "device"),
    ):
        assert_problem(owner.client.post(f"{API}/links", json=body), 404, "not-found", field)


def test_definition_is_described_and_described_anew(owner: Provider):
    """Bounds are kept as they are written; what is left out when it is changed is taken back."""
    made = add(owner, "definitions", {**DUST, "color": "f80", "deactivated": -1, "chart": False, "sensor": 7})
    assert made == {
        "id": made["id"], "name": "Dust", "sensor": 7, "component": 13, "unit": 3, "unit_label": None,
        "equation": None, "data_min": "0", "data_max": "1000.0", "graph_min": None, "graph_max": None,
        "deactivated": "-1", "chart": False, "data_type": "Numeric", "color": "#f80", "chart_label": None,
        "active": True, "shipped": False, "created": made["created"],
    }  # fmt: skip
    changed = change(owner, "PUT", f"definitions/{made['id']}", {"name": "Fine dust", "data_type": "String"})
    assert (changed.json()["name"], changed.json()["data_max"]) == ("Fine dust", None)
    shipped = owner.client.get(f"{API}/definitions?limit=3").json()["items"]
    assert [(each["id"], each["name"], each["shipped"]) for each in shipped] == [
        (12, "GPS latitude", True),
        (13, "GPS longitude", True),
        (14, "GPS altitude", True),
    ]
    assert_problem(change(owner, "PUT", "definitions/12", DUST), 403, "forbidden")


@pytest.mark.parametrize(
    "number",
    [
        "9007199254740993",
        "123456789012345678",
        "1.50",
        "1.0",
        "-0",
        "-0.0",
        "1e3",
        "1E-7",
        "0.1000000000000000055",
    ],
)
def test_bound_is_kept_as_it_is_written(owner: Provider, number: str):
    """A number to its last digit, as a text of it is."""
    headers = {"content-type": "application/json"}
    for written in (number, f'"{number}"'):
        body = f'{{"name": "Dust", "deactivated": {written}, "data_min": 1e30}}'
        made = owner.client.post(f"{API}/definitions", content=body, headers=headers)
        assert made.json()["deactivated"] == number, made.text


@pytest.mark.parametrize("bad", [True, [], {}, [1], "1,5", "", "0x1", 1 << 400])
def test_bound_that_is_no_number_is_refused(owner: Provider, bad: Any):
    """With its name."""
    answer = owner.client.post(f"{API}/definitions", json={**DUST, "graph_max": bad})
    assert_problem(answer, 400, "malformed", "graph_max")


@pytest.mark.parametrize(
    ("said", "status", "kind", "field"),
    [
        ({"name": ""}, 422, "missing", "name"),
        ({"name": "x" * 101}, 400, "malformed", "name"),
        ({"data_min": 5, "data_max": 5}, 400, "malformed", "data_max"),
        ({"data_min": "low"}, 400, "malformed", "data_min"),
        ({"data_min": "NaN"}, 400, "malformed", "data_min"),
        ({"graph_min": 1}, 400, "malformed", "graph_min"),
        ({"graph_max": 999}, 400, "malformed", "graph_max"),
        ({"deactivated": 1000}, 400, "malformed", "deactivated"),
        ({"color": "red"}, 400, "malformed", "color"),
        ({"chart_label": "x" * 21}, 400, "malformed", "chart_label"),
        ({"component": 10**9}, 422, "unknown-component", "component"),
        ({"unit": 10**9}, 422, "unknown-unit", "unit"),
        ({"equation": "$value +"}, 422, "invalid-expression", "equation"),
        ({"data_type": "Text"}, 400, "malformed", "data_type"),
        ({"sensor": -1}, 400, "malformed", "sensor"),
        ({"chart": 1}, 400, "malformed", "chart"),
        ({"colour": "#000"}, 400, "malformed", "colour"),
    ],
)
def test_definition_that_contradicts_itself_is_refused(
    owner: Provider, said: dict[str, Any], status: int, kind: str, field: str
):
    """The member at fault is named."""
    assert_problem(owner.client.post(f"{API}/definitions", json={**DUST, **said}), status, kind, field)


def test_device_sends_what_it_is_provisioned_with(owner: Provider):
    """As a datastream of its own, or as one that the device has; each of both once."""
    device = owner.configure()
    dust, other = (add(owner, "definitions", DUST)["id"] for _ in range(2))
    own = add(owner, f"devices/{device}/definitions", {"definition": dust})
    shown = owner.client.get(f"{API}/datastreams/{own['datastream']}").json()
    assert (shown["device"], shown["component"]["name"], shown["unit"]["name"]) == (device, "PM2.5", "µg/m³")
    bound = streams(owner, device)["Humidity"]
    named = add(owner, f"devices/{device}/definitions", {"definition": other, "datastream": bound})
    path = f"{API}/devices/{device}/definitions"
    assert [each["datastream"] for each in owner.client.get(path).json()["items"]] == [
        own["datastream"],
        bound,
    ]
    assert named["definition"]["id"] == other
    again = owner.client.post(path, json={"definition": dust})
    assert_problem(again, 409, "conflict", "definition")
    taken = owner.client.post(path, json={"definition": 14, "datastream": bound})
    assert_problem(taken, 409, "conflict", "datastream")
    nothing = add(owner, "definitions", {"name": "x"})["id"]
    assert_problem(owner.client.post(path, json={"definition": nothing}), 422, "missing", "datastream")
    elsewhere = owner.client.post(path, json={"definition": nothing, "datastream": 10**9})
    assert_problem(elsewhere, 404, "not-found", "datastream")
    assert owner.client.delete(f"{path}/{dust}").status_code == 204
    assert_problem(owner.client.delete(f"{path}/{dust}"), 404, "not-found")
    assert add(owner, f"devices/{device}/definitions", {"definition": dust}) == own


def test_equation_of_a_definition_calibrates_its_datastreams(owner: Provider):
    """Also when it is changed; and the device's log tells of it."""
    device = owner.configure()
    number = add(owner, "definitions", {**DUST, "equation": "$value * 2"})["id"]
    stream = add(owner, f"devices/{device}/definitions", {"definition": number})["datastream"]
    path = f"{API}/datastreams/{stream}/calibration"
    assert owner.client.get(path).json()["in_force"][0]["equation"] == "$value * 2"
    changed = change(owner, "PUT", f"definitions/{number}", {**DUST, "equation": "$value - 1"})
    assert changed.status_code == 200
    assert owner.client.get(path).json()["in_force"][0]["equation"] == "$value - 1"
    log = owner.client.get(f"{API}/devices/{device}/log-entries").json()["items"]
    assert [each["message"].partition(":")[2] for each in log] == [
        " calibrated by $value * 2 for all time.",
        " calibrated by $value - 1 for all time.",
    ]
