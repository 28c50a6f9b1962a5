"""Payloads of real devices, pushed byte for byte; the expected values are read out of the files by eye."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.real_data.provider import Provider, Row, record, text_number, text_time

NANOSECONDS = "yyyy-MM-ddTHH:mm:ss.fffffffffZ"
MILLISECONDS = {"type": "long", "logicalType": "timestamp-millis"}
EUROPE = {"longitude": 8.55, "latitude": 47.37, "altitude": 400}


@dataclass(frozen=True)
class Payload:
    """A file, what is declared of it, and what is in it: path -> (component, unit, value)."""

    file: str
    shape: dict[str, Any]
    values: dict[str, tuple[str, str, float]]
    time: tuple[str, str]  # path, and the UTC time that a human reads there
    converters: tuple[dict[str, Any], ...] = ()


def declared(shape: dict[str, Any]) -> list[dict[str, Any]]:
    """Parameters from a shape: a dict is a record, a list an array, a text a type."""
    return [{"name": name, "type": kind(each)} for name, each in shape.items()]


def kind(shape: Any) -> Any:
    if shape is MILLISECONDS:
        return shape
    if isinstance(shape, dict):
        return record(*declared(shape))
    if isinstance(shape, list):
        return {"type": "array", "items": kind(shape[0])}
    return shape


GATEWAY = {"time": "string", "rssi": "double", "snr": "double", "channel_index": "int"}
PLACE = {"latitude": "double", "longitude": "double", "altitude": "double", "source": "string"}
LORA = {"bandwidth": "long", "spreading_factor": "int"}
UPLINK = {
    "received_at": "long",
    "uplink_message": {
        "f_port": "int",
        "f_cnt": "long",
        "frm_payload": "string",
        "rx_metadata": [GATEWAY | {"location": PLACE}],
        "settings": {"data_rate": {"lora": LORA}, "frequency": "double"},
    },
}
DECENTLAB = [
    Payload(
        f"ttn_Decentlab_{device}.json",
        UPLINK,
        {
            "uplink_message.f_cnt": ("Sample count", "count", 101),
            "uplink_message.rx_metadata[0].rssi": ("Signal strength", "dBm", -16),
            "/uplink_message/rx_metadata[0]/snr": ("Signal to noise ratio", "dB", 8.5),
            "uplink_message.rx_metadata[0].location.altitude": ("GPS altitude", "m", 5),
            "$.uplink_message.settings.data_rate.lora.spreading_factor": ("Status", "1", 11),
            "uplink_message.settings.frequency": ("Frequency", "Hz", 867_700_000),
        },
        converters=(
            text_time("received_at", NANOSECONDS),
            text_number("uplink_message.settings.frequency"),
        ),
        time=("received_at", "2020-02-06T09:46:05"),  # and 447,941,836 nanoseconds
    )
    for device in ("DL-ALB", "DL-ATM41", "DL-CTD10", "DL-IAM", "DL-PM")
]
ELSYS = Payload(
    "ttn_Elsys_ERS2_CO2.json",
    {
        "uplink_message": {
            "f_cnt": "long",
            "rx_metadata": [
                {"time": "string", "rssi": "double", "snr": "double", "frequency_offset": "string"}
            ],
            "settings": {"data_rate": {"lora": LORA}},
        }
    },
    {
        "uplink_message.f_cnt": ("Sample count", "count", 10_335),
        "uplink_message.rx_metadata[0].rssi": ("Signal strength", "dBm", -35),
        "uplink_message.rx_metadata[0].snr": ("Signal to noise ratio", "dB", 13.2),
        "uplink_message.rx_metadata[0].frequency_offset": ("Raw signal", "1", 69),
        "uplink_message.settings.data_rate.lora.bandwidth": ("Frequency", "Hz", 125_000),
    },
    converters=(
        text_time("uplink_message.rx_metadata[0].time", "yyyy-MM-ddTHH:mm:ss.ffffffZ"),
        {
            "input-type": "string",
            "output-type": "StringInteger",
            "target-path": "uplink_message.rx_metadata[0].frequency_offset",
        },
    ),
    time=("uplink_message.rx_metadata[0].time", "2023-05-19T05:33:35"),  # and 608,982 microseconds
)
PURPLEAIR = Payload(
    "purpleair_api_sensor.json",
    {
        "data_time_stamp": "long",
        "sensor": {
            "rssi": "double",
            "uptime": "long",
            "memory": "long",
            "humidity": "double",
            "temperature": "double",
            "pressure": "double",
            "analog_input": "double",
            "pm2.5_alt": "double",
            "0.3_um_count_b": "double",
        },
    },
    {
        "sensor.rssi": ("Signal strength", "dBm", -67),
        "sensor.uptime": ("Uptime", "min", 15_682),
        "sensor.memory": ("Free memory", "byte", 16_008),
        "sensor.humidity": ("Humidity", "%RH", 33),
        "sensor.temperature": ("Temperature", "°F", 69),
        "sensor.pressure": ("Pressure", "hPa", 1001.66),
        "sensor.analog_input": ("Raw signal", "V", 0.03),
        "sensor.['pm2.5_alt']": ("PM2.5", "µg/m³", 0.4),
        "sensor.['0.3_um_count_b']": ("Particle number 0.3", "1/cm³", 86),
    },
    time=("data_time_stamp", "2022-11-05T16:36:21"),
)
PURPLEAIR_MEANS = [
    Payload(
        "purpleair_api_sensor.json",
        {"sensor": {part: {mean: "double", "time_stamp": "long"}}},
        {path: ("PM2.5", "µg/m³", value)},
        time=(f"sensor.{part}.time_stamp", "2022-11-05T16:36:02"),
    )
    for part, mean, path, value in (
        ("stats", "pm2.5_10minute", "sensor.stats.['pm2.5_10minute']", 0.2),
        ("stats_a", "pm2.5_1week", "/sensor/stats_a/pm2.5_1week", 4.8),
        ("stats_b", "pm2.5_24hour", "sensor['stats_b']['pm2.5_24hour']", 2.2),
    )
]


def decoded(device: str, time: str, values: dict[str, tuple[str, str, float]]) -> Payload:
    """What a decoder made of a payload: an array with the time in milliseconds and an object of values."""
    members = dict.fromkeys(values, "double")
    return Payload(
        f"ttn_{device}.result.json",
        {"telemetry": [{"ts": MILLISECONDS, "values": members}]},
        {f"telemetry[0].values.{name}": value for name, value in values.items()},
        time=("telemetry[0].ts", time),
    )


RADIO = {
    "lora_frame_counter": ("Sample count", "count", 101),
    "lora_rssi": ("Signal strength", "dBm", -16),
    "lora_snr": ("Signal to noise ratio", "dB", 8.5),
}
DECODED = [
    decoded(
        "Decentlab_DL-ALB",
        "2020-02-06T09:46:05",
        {
            "incoming_radiation": ("Solar radiation", "W/m²", 15.3),
            "reflected_radiation": ("Reflected radiation", "W/m²", 3.4),
            "albedo": ("Albedo", "1", 0.2222222222222222),
            "battery_voltage": ("Battery voltage", "V", 3.027),
        }
        | RADIO,
    ),
    decoded(
        "Decentlab_DL-ATM41",
        "2020-02-06T09:46:05",
        {
            "solar_radiation": ("Solar radiation", "W/m²", 10),
            "precipitation": ("Precipitation", "mm", 0),
            "lightning_strike_count": ("Lightning strikes", "count", 0),
            "wind_speed": ("Wind speed", "m/s", 0.09),
            "wind_direction": ("Wind direction", "°", 29.9),
            "maximum_wind_speed": ("Wind gust", "m/s", 0.2),
            "air_temperature": ("Temperature", "°C", 26.4),
            "vapor_pressure": ("Vapour pressure", "kPa", 1.8),
            "atmospheric_pressure": ("Pressure", "kPa", 95.96),
            "relative_humidity": ("Humidity", "%RH", 52.4),
            "sensor_temperature_internal": ("Internal temperature", "°C", 26.5),
            "y_orientation_angle": ("Tilt", "°", -2.4),
            "compass_heading": ("Compass heading", "°", 86),
            "north_wind_speed": ("Wind speed north", "m/s", 0.08),
            "east_wind_speed": ("Wind speed east", "m/s", 0.04),
        }
        | RADIO,
    ),
    decoded(
        "Decentlab_DL-CTD10",
        "2020-02-06T09:46:05",
        {
            "water_depth": ("Water depth", "mm", 4232),
            "temperature": ("Water temperature", "°C", 12.9),
            "electrical_conductivity": ("Conductivity", "µS/cm", 100),
            "freezing_flag": ("Freezing", "1", 0),
            "battery_voltage": ("Battery voltage", "V", 3.168),
        }
        | RADIO,
    ),
    decoded(
        "Decentlab_DL-IAM",
        "2020-02-06T09:46:05",
        {
            "air_temperature": ("Temperature", "°C", 27.67833981841764),
            "air_humidity": ("Humidity", "%RH", 36.438544289311054),
            "barometric_pressure": ("Pressure", "Pa", 96_412),
            "illuminance": ("Light", "lux", 678.76512),
            "co2_concentration": ("CO2", "ppm", 455),
            "raw_ir_reading": ("Raw signal", "1", 37_844),
            "activity_counter": ("Motion", "count", 11),
            "total_voc": ("TVOC", "ppb", 273),
        }
        | RADIO,
    ),
    decoded(
        "Decentlab_DL-PM",
        "2020-02-06T09:46:05",
        {
            "pm1_0_mass_concentration": ("PM1", "µg/m³", 3.7),
            "pm2_5_mass_concentration": ("PM2.5", "µg/m³", 3.9),
            "pm4_mass_concentration": ("PM4", "µg/m³", 3.9),
            "typical_particle_size": ("Typical particle size", "nm", 501),
            "pm0_5_number_concentration": ("Particle number 0.5", "1/cm³", 26.3),
            "pm10_number_concentration": ("Particle number 10", "1/cm³", 30.1),
            "air_temperature": ("Temperature", "°C", 24.35660461425781),
            "barometric_pressure": ("Pressure", "Pa", 96_800),
        }
        | RADIO,
    ),
    decoded(
        "Elsys_ERS2_CO2",
        "2023-05-19T05:33:35",
        {
            "temperature": ("Temperature", "°C", 22.6),
            "humidity": ("Humidity", "%RH", 41),
            "light": ("Light", "lux", 39),
            "pir": ("Motion", "count", 6),
            "co2": ("CO2", "ppm", 776),
            "vdd": ("Battery voltage", "mV", 3426),
        },
    ),
]
PAYLOADS = [*DECENTLAB, ELSYS, PURPLEAIR, *PURPLEAIR_MEANS, *DECODED]


@pytest.mark.check("NI-151", "NI-154", "NI-155", "NI-156", "NI-158")
@pytest.mark.parametrize(
    "payload", PAYLOADS, ids=lambda payload: f"{payload.file} {next(iter(payload.values))}"
)
def test_payload_is_read_as_a_human_reads_it(data: Path, provider: Provider, payload: Payload):
    """Objects in arrays in objects, names with points and digits, numbers as text, times in nanoseconds."""
    sensor = provider.describe(
        f"{payload.file} {payload.time}",
        declared(payload.shape),
        [(component, unit, path) for path, (component, unit, _) in payload.values.items()],
        converters=payload.converters,
        time=payload.time[0],
        location=EUROPE,
    )
    answer = provider.push(sensor, (data / "payloads_json" / payload.file).read_bytes())
    assert answer.status_code == 200, answer.text

    rows = provider.get(f"/api/data/id/{sensor}/maxutc", list[Row])
    found = {row.component: (row.unit, row.value) for row in rows}
    assert found == {component: (unit, value) for component, unit, value in payload.values.values()}
    assert {datetime.fromtimestamp(row.timestamp_from_epoch, UTC) for row in rows} == {
        datetime.fromisoformat(payload.time[1]).replace(tzinfo=UTC)
    }


def test_every_payload_is_pushed(data: Path):
    """No file of the folder is left out."""
    files = {path.name for path in (data / "payloads_json").glob("*.json")}
    assert files == {payload.file for payload in PAYLOADS}
