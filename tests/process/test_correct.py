"""What becomes of values that are corrected by the values of their packets, or why nothing does."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensorium.model.catalogue import Component, Unit
from sensorium.model.correction import Correction
from sensorium.model.device import Datastream
from sensorium.model.flags import QC, QCS
from sensorium.model.quality import Quality
from sensorium.process.calibrate import Calibrated, calibrate_samples
from sensorium.process.correct import NO_LEVEL, Corrected, DatedFormula, correct, make_formula, uncertainties
from sensorium.process.quality.block import Rule
from sensorium.process.rules import DatedRule
from sensorium.process.samples import SAMPLE, Samples

UNIT = Unit(3, "µg/m³")
FAULTS = {
    512: QCS.CORRECTION_EXPRESSION,
    1024: QCS.CORRECTION_NAN,
    2048: QCS.CORRECTION_OUTLIERS,
    256: QCS.CORRECTION_EVALUATION,
}


def stream(number: int, name: str) -> Datastream:
    """A datastream of the one device."""
    component = Component(number, name, "Standard", None, UNIT)
    return Datastream(number, 1, component, UNIT, 1, 4326, 60, "path", number)


PM, RH, NO2 = stream(7, "PM2.5"), stream(8, "Humidity"), stream(9, "NO2")
STREAMS = (PM, RH, NO2)


def packets(
    *values: Mapping[Datastream, float], qc: Mapping[tuple[int, Datastream], int] | None = None
) -> Samples:
    """The samples of packets, one in each minute, by series."""
    rows = [(each, at, value) for at, packet in enumerate(values) for each, value in packet.items()]
    samples = np.zeros(len(rows), SAMPLE)
    rows.sort(key=lambda row: (row[0].id, row[1]))
    for sample, (each, at, value) in zip(samples, rows, strict=True):
        sample["device"], sample["series"], sample["value"] = 1, each.id, value
        sample["packet"], sample["time"] = 100 + at, at * 60_000_000
        sample["qc"] = (qc or {}).get((at, each), QC.EXECUTED)
    return samples


def raw(samples: Samples) -> Calibrated:
    """The samples as they are, with no uncertainty known."""
    return calibrate_samples(samples, {}, np.full(len(samples), np.nan))


def corrected(samples: Samples, text: str, u: Mapping[Datastream, float] | None = None) -> Corrected:
    """What becomes of the PM2.5 of the samples; only these are corrected."""
    formula = make_formula(Correction(text, 2), STREAMS, PM)
    known = np.full(len(samples), np.nan)
    for each, value in (u or {}).items():
        known[samples["series"] == each.id] = value
    found = correct(samples, {PM.id: [DatedFormula(0, formula)]}, calibrate_samples(samples, {}, known))
    others = samples["series"] != PM.id
    assert np.isnan(found.value[others]).all()
    assert (found.qcs[others] == 0).all()
    assert (found.level[others] == NO_LEVEL).all()
    ours = ~others
    return Corrected(found.value[ours], found.level[ours], found.uncertainty[ours], found.qcs[ours])


def test_value_is_made_of_those_of_the_same_packet():
    """Each packet's own; the level goes with it."""
    found = corrected(packets({PM: 10, RH: 50}, {PM: 20, RH: 40}), "0.5 * PM2_5 + Humidity / 10")
    assert found.value.tolist() == [10.0, 14.0]
    assert found.level.tolist() == [2, 2]
    assert found.qcs.tolist() == [QCS.CORRECTION] * 2
    assert np.isnan(found.uncertainty).all()


