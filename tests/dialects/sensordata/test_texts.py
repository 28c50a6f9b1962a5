"""What is taken as a number and what as a text, by the type of the definition."""

import json

import pytest

from tests.dialects.sensordata.api import AGENT, PATH, Customer, Place, values

INVALID_VALUE = {"error": "INVALID_SENSOR_DATA_VALUE_PRAM"}


def insert_written(customer: Customer, place: Place, number: int, written: str) -> dict[str, str]:
    """What an insert of a value is answered with, in the very characters of the JSON."""
    start = json.dumps({"action": "insert", "user_agent": AGENT, **place.by_asset})[:-1]
    body = f'{start}, "sensor_data": [{{"sd_id": {number}, "value": {written}}}]}}'
    return customer.client.post(PATH, content=body).json()


@pytest.mark.parametrize("text", ["12E456", "3e500", "-1e999", "1e-9999999999", "007", "x" * 255, "9" * 255])
def test_text_may_look_like_a_number_that_is_too_large(customer: Customer, text: str):
    """A definition of texts takes it; one of numbers does not, unless it is a finite number."""
    words, dust = customer.definition(data_type="String"), customer.definition(data_min=0)
    place = customer.place(words, dust)
    found = customer.insert(place.by_asset, (words, text))
    assert found["sensor_value"] == text, found
    assert values(customer.select(data_id=found["data_id"])) == [text]
    if text != "007" and not text.startswith("9"):
        assert customer.insert(place.by_asset, (dust, text)) == INVALID_VALUE


@pytest.mark.parametrize("text", ["x" * 256, "9" * 256, "9" * 300, "9" * 401, "1e5".rjust(256, "0")])
def test_text_has_at_most_255_characters(customer: Customer, text: str):
    """Of a number too."""
    words = customer.definition(data_type="String")
    place = customer.place(words)
    assert customer.insert(place.by_asset, (words, text)) == INVALID_VALUE
    if text.startswith("9"):
        assert insert_written(customer, place, words, text) == INVALID_VALUE


def test_number_of_a_definition_of_texts_keeps_to_its_bounds(customer: Customer):
    """What is no finite number has none."""
    words = customer.definition(data_type="String", data_max=10)
    place = customer.place(words)
    assert customer.insert(place.by_asset, (words, "11")) == INVALID_VALUE
    for minute, text in enumerate(("9", "1e999", "TEST")):
        found = customer.insert(place.by_asset, (words, text), timestamp=f"2021-01-01 00:0{minute}")
        assert found["error"] == "NO_ERROR"


@pytest.mark.parametrize("written", ["-0", "-0.0", "0", "1.50", "9007199254740993", "1E-7"])
def test_json_number_is_kept_as_it_is_written(customer: Customer, written: str):
    """The sign of a zero too, in the answer and in the row."""
    dust = customer.definition()
    place = customer.place(dust)
    found = insert_written(customer, place, dust, written)
    assert found["sensor_value"] == written, found
    assert values(customer.select(data_id=int(found["data_id"]))) == [written]


@pytest.mark.parametrize("written", ["1e-99999999999999999999", '"1e-99999999999999999999"', "1e999"])
def test_number_beyond_all_exponents_is_refused(customer: Customer, written: str):
    """It is no fault of the server."""
    dust = customer.definition(data_min=0, data_max=1)
    assert insert_written(customer, customer.place(dust), dust, written) == INVALID_VALUE


def test_values_are_compared_with_bounds_to_the_last_digit(customer: Customer):
    """Of a bound that was said as a JSON number of more digits than a double has."""
    headers = {"content-type": "application/json"}
    said = '{"name": "Count", "component": 13, "unit": 3, "data_max": 9007199254740993}'
    made = customer.provider.client.post("/manage/v1/definitions", content=said, headers=headers).json()
    place = customer.place(made["id"])
    assert insert_written(customer, place, made["id"], "9007199254740993")["error"] == "NO_ERROR"
    assert insert_written(customer, place, made["id"], "9007199254740994") == INVALID_VALUE
