"""Presets of corrections, compared with their published forms."""

import re

import pytest

from sensorium.model.errors import Malformed, Missing, Refusal
from sensorium.plans.expression import compile_expression
from sensorium.register.correction_presets import PRESETS, CorrectionPreset, expression_of

GIVEN: dict[str, dict[str, object]] = {"offset": {"offset": 1.5}, "linear": {"slope": 0.9, "offset": -2}}


def corrected(name: str, value: float, humidity: float, **arguments: object) -> float:
    """What a preset makes of a value and a humidity."""
    expression = compile_expression(expression_of(name, arguments), {"value": 0, "Humidity": 1})
    return expression.evaluate([(value, humidity)[number] for number in expression.inputs])


def epa_atm(x: float, rh: float) -> float:
    """As the questions and answers of the Fire and Smoke Map write it, range by range."""
    if x < 30:
        return 0.524 * x - 0.0862 * rh + 5.75
    if x < 50:
        share = x / 20 - 3 / 2
        return (0.786 * share + 0.524 * (1 - share)) * x - 0.0862 * rh + 5.75
    if x < 210:
        return 0.786 * x - 0.0862 * rh + 5.75
    if x < 260:
        share = x / 50 - 21 / 5
        slope = 0.69 * share + 0.786 * (1 - share)
        rest = 2.966 * share + 5.75 * (1 - share) + 8.84e-4 * x**2 * share
        return slope * x - 0.0862 * rh * (1 - share) + rest
    return 2.966 + 0.69 * x + 8.84e-4 * x**2


@pytest.mark.parametrize("x", [0, 12.5, 29.9, 30, 41, 50, 120, 209, 210, 233, 260, 500, 1000])
@pytest.mark.parametrize("humidity", [0.0, 35.0, 90.0])
def test_epa_for_atm_is_the_published_one(x: float, humidity: float):
    """In each of its five ranges."""
    assert corrected("epa-purpleair-atm", x, humidity) == pytest.approx(epa_atm(x, humidity), rel=1e-12)


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        (0.0, 1.44),
        (20.0, 11.92),
        (500.0, 263.44),
        (569.0, 299.596),
        (590.0, 0.496 * 381.2701 + 0.504 * 310.6),
        (611.0, 400.120141),
        (1000.0, 816.44),
    ],
)
def test_epa_for_cf_1_is_the_published_one(x: float, expected: float):
    """At 50 % humidity: 300 µg/m³ come of 570, and 400 of 611, as the article says."""
    assert corrected("epa-purpleair", x, 50.0) == pytest.approx(expected, abs=1e-9)


def test_kappa_koehler_takes_the_water_away():
    """By 1 + κ/1.65 / (100/RH - 1): nothing in dry air, and beyond 95 % no more than there."""
    assert corrected("kappa-koehler", 20.0, 0.0) == 20.0
    assert corrected("kappa-koehler", 20.0, 80.0) == pytest.approx(20 / (1 + 0.4 / 1.65 / (-1 + 1 / 0.8)))
    assert corrected("kappa-koehler", 20.0, 80.0, kappa=0.3) == pytest.approx(20 / (1 + 0.3 / 1.65 * 4))
    assert corrected("kappa-koehler", 20.0, 100.0) == corrected("kappa-koehler", 20.0, 95.0)


def test_straight_lines():
    """A slope, an offset, or both; negative ones too."""
    assert corrected("offset", 10.0, 0.0, offset=-1.5) == 8.5
    assert corrected("linear", 10.0, 0.0, slope=-2, offset=-3) == -23.0
    assert corrected("linear", 10.0, 0.0, slope=0.5) == 5.0


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_every_preset_can_be_chosen(preset: CorrectionPreset):
    """Each says where it is from, and has a description of everything that is in braces."""
    assert preset.source
    assert preset.description.endswith(".")
    assert set(re.findall(r"\{(\w+)\}", preset.expression)) == {each.name for each in preset.arguments}
    compile_expression(expression_of(preset.name, GIVEN.get(preset.name, {})), {"value": 0, "Humidity": 1})


def test_component_of_another_name_is_an_argument():
    """So that a preset fits any device."""
    text = expression_of("kappa-koehler", {"humidity": "Humidity_17"})
    assert compile_expression(text, {"value": 0, "Humidity_17": 1}).inputs == (0, 1)


@pytest.mark.parametrize(
    ("name", "arguments", "kind", "where"),
    [
        ("quadratic", {}, Malformed, "preset"),
        ("linear", {}, Missing, "arguments.slope"),
        ("linear", {"slope": 1, "gain": 2}, Malformed, "arguments.gain"),
        ("linear", {"slope": True}, Malformed, "arguments.slope"),
        ("linear", {"slope": float("nan")}, Malformed, "arguments.slope"),
        ("linear", {"slope": 10**400}, Malformed, "arguments.slope"),
        ("linear", {"slope": "1) + (1"}, Malformed, "arguments.slope"),
        ("linear", {"slope": [1]}, Malformed, "arguments.slope"),
    ],
)
def test_mistake_is_named(name: str, arguments: dict[str, object], kind: type[Refusal], where: str):
    """An argument is a number or a name, nothing else."""
    with pytest.raises(kind) as refused:
        expression_of(name, arguments)
    assert refused.value.where == where
