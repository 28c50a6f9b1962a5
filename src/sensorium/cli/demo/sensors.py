"""The sensors of the demo network: how each describes its packets, and what it sends."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sensorium.cli.demo.routes import BIKE, BUS, Route
from sensorium.cli.demo.signals import daily, hour_of, noise, rush_hours
from sensorium.model.device import Position

Packet = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Bound:
    """A component by the names of the catalogue, and where in the packet its values stand."""

    component: str
    unit: str
    path: str


@dataclass(frozen=True, slots=True)
class DemoSensor:
    """One sensor of the network. `place` is a fixed position or the round that it makes."""

    name: str
    description: str
    resolution: int
    place: Position | Route
    parameters: tuple[Packet, ...]
    bound: tuple[Bound, ...]
    converters: tuple[Packet, ...]
    time_path: str
    packet: Callable[[int], Packet]

    def position(self, time: int) -> Position | None:
        """Where it is, when it moves."""
        return self.place.at(time).position if isinstance(self.place, Route) else None


def double(name: str) -> Packet:
    """A parameter or member that is a number."""
    return {"name": name, "type": "double"}


def record(name: str, *members: str) -> Packet:
    """A parameter that is an object of numbers."""
    return {
        "name": name,
        "type": {"type": "record", "name": name, "fields": [double(each) for each in members]},
    }


def from_text(path: str) -> Packet:
    """A converter for numbers that are sent as texts."""
    return {"input-type": "string", "output-type": "StringDouble", "target-path": path}


TIME = {"name": "time", "type": "long"}
ISO_TIME = {
    "input-type": "string",
    "output-type": "StringEpochTime",
    "target-path": "time",
    "input-args": {"input-format": "yyyy-MM-ddTHH:mm:ssZ", "timezone": "UTC"},
}

NO2_NOISE, O3_NOISE, PM_NOISE = noise("no2", 1200), noise("o3", 2400), noise("pm2.5", 3600)
WEATHER, DAMPNESS = noise("weather", 7200), noise("dampness", 5400)
STREET, PEAKS = noise("street", 60), noise("peaks", 20)
RIVER, SLOSH, EXHAUST = noise("river", 14_400), noise("slosh", 30), noise("exhaust", 90)
WARMTH, SUN = daily(15), daily(13.5)


def air(time: int) -> Packet:
    """An air quality station: values in an object, the time as an ISO text."""
    traffic = rush_hours(time)
    temperature = 9 + 5 * WARMTH(time) + 0.8 * WEATHER(time)
    return {
        "station": "harbour",
        "time": f"{datetime.fromtimestamp(time, UTC):%Y-%m-%dT%H:%M:%SZ}",
        "values": {
            "no2": round(max(0.5, 9 + 38 * traffic + 5 * NO2_NOISE(time)), 1),
            "o3": round(max(1.0, 58 + 22 * SUN(time) - 25 * traffic + 4 * O3_NOISE(time)), 1),
            "pm2.5": round(max(0.3, 6 + 5 * traffic + 2.5 * PM_NOISE(time)), 1),
            "t": round(temperature, 2),
            "rh": round(min(100.0, max(20.0, 72 - 2.6 * (temperature - 9) + 4 * DAMPNESS(time))), 1),
        },
    }


def sound(time: int) -> Packet:
    """A noise meter: plain numbers, the time in seconds since 1970."""
    level = 44 + 19 * rush_hours(time) + 1.6 * STREET(time)
    return {"time": time, "laeq": round(level, 1), "lamax": round(level + 6 + 2.5 * abs(PEAKS(time)), 1)}


def river(time: int) -> Packet:
    """A river gauge: numbers as texts. Its discharge follows a stage-discharge rating of the gauge."""
    height = 0.92 + 0.03 * daily(9)(time) + 0.05 * RIVER(time)
    return {
        "time": time,
        "stage": f"{height:.3f}",
        "discharge": f"{11.5 * max(0.0, height - 0.2) ** 1.7:.2f}",
        "water_t": f"{7.5 + 0.9 * daily(17)(time) + 0.2 * RIVER(time):.2f}",
    }


def bus(time: int) -> Packet:
    """A bus: speed by GPS, and a fuel probe whose level falls from the refuelling at 03:00."""
    speed = BUS.at(time).speed
    burnt = 8.6 * ((hour_of(time) - 3) % 24)
    return {
        "time": time,
        "gps": {"speed": speed},
        "fuel": round(245 - burnt + (0.2 + speed / 60) * SLOSH(time), 1),
    }


def bike(time: int) -> Packet:
    """A bicycle with a dust sensor: the town's PM2.5 and what it meets in the traffic."""
    met = 4 * rush_hours(time) * max(0.0, EXHAUST(time))
    return {
        "time": time,
        "pm2.5": round(max(0.3, 6 + 5 * rush_hours(time) + 2.5 * PM_NOISE(time) + met), 1),
        "speed": BIKE.at(time).speed,
    }


NETWORK = (
    DemoSensor(
        name="Harbour air station",
        description="Fixed. Values in an object; the time is a text.",
        resolution=10,
        place=Position(10.7461, 59.9056, 3),
        parameters=(TIME, record("values", "no2", "o3", "pm2.5", "t", "rh")),
        bound=(
            Bound("NO2", "µg/m³", "values.no2"),
            Bound("O3", "µg/m³", "values.o3"),
            Bound("PM2.5", "µg/m³", "values.['pm2.5']"),
            Bound("Temperature", "°C", "values.t"),
            Bound("Humidity", "%RH", "values.rh"),
        ),
        converters=(ISO_TIME,),
        time_path="time",
        packet=air,
    ),
    DemoSensor(
        name="Square noise meter",
        description="Fixed. Plain numbers.",
        resolution=10,
        place=Position(10.7522, 59.9139, 8),
        parameters=(TIME, double("laeq"), double("lamax")),
        bound=(Bound("LAeq", "dBA", "/laeq"), Bound("LAmax", "dBA", "/lamax")),
        converters=(),
        time_path="/time",
        packet=sound,
    ),
    DemoSensor(
        name="River gauge",
        description="Fixed. Numbers as texts.",
        resolution=10,
        place=Position(10.7562, 59.9228, 21),
        parameters=(TIME, double("stage"), double("discharge"), double("water_t")),
        bound=(
            Bound("Gage height", "m", "/stage"),
            Bound("Discharge", "m³/s", "/discharge"),
            Bound("Water temperature", "°C", "/water_t"),
        ),
        converters=tuple(from_text(path) for path in ("/stage", "/discharge", "/water_t")),
        time_path="/time",
        packet=river,
    ),
    DemoSensor(
        name="Bus 21",
        description="Moving. GPS speed and a fuel probe.",
        resolution=60,
        place=BUS,
        parameters=(TIME, record("gps", "speed"), double("fuel")),
        bound=(Bound("GPS speed", "km/h", "gps.speed"), Bound("Fuel level", "l", "fuel")),
        converters=(),
        time_path="time",
        packet=bus,
    ),
    DemoSensor(
        name="Bike 4",
        description="Moving. Dust on the road.",
        resolution=60,
        place=BIKE,
        parameters=(TIME, double("pm2.5"), double("speed")),
        bound=(Bound("PM2.5", "µg/m³", "/pm2.5"), Bound("GPS speed", "km/h", "/speed")),
        converters=(),
        time_path="/time",
        packet=bike,
    ),
)
