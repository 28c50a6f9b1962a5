"""The objects of NILU's document, member by member, out of the words of the platform."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from sensorium.dialects.nilu.catalogue import encode as catalogue
from sensorium.dialects.nilu.data import encode as data
from sensorium.dialects.nilu.encode import to_json
from sensorium.dialects.nilu.inbound import encode as inbound
from sensorium.dialects.nilu.providers import encode as providers
from sensorium.dialects.nilu.sensors import encode as sensors
from sensorium.model.account import Account
from sensorium.model.catalogue import Component, Level, ReferenceSystem, Timezone, Unit
from sensorium.model.device import (
    Binding,
    Converter,
    Datastream,
    Device,
    FieldMapping,
    Parameter,
    Position,
    Schema,
)
from sensorium.model.flags import NEVER_PROCESSED, Pipeline, PipelineStatus
from sensorium.model.series import Column, Flags, FlagWord

BASE = "https://sensors.nilu.no"
UGM3 = Unit(3, "µg/m³")
NO2 = Component(8, "NO2", "Standard", None, UGM3)
LEVELS = {1: Level(1, "Estimate.")}
SYSTEM = ReferenceSystem(2000, 'PROJCS["Anguilla 1957"]', "+proj=tmerc ")
DATE_FORMAT = {"input-format": "yyyy/MM/dd HH:mm:ss", "timezone": "Europe/Stockholm"}

FIXED = Device(
    id=393,
    account=1,
    account_name="Norwegian Institute for Air Research",
    name="Innosense",
    description=None,
    resolution=60,
    epsg=2000,
    enabled=True,
    public=True,
    location=Position(67.0, 50.0, 1.5),
    schema_version=1,
    schema=Schema(
        parameters=(
            Parameter("no2", "double", "Predicted NO2 in microgram"),
            Parameter("date", "long"),
        ),
        bindings=(Binding(8, 3, 1, "/no2"),),
        converters=(
            Converter("string", "StringEpochTime", "/date", DATE_FORMAT),
            Converter("string", "StringDouble", "/no2"),
        ),
        mappings=(FieldMapping("Timestamp", "/date"),),
    ),
    streams=(Datastream(1, 393, NO2, UGM3, 1, 2000, 60, "/no2", 1),),
    created=datetime(2018, 12, 17, 12, 56, 23, 405806, UTC),
    updated=None,
    model=None,
    serial=None,
    blocked=False,
)
MOVING = replace(FIXED, id=394, location=None, schema=replace(FIXED.schema, converters=(), mappings=()))


def as_json(value: object) -> Any:
    """What a client reads."""
    return msgspec.json.decode(to_json(value))


def pairs(value: Any) -> Any:
    """The value with its objects as lists of members, so that their order counts too."""
    if isinstance(value, dict):
        return [(key, pairs(each)) for key, each in value.items()]
    return [pairs(each) for each in value] if isinstance(value, list) else value


SHOWN = {
    "id": 393,
    "name": "Innosense",
    "provider": {
        "id": 1,
        "name": "Norwegian Institute for Air Research",
        "atom": "https://sensors.nilu.no/api/providers/1",
    },
    "description": None,
    "resolution": 60,
    "srs": {
        "epsg": 2000,
        "srtext": 'PROJCS["Anguilla 1957"]',
        "proj4": "+proj=tmerc ",
        "atom": "https://sensors.nilu.no/api/srs/2000",
    },
    "enabled": True,
    "parameters": [
        {"name": "no2", "type": "double", "doc": "Predicted NO2 in microgram"},
        {"name": "date", "type": "long"},
    ],
    "location": {"longitude": 67.0, "latitude": 50.0, "altitude": 1.5},
    "components": [
        {
            "id": 8,
            "name": "NO2",
            "binding-path": "/no2",
            "conv_factor": 1.0,
            "atom": "https://sensors.nilu.no/api/components/8",
            "unit": {"id": 3, "name": "µg/m³", "atom": "https://sensors.nilu.no/api/units/3"},
            "level": {
                "value": 1,
                "description": "Estimate.",
                "atom": "https://sensors.nilu.no/api/datalevels/1",
            },
        }
    ],
    "converters": [
        {
            "input-type": "string",
            "output-type": "StringEpochTime",
            "target-path": "/date",
            "input-args": {"input-format": "yyyy/MM/dd HH:mm:ss", "timezone": "Europe/Stockholm"},
            "atom": "https://sensors.nilu.no/api/doc/converters#StringEpochTime",
        },
        {
            "input-type": "string",
            "output-type": "StringDouble",
            "target-path": "/no2",
            "atom": "https://sensors.nilu.no/api/doc/converters#StringDouble",
        },
    ],
    "mapping": [
        {
            "name": "Timestamp",
            "target-path": "/date",
            "atom": "https://sensors.nilu.no/api/doc/fieldmapping#Timestamp",
        }
    ],
    "pipeline": {
        "flags": 0,
        "bitflags": "00000000",
        "status": "Never processed",
        "atom": "https://sensors.nilu.no/api/sensors/393/pipeline",
        "processed": None,
    },
    "created": "2018-12-17T12:56:23.4058060Z",
    "updated": None,
    "atom": "https://sensors.nilu.no/api/sensors/393",
    "endpoint": "https://sensors.nilu.no/api/sensors/393/inbound",
}


@pytest.mark.check("NI-101", "NI-102", "NI-105", "NI-106", "NI-108", "NI-109", "NI-112")
def test_fixed_sensor_is_shown_as_in_the_document():
    """Every member of the document's first sensor, in the order of its list, nulls where nothing is set."""
    assert pairs(as_json(sensors.sensor(FIXED, NEVER_PROCESSED, LEVELS, SYSTEM, BASE))) == pairs(SHOWN)


