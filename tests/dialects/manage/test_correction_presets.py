"""Presets of corrections over HTTP, where they do not fit."""

from typing import Any

import pytest

from tests.dialects.manage.api import assert_problem, streams
from tests.dialects.nilu.api import Provider


@pytest.fixture
def path(owner: Provider) -> str:
    """The address of the correction of a new device's PM2.5; it measures humidity too."""
    return f"/manage/v1/datastreams/{streams(owner, owner.configure())['PM2.5']}/correction"


@pytest.mark.parametrize(
    ("body", "status", "kind", "field"),
    [
        ({"preset": None, "level": 2}, 422, "missing", "preset"),
        ({"expression": "value", "arguments": {"slope": 1}, "level": 2}, 400, "malformed", "arguments"),
        ({"preset": "epa-purpleair"}, 422, "missing", "level"),
        (
            {"preset": "kappa-koehler", "arguments": {"humidity": "RH"}, "level": 2},
            422,
            "invalid-expression",
            "expression",
        ),
        ({"preset": "epa-purpleair", "level": 0}, 400, "malformed", "level"),
    ],
)
def test_mistake_is_named(
    owner: Provider, path: str, body: dict[str, Any], status: int, kind: str, field: str
):
    """And nothing is changed. Corrected values have a higher level than the values that they are made of."""
    assert_problem(owner.client.put(path, json=body), status, kind, field)
    assert owner.client.get(path).json()["said"] == []
