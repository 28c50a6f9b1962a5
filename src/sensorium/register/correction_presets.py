"""Corrections that others have published or that everybody needs, to choose from."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sensorium.model.errors import Malformed, Missing


@dataclass(frozen=True, slots=True)
class Argument:
    """What stands in `{}` in the expression of a preset: a number, or the name of a component.

    `default` is taken where nothing is given (None: something must be).
    """

    name: str
    description: str
    default: float | str | None = None


@dataclass(frozen=True, slots=True)
class CorrectionPreset:
    """An expression with places for arguments, where it is from, and what it is for."""

    name: str
    description: str
    source: str
    expression: str
    arguments: tuple[Argument, ...] = ()


_HUMIDITY = Argument(
    "humidity", "The component that has the relative humidity in %, inside the sensor.", "Humidity"
)
_LOW = "0.524 * value - 0.0862 * {humidity} + 5.75"
_HIGH = "4.21e-4 * value * value + 0.392 * value + 3.44"
_BETWEEN = "0.0244 * value - 13.9"
_SLOPE = "(0.524 + 0.262 * clip(value / 20 - 1.5, 0, 1))"
_SMOKE = "clip(value / 50 - 4.2, 0, 1)"

PRESETS = (
    CorrectionPreset(
        "offset",
        "A zero that is off.",
        "A reading of air without the substance, or beside a reference.",
        "value + {offset}",
        (Argument("offset", "What is added, in the unit of the value."),),
    ),
    CorrectionPreset(
        "linear",
        "A straight line.",
        "A regression of the values of a reference on those of the sensor beside it.",
        "{slope} * value + {offset}",
        (Argument("slope", "What the value is multiplied by."), Argument("offset", "What is added.", 0.0)),
    ),
    CorrectionPreset(
        "epa-purpleair",
        "PM2.5 of a PurpleAir in µg/m³: the mean of pm2.5_cf_1 of both channels, over an hour or longer, in "
        "smoke too.",
        "Barkjohn, Holder, Frederick, Clements: Correction and Accuracy of PurpleAir PM2.5 Measurements for "
        "Extreme Wildfire Smoke. Sensors 22 (2022) 9669, https://doi.org/10.3390/s22249669",
        f"{_LOW} if value < 570 else {_HIGH} if value >= 611 else "
        f"({_BETWEEN}) * ({_HIGH}) + (1 - ({_BETWEEN})) * ({_LOW})",
        (_HUMIDITY,),
    ),
    CorrectionPreset(
        "epa-purpleair-atm",
        "PM2.5 of a PurpleAir in µg/m³: the mean of pm2.5_atm of both channels, as the Fire and Smoke Map "
        "shows it.",
        "US EPA and US Forest Service: AirNow Fire and Smoke Map, questions and answers, October 2021, "
        "https://document.airnow.gov/airnow-fire-and-smoke-map-questions-and-answers.pdf",
        f"(1 - {_SMOKE}) * ({_SLOPE} * value - 0.0862 * {{humidity}} + 5.75)"
        f" + {_SMOKE} * (2.966 + 0.69 * value + 8.84e-4 * value * value)",
        (_HUMIDITY,),
    ),
    CorrectionPreset(
        "kappa-koehler",
        "Mass of particles, of which an optical counter sees the water too. Humidity counts up to 95 %: near "
        "100 % growth has no bound.",
        "κ: Petters, Kreidenweis, Atmos. Chem. Phys. 7 (2007) 1961. For mass, at 1.65 g/cm³: Crilley et al., "
        "Atmos. Meas. Tech. 11 (2018) 709. Better by sizes: Di Antonio et al., Sensors 18 (2018) 2790.",
        "value / (1 + {kappa} / 1.65 * min({humidity}, 95) / (100 - min({humidity}, 95)))",
        (Argument("kappa", "How much water the particles take up.", 0.4), _HUMIDITY),
    ),
)

LARGEST = 1e300
_PLACE = re.compile(r"\{(\w+)\}")
_LONGEST_NAME = 300  # characters


def expression_of(name: str, arguments: Mapping[str, object]) -> str:
    """The expression of a preset with its arguments, to be compiled as any other.

    Raises Malformed and Missing.
    """
    for preset in PRESETS:
        if preset.name == name:
            break
    else:
        known = ", ".join(each.name for each in PRESETS)
        raise Malformed(f"The presets are {known}.", "preset")
    for given in arguments.keys() - {each.name for each in preset.arguments}:
        raise Malformed("The preset has no such argument.", f"arguments.{given}")
    values = {each.name: _written(each, arguments.get(each.name, each.default)) for each in preset.arguments}
    return _PLACE.sub(lambda place: values[place[1]], preset.expression)


def _written(argument: Argument, value: object) -> str:
    where = f"arguments.{argument.name}"
    if value is None:
        raise Missing("The preset needs it.", where)
    if isinstance(value, bool):
        raise Malformed("It is a number or a name.", where)
    if isinstance(value, int | float):
        if not abs(value) <= LARGEST:  # NaN is not
            raise Malformed(f"It is at most {LARGEST:g}.", where)
        return f"({float(value)!r})" if value < 0 else repr(float(value))
    if not isinstance(value, str) or not value.isidentifier() or len(value) > _LONGEST_NAME:
        raise Malformed("It is a number or a name.", where)
    return value