@pytest.mark.check("NI-109", "NI-110", "NI-111")
def test_moving_sensor_has_no_location_and_a_template_as_endpoint():
    """Null for what there is not; the position's place in the address is shown in braces."""
    shown = as_json(sensors.sensor(MOVING, NEVER_PROCESSED, LEVELS, SYSTEM, BASE))
    assert (shown["location"], shown["converters"], shown["mapping"]) == (None, None, None)
    assert (
        shown["endpoint"]
        == "https://sensors.nilu.no/api/sensors/394/{longitude}/{latitude}/{altitude}/inbound"
    )


def test_private_sensor_says_so():
    """The extension member is there only when it is not the default."""
    private = as_json(sensors.sensor(replace(FIXED, public=False), NEVER_PROCESSED, LEVELS, SYSTEM, BASE))
    assert private == SHOWN | {"public": False}


@pytest.mark.check("NI-113")
def test_updated_is_shown_once_there_is_one():
    """In the same form as created."""
    updated = datetime(2025, 1, 18, 1, 56, 11, 27343, UTC)
    shown = as_json(sensors.sensor(replace(FIXED, updated=updated), NEVER_PROCESSED, LEVELS, SYSTEM, BASE))
    assert shown["updated"] == "2025-01-18T01:56:11.0273430Z"


@pytest.mark.check("NI-107")
@pytest.mark.parametrize(
    ("component", "unit", "factor"),
    [
        (NO2, UGM3, 1.0),
        (NO2, Unit(4, "mg/m³"), 1000.0),
        (NO2, Unit(16, "ppb"), 0.0),
        (replace(NO2, qc_unit=None), UGM3, 0.0),
    ],
)
def test_conversion_factor_leads_to_the_unit_of_quality_control(
    component: Component, unit: Unit, factor: float
):
    """1.0 in that unit, 0.0 when no multiplication leads there."""
    stream = Datastream(1, 393, component, unit, 1, 2000, 60, "/no2", 1)
    [shown] = as_json(sensors.bound_components([stream], LEVELS, BASE, with_type=False))
    assert shown["conv_factor"] == factor


@pytest.mark.check("NI-116")
def test_components_of_a_sensor_have_their_type_as_well():
    """The sub-resource has the documented members and the type of its example (N13)."""
    [shown] = as_json(sensors.bound_components(FIXED.streams, LEVELS, BASE, with_type=True))
    assert shown == {**SHOWN["components"][0], "type": "Standard"}