@pytest.mark.parametrize(
    ("text", "packet", "qc", "bit"),
    [
        ("2 *", {PM: 1.0}, {}, 512),
        ("CO * value", {PM: 1.0}, {}, 512),
        ("value + Humidity", {PM: 1.0}, {}, 1024),
        ("value + Humidity", {PM: 1.0, RH: math.nan}, {}, 1024),
        ("value + Humidity", {PM: math.inf, RH: 1.0}, {}, 1024),
        ("value + Humidity", {PM: 1.0, RH: 1.0}, {RH: QC.OUTLIER}, 2048),
        ("value + Humidity", {PM: 1.0, RH: 1.0}, {RH: QC.BELOW}, 2048),
        ("value + Humidity", {PM: 1.0, RH: 1.0}, {PM: QC.REPEATING}, 2048),
        ("Humidity", {PM: 1.0, RH: 1.0}, {PM: QC.ABOVE}, 2048),
        ("1 / (value - 1)", {PM: 1.0}, {}, 256),
        ("exp(value)", {PM: 1000.0}, {}, 256),
        ("log(value)", {PM: -1.0}, {}, 256),
        ("value * 1e306", {PM: 1000.0}, {}, 1024),
        # of several reasons the first one counts
        ("2 *", {PM: math.nan}, {PM: QC.OUTLIER}, 512),
        ("value + Humidity", {PM: 1.0}, {PM: QC.OUTLIER}, 1024),
        ("1 / (value - 1)", {PM: 1.0}, {PM: QC.OUTLIER}, 2048),
        ("value * 1e306 + 1 / (value - 1000)", {PM: 1000.0}, {}, 256),
    ],
)
@pytest.mark.check("NI-093")
def test_reason_of_a_failure_is_the_first_of_the_document(
    text: str, packet: dict[Datastream, float], qc: dict[Datastream, int], bit: int
):
    """512, 1024 of an input, 2048, 256, 1024 of the result. There is no corrected value then, nor a level."""
    samples = packets(packet, {PM: 5.0, RH: 5.0}, qc={(0, each): word for each, word in qc.items()})
    found = corrected(samples, text)
    assert math.isnan(found.value[0])
    assert found.level[0] == NO_LEVEL
    assert math.isnan(found.uncertainty[0])
    assert found.qcs[0] == QCS.CORRECTION | FAULTS[bit]
    if bit != 512:
        assert found.qcs[1] == QCS.CORRECTION  # the packet beside it is not touched


def test_outlier_that_the_expression_does_not_use_does_no_harm():
    """Only inputs count, and the value itself."""
    samples = packets({PM: 1.0, RH: 1.0, NO2: 99.0}, qc={(0, NO2): QC.OUTLIER})
    assert corrected(samples, "value + Humidity").value.tolist() == [2.0]


def test_two_datastreams_of_a_component_are_told_apart():
    """The own name is the value itself; another's is one only where a packet has one of them."""
    second = stream(10, "PM2.5")
    third = stream(11, "Humidity")
    streams = (*STREAMS, second, third)
    samples = packets(
        {PM: 1.0, second: 3.0, RH: 50.0}, {PM: 1.0, RH: 50.0, third: 60.0}, {PM: 1.0, third: 60.0}
    )

    def value(text: str) -> list[float]:
        formula = make_formula(Correction(text, 2), streams, PM)
        found = correct(samples, {PM.id: [DatedFormula(0, formula)]}, raw(samples))
        return (
            found.value[samples["series"] == PM.id].tolist() + found.qcs[samples["series"] == PM.id].tolist()
        )

    fine, ambiguous = int(QCS.CORRECTION), int(QCS.CORRECTION | QCS.CORRECTION_EXPRESSION)
    assert value("PM2_5") == [1.0, 1.0, 1.0, fine, fine, fine]
    assert value("(PM2_5_7 + PM2_5_10) / 2")[0] == 2.0
    assert value("Humidity") == [50.0, pytest.approx(math.nan, nan_ok=True), 60.0, fine, ambiguous, fine]


def test_formula_holds_from_its_time_on():
    """To the microsecond, until the next one; before the first there is none."""
    samples = packets(*({PM: 1.0} for _ in range(5)))
    dated = [
        DatedFormula(60_000_000, make_formula(Correction("value + 1", 2), STREAMS, PM)),
        DatedFormula(120_000_001, None),
        DatedFormula(240_000_000, make_formula(Correction("value + 2", 3), STREAMS, PM)),
    ]
    found = correct(samples, {PM.id: dated}, raw(samples))
    assert found.value.tolist() == pytest.approx([math.nan, 2.0, 2.0, math.nan, 3.0], nan_ok=True)
    assert found.level.tolist() == [NO_LEVEL, 2, 2, NO_LEVEL, 3]
    assert found.qcs.tolist() == [0, 32, 32, 0, 32]


