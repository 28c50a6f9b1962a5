"""Factors between units, compared with those of pint, which calculates with dimensions."""

from collections.abc import Iterator

import pint
import pytest

from sensorium.model.catalogue import Component, Unit
from sensorium.plans.units import conversion_factor
from sensorium.storage.catalog.defaults import default_units

# What is measured in units that can be turned into each other, and how pint writes them. An equal dimension
# is not enough: rain in an hour is no speed, and no gas is in %RH.
MEASURED: dict[str, dict[str, str]] = {
    "mass in a volume": {
        "ng/m³": "ng/m**3",
        "µg/m³": "ug/m**3",
        "mg/m³": "mg/m**3",
        "g/m³": "g/m**3",
        "µg/l": "ug/liter",
        "mg/l": "mg/liter",
    },
    "number in a volume": {"1/m³": "1/m**3", "1/cm³": "1/cm**3"},
    "share of a gas": {"ppb": "ppb", "ppm": "ppm", "%": "percent", "1": ""},
    "relative humidity": {"%RH": "percent", "%": "percent", "1": ""},
    "water in soil": {"m³/m³": "", "%": "percent", "1": ""},
    "pressure": {
        "Pa": "Pa",
        "hPa": "hPa",
        "kPa": "kPa",
        "mbar": "mbar",
        "bar": "bar",
        "mmHg": "mmHg",
        "psi": "psi",
    },
    "length": {
        "nm": "nm",
        "µm": "um",
        "mm": "mm",
        "cm": "cm",
        "m": "m",
        "km": "km",
        "ft": "ft",
        "in": "inch",
    },
    "speed": {"m/s": "m/s", "km/h": "km/h", "mph": "mph", "kn": "knot", "ft/s": "ft/s"},
    "acceleration": {"m/s²": "m/s**2", "g": "standard_gravity"},
    "volume": {"l": "liter", "m³": "m**3"},
    "flow of a volume": {
        "l/h": "liter/hour",
        "l/min": "liter/min",
        "m³/h": "m**3/hour",
        "m³/s": "m**3/s",
        "ft³/s": "ft**3/s",
    },
    "flow of a mass": {"g/s": "g/s", "kg/h": "kg/hour"},
    "dose in a time": {"µSv/h": "uSv/hour", "nSv/h": "nSv/hour"},
    "counts in a time": {"CPM": "count/minute", "1/min": "count/minute"},
    "conductivity": {"µS/cm": "uS/cm", "mS/cm": "mS/cm", "dS/m": "dS/m"},
    "voltage": {"V": "V", "mV": "mV"},
    "current": {"A": "A", "mA": "mA", "µA": "uA", "nA": "nA"},
    "power": {"W": "W", "kW": "kW"},
    "energy": {"Wh": "W*hour", "kWh": "kW*hour"},
    "time": {"s": "s", "min": "min", "h": "hour", "ms": "ms"},
    "frequency": {"Hz": "1/s", "rpm": "1/min"},
}

# Nothing else of the catalogue is a multiple of these. Those of the first line need more than a factor.
ALONE = (
    *("°C", "°F", "K"),
    *("dB", "dBA", "dBC", "dBZ", "dBm", "pH"),
    *("lux", "g/kg", "mm/h", "°", "kg", "l/100km", "W/m²", "µmol/m²/s", "J/m²", "Bq/m³", "NTU", "FNU", "PSU"),
    *("kPa/m", "Ω", "count", "index", "byte"),
)

REGISTRY = pint.UnitRegistry()
REGISTRY.define("ppb = 1e-9")


def pairs() -> Iterator[tuple[str, str, float | None]]:
    """Every two units of the catalogue, and the factor between them, None where there is none."""
    names = [row["name"] for row in default_units()]
    for unit in names:
        for target in names:
            both = [units for units in MEASURED.values() if unit in units and target in units]
            factor = 1.0 if unit == target else None
            if both:
                factor = REGISTRY.Quantity(1, both[0][unit]).to(both[0][target]).magnitude
            yield unit, target, factor


def factor_between(unit: str, target: str) -> float:
    """The factor, for a component that is judged in the target unit."""
    return conversion_factor(Component(1, "x", "Standard", None, Unit(1, target)), Unit(2, unit))


@pytest.mark.check("NI-107")
def test_factor_of_every_two_units_of_the_catalogue_is_pints():
    """To the last digits, and 0.0 where multiplying does not lead from one to the other."""
    for unit, target, expected in pairs():
        found = factor_between(unit, target)
        assert found == pytest.approx(expected or 0.0, rel=1e-14, abs=0), f"{unit} -> {target}"


def test_every_unit_of_the_catalogue_is_known_here():
    """Who adds one says what it can be turned into."""
    told = {unit for units in MEASURED.values() for unit in units} | set(ALONE)
    assert told == {row["name"] for row in default_units()}


@pytest.mark.parametrize(
    ("unit", "target"),
    [("°C", "K"), ("K", "°C"), ("°F", "°C"), ("°C", "°F"), ("ppb", "µg/m³"), ("mg/m³", "ppm"), ("dBA", "dB")],
)
@pytest.mark.check("NI-107")
def test_no_factor_where_more_than_a_factor_is_needed(unit: str, target: str):
    """An offset, a molar mass, a weight by frequency."""
    assert factor_between(unit, target) == 0.0


def test_factor_there_and_back_is_one():
    """So nothing drifts that is converted twice."""
    for unit, target, expected in pairs():
        if expected is not None:
            there, back = factor_between(unit, target), factor_between(target, unit)
            assert there * back == pytest.approx(1, rel=1e-15)
