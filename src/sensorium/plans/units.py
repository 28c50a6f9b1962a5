"""By which factor a value in one unit becomes one in another, as far as that is a multiplication.

Units are known by their names. Some pairs are missing on purpose: °C, °F and K, which differ by more than a
factor; ppb and µg/m³ of a gas, between which its molar mass, temperature and pressure decide; levels of sound
with different weights. Why this is a table, and what else was measured, says decision 012.
"""

from fractions import Fraction

from sensorium.model.catalogue import Component, Unit

_FOOT = Fraction(3048, 10_000)
_MILE = Fraction(1_609_344, 1000)
_POUND_FORCE_PER_INCH = Fraction(44_482_216_152_605, 6_451_600_000)  # pascals in one psi

_PERCENT = Fraction(1, 100)

# Units of one row can measure the same quantity; each stands beside its multiple of the row's base unit. A
# share is of different things, so that the units of shares stand in several rows: no gas is in %RH.
_QUANTITIES: tuple[dict[str, Fraction | int], ...] = (
    {
        "ng/m³": Fraction(1, 1000),
        "µg/m³": 1,
        "mg/m³": 1000,
        "g/m³": 1_000_000,
        "µg/l": 1000,
        "mg/l": 1_000_000,
    },
    {"1/m³": 1, "1/cm³": 1_000_000},
    {"ppb": Fraction(1, 10**9), "ppm": Fraction(1, 10**6), "%": _PERCENT, "1": 1},
    {"%RH": _PERCENT, "%": _PERCENT, "1": 1},
    {"m³/m³": 1, "%": _PERCENT, "1": 1},
    {
        "Pa": 1,
        "hPa": 100,
        "mbar": 100,
        "kPa": 1000,
        "bar": 100_000,
        "mmHg": Fraction("133.322387415"),
        "psi": _POUND_FORCE_PER_INCH,
    },
    {
        "nm": Fraction(1, 10**9),
        "µm": Fraction(1, 10**6),
        "mm": Fraction(1, 1000),
        "cm": Fraction(1, 100),
        "in": _FOOT / 12,
        "ft": _FOOT,
        "m": 1,
        "km": 1000,
    },
    {
        "m/s": 1,
        "km/h": Fraction(1000, 3600),
        "mph": _MILE / 3600,
        "kn": Fraction(1852, 3600),
        "ft/s": _FOOT,
    },
    {"m/s²": 1, "g": Fraction("9.80665")},
    {"l": 1, "m³": 1000},
    {"l/h": 1, "l/min": 60, "m³/h": 1000, "ft³/s": _FOOT**3 * 3_600_000, "m³/s": 3_600_000},
    {"g/s": Fraction(36, 10), "kg/h": 1},
    {"nSv/h": Fraction(1, 1000), "µSv/h": 1},
    {"CPM": 1, "1/min": 1},
    {"µS/cm": 1, "mS/cm": 1000, "dS/m": 1000},
    {"mV": Fraction(1, 1000), "V": 1},
    {"nA": Fraction(1, 10**9), "µA": Fraction(1, 10**6), "mA": Fraction(1, 1000), "A": 1},
    {"W": 1, "kW": 1000},
    {"Wh": 1, "kWh": 1000},
    {"ms": Fraction(1, 1000), "s": 1, "min": 60, "h": 3600},
    {"rpm": 1, "Hz": 60},
)


def conversion_factor(component: Component, unit: Unit) -> float:
    """What a value in `unit` is multiplied by to be in the unit in which the component is judged (NI-107).

    1.0 when that is the same unit, 0.0 when no multiplication leads there or the component has no such unit.
    The factor is the double next to the exact one.
    """
    if component.qc_unit is None:
        return 0.0
    target = component.qc_unit.name
    if unit.name == target:
        return 1.0
    for quantity in _QUANTITIES:
        if unit.name in quantity and target in quantity:
            return float(Fraction(quantity[unit.name]) / quantity[target])
    return 0.0