def test_equal_expressions_of_many_devices_are_each_of_their_own():
    """Although they are computed together."""
    devices = [(stream(20 + 2 * at, "PM2.5"), stream(21 + 2 * at, "Humidity")) for at in range(150)]
    samples = np.zeros(300, SAMPLE)
    formulas: dict[int, Sequence[DatedFormula]] = {}
    for at, (pm, rh) in enumerate(devices):
        samples["series"][2 * at : 2 * at + 2] = pm.id, rh.id
        samples["packet"][2 * at : 2 * at + 2] = at
        samples["value"][2 * at : 2 * at + 2] = at, 1000 * at
        formulas[pm.id] = [
            DatedFormula(0, make_formula(Correction("value + Humidity", 2 + at % 2), (pm, rh), pm))
        ]
    found = correct(samples, formulas, raw(samples))
    assert found.value[::2].tolist() == [1001.0 * at for at in range(150)]
    assert found.level[::2].tolist() == [2 + at % 2 for at in range(150)]


def test_uncertainty_of_values_is_told_by_their_quality():
    """In the unit of the tests, from a time on; none where that unit is not known."""
    samples = packets(*({PM: 1.0, RH: 1.0} for _ in range(3)))
    milli = Rule(Quality(uncertainty=5.0), 1000.0, 60)  # the values are in mg/m³, the tests in µg/m³
    rules = {
        PM.id: [DatedRule(0, milli), DatedRule(60_000_001, Rule(Quality(), 1000.0, 60))],
        RH.id: [DatedRule(0, Rule(Quality(uncertainty=2.0), 0.0, 60))],
    }
    known = uncertainties(samples, rules)
    assert known.tolist() == pytest.approx([0.005, 0.005, *[math.nan] * 4], nan_ok=True)


@pytest.mark.parametrize(
    ("text", "u", "expected"),
    [
        ("2 * value + 3", {PM: 0.5}, 1.0),
        ("value + Humidity", {PM: 3.0, RH: 4.0}, 5.0),
        ("value * Humidity", {PM: 0.1, RH: 2.0}, math.hypot(50 * 0.1, 10 * 2.0)),
        ("value - PM2_5", {PM: 0.5}, 0.0),
        ("value + Humidity", {PM: 3.0}, 3.0),
        ("value + Humidity", {}, math.nan),
        ("Humidity", {PM: 3.0}, math.nan),
        ("abs(-value) / 4", {PM: 1.0}, 0.25),
        ("sqrt(value)", {PM: 1.0}, 0.5 / math.sqrt(10)),
        ("sqrt(value - 10)", {PM: 1.0}, math.nan),
        ("min(value, Humidity)", {PM: 1.0, RH: 2.0}, 1.0),
        ("max(value, Humidity)", {PM: 1.0, RH: 2.0}, 2.0),
        ("value if value > 100 else 7 * Humidity", {PM: 1.0, RH: 2.0}, 14.0),
        ("clip(value, 0, 5)", {PM: 1.0}, 0.0),
    ],
)
def test_uncertainty_is_that_of_the_inputs_to_first_order(
    text: str, u: dict[Datastream, float], expected: float
):
    """GUM 5.1.2, at 10 and 50: inputs are independent, and exact where no uncertainty is known of them."""
    found = corrected(packets({PM: 10.0, RH: 50.0}), text, u)
    assert found.uncertainty.tolist() == pytest.approx([expected], nan_ok=True)


SMOOTH = (
    "value * value / (1 + Humidity)",
    "exp(-value / 20) * log(Humidity) + log10(value + 1)",
    "pow(value, Humidity / 50) - 2 ** (value / 10)",
    "value / (1 + 0.4 / 1.65 * min(Humidity, 95) / (100 - min(Humidity, 95)))",
    "sqrt(value * value + Humidity * Humidity) if value < 70 else -abs(-value) / Humidity",
)


@given(
    text=st.sampled_from(SMOOTH),
    value=st.floats(1, 60),
    humidity=st.floats(1, 90),
    u=st.tuples(st.floats(0.001, 10), st.floats(0.001, 10)),
)
def test_uncertainty_is_what_small_differences_give(
    text: str, value: float, humidity: float, u: tuple[float, float]
):
    """The derivatives of every function, compared with differences."""

    def at(pm: float, rh: float) -> float:
        return float(corrected(packets({PM: pm, RH: rh}), text).value[0])

    step = 1e-5
    by_value = (at(value + step, humidity) - at(value - step, humidity)) / (2 * step)
    by_humidity = (at(value, humidity + step) - at(value, humidity - step)) / (2 * step)
    found = corrected(packets({PM: value, RH: humidity}), text, {PM: u[0], RH: u[1]})
    expected = math.hypot(by_value * u[0], by_humidity * u[1])
    assert found.uncertainty[0] == pytest.approx(expected, rel=1e-4, abs=1e-6)