@pytest.mark.check("NI-097", "NI-098", "NI-100")
@pytest.mark.parametrize(
    ("flags", "bitflags", "status"),
    [
        (0, "00000000", "Never processed"),
        (1, "00000001", "Raw data processed [NO DATA]."),
        (2, "00000010", "Raw data processed and stored."),
        (4, "00000100", "Raw data processed with errors."),
        (10, "00001010", "Raw data processed and stored. QA/QC executed."),
        (18, "00010010", "Raw data processed and stored. QA/QC failed."),
    ],
)
def test_pipeline_flags_are_told_in_words(flags: int, bitflags: str, status: str):
    """The number, the same as eight bits, and the texts of the flag table joined by full stops (N31)."""
    processed = datetime(2020, 9, 8, 18, 5, 32, tzinfo=UTC) if flags else None
    assert as_json(sensors.pipeline(394, PipelineStatus(Pipeline(flags), processed), BASE)) == {
        "flags": flags,
        "bitflags": bitflags,
        "status": status,
        "atom": "https://sensors.nilu.no/api/sensors/394/pipeline",
        "processed": "2020-09-08T18:05:32.0000000Z" if flags else None,
    }


@pytest.mark.check("NI-038", "NI-039", "NI-040")
def test_provider_shows_neither_contact_nor_credentials():
    """Six members; e-mail address, user name and password are not among them."""
    account = Account(
        1, "NILU", None, "An institute", "a@nilu.no", "anna", datetime(2020, 4, 15, 8, 14, 14, 319114, UTC)
    )
    assert pairs(as_json(providers.provider(account, BASE))) == [
        ("id", 1),
        ("name", "NILU"),
        ("acronym", None),
        ("description", "An institute"),
        ("atom", "https://sensors.nilu.no/api/providers/1"),
        ("created", "2020-04-15T08:14:14.3191140Z"),
    ]


@pytest.mark.check("NI-182", "NI-184", "NI-186", "NI-188")
def test_catalogue_is_shown_as_in_the_document():
    """A description only where there is one; the document's names of members."""
    assert as_json(catalogue.component(NO2, BASE)) == {
        "id": 8,
        "name": "NO2",
        "type": "Standard",
        "atom": "https://sensors.nilu.no/api/components/8",
    }
    assert as_json(catalogue.component(replace(NO2, description="A gas"), BASE))["description"] == "A gas"
    assert to_json(catalogue.unit(UGM3, BASE)) == (
        '{"id":3,"name":"µg/m³","atom":"https://sensors.nilu.no/api/units/3"}'.encode()
    )
    assert as_json(catalogue.timezone(Timezone("Europe/Stockholm", True))) == {
        "timezone": "Europe/Stockholm",
        "supportsDaylightSavingTime": True,
    }


@pytest.mark.check("NI-048", "NI-051")
def test_row_of_data_has_the_documented_members_in_order():
    """Fifteen members; quality control has 8 bits, the specific flags 16."""
    assert list(data.ROW.items()) == [
        ("id", Column.DEVICE),
        ("component", Column.COMPONENT),
        ("unit", Column.UNIT),
        ("value", Column.VALUE),
        ("value_corr", Column.VALUE_CORRECTED),
        ("level", Column.LEVEL),
        ("level_corr", Column.LEVEL_CORRECTED),
        ("epsg", Column.EPSG),
        ("timestamp_from_epoch", Column.BEGIN),
        ("timestamp_to_epoch", Column.END),
        ("longitude", Column.LONGITUDE),
        ("latitude", Column.LATITUDE),
        ("altitude", Column.ALTITUDE),
        ("qc_flags", Flags(FlagWord.QC, 8)),
        ("qcs_flags", Flags(FlagWord.QCS, 16)),
    ]


def test_batch_answers_for_each_packet():
    """The answer to one packet, and the results as they were given."""
    answer = inbound.batch_pushed(
        "https://x/api/sensors/1/pipeline", [inbound.ACCEPTED, b'{"error-code":110}']
    )
    assert answer == (
        b'{"atom":"https://x/api/sensors/1/pipeline","message":"OK","http-status-code":200,"results":'
        b'[{"message":"OK","http-status-code":200},{"error-code":110}]}'
    )
