"""Inserts are stored, and answered as the document says."""

import pytest

from tests.dialects.sensordata.api import AGENT, Customer


@pytest.mark.check("SD-073", "SD-100", "SD-101", "SD-103")
def test_document_s_example_is_inserted(customer: Customer):
    """The answer has every member of the document, with its types, and the values in the request's order."""
    place = customer.place(12, 13, 14)
    found = customer.insert(place.by_asset, ("14", "122"), ("12", "12.34"), ("13", "16.9876"))
    assert found == {
        "sd_id": "14, 12, 13",
        "sensor_id": "1, 1, 1",
        "sensor_value": "122, 12.34, 16.9876",
        "asset_id": place.asset,
        "device_id": place.device,
        "deviceasset_id": place.link,
        "timestamp": found["timestamp"],
        "user_agent": AGENT,
        "data_id": found["data_id"],
        "error": "NO_ERROR",
    }
    assert int(found["data_id"]) > 0
    rows = customer.select(data_id=found["data_id"])
    assert [(row["sd_id"], row["sensor_value"]) for row in rows] == [
        (12, "12.34"),
        (13, "16.9876"),
        (14, "122"),
    ]
