"""Paths lead to the right target, with their parts by name."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensorium.server.addresses import Addresses

TEMPLATES = (
    "/api/sensors",
    "/api/sensors/{id}",
    "/api/sensors/configure",
    "/api/sensors/{id}/inbound",
    "/api/sensors/{id}/{longitude}/{latitude}/{altitude}/inbound",
    "/api/sensors/providers/{owner}",
    "/api/data/id/{id}/fromutc/{from}",
    "/api/data/id/{id}/{period}/stats",
)
PARTS = ("api", "sensors", "data", "id", "configure", "providers", "inbound", "fromutc", "stats", "7", "")


@pytest.fixture(scope="module")
def addresses() -> Addresses[str]:
    """Every template, with itself as the target."""
    made: Addresses[str] = Addresses()
    for template in TEMPLATES:
        made.add(template, template)
    return made


@pytest.mark.parametrize(
    ("path", "template", "parts"),
    [
        ("/api/sensors", "/api/sensors", {}),
        ("/api/sensors/7", "/api/sensors/{id}", {"id": "7"}),
        ("/api/sensors/configure", "/api/sensors/configure", {}),
        ("/api/sensors/configure/inbound", "/api/sensors/{id}/inbound", {"id": "configure"}),
        ("/api/sensors/providers/3", "/api/sensors/providers/{owner}", {"owner": "3"}),
        ("/api/sensors/7/1.5/-2/30/inbound", TEMPLATES[4],
         {"id": "7", "longitude": "1.5", "latitude": "-2", "altitude": "30"}),
        ("/api/data/id/7/fromutc/stats", TEMPLATES[6], {"id": "7", "from": "stats"}),
        ("/api/data/id/7/10d/stats", TEMPLATES[7], {"id": "7", "period": "10d"}),
    ],
)  # fmt: skip
def test_a_path_finds_its_template(
    addresses: Addresses[str], path: str, template: str, parts: dict[str, str]
):
    """A part that a template names goes before a placeholder, which still catches what leads nowhere else."""
    assert addresses.find(path) == (template, parts)


@pytest.mark.parametrize(
    "path", ["", "/", "/api", "/api/sensors//inbound", "/api/sensors/", "/api/sensors/7/other"]
)
def test_other_paths_find_nothing(addresses: Addresses[str], path: str):
    """A placeholder is one part that is not empty."""
    assert addresses.find(path) is None


def test_an_address_has_one_target(addresses: Addresses[str]):
    """Two templates that differ in the names of their placeholders are one address."""
    with pytest.raises(ValueError, match="two targets"):
        addresses.add("/api/sensors/{other}/inbound", "another")


@given(st.lists(st.sampled_from(PARTS), max_size=8))
def test_the_tree_finds_what_the_templates_say(parts: list[str]):
    """What a walk finds matches one of the templates; what it does not find matches none."""
    path = "/".join(["", *parts])
    made: Addresses[str] = Addresses()
    for template in TEMPLATES:
        made.add(template, template)
    matching = [
        template for template in TEMPLATES if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path)
    ]
    found = made.find(path)
    assert (found[0] in matching) if found else not matching
