"""Windows of moving sensors, in any reference system; and how far apart in time their values may be."""

import pytest

from sensorium.model.flags import QAS, QC, QCS
from sensorium.model.quality import OutlierTest, Quality
from sensorium.process.axes import axes_of
from sensorium.process.quality.block import DEGREES, Rule
from tests.process.quality.oracle import SECOND, Sample
from tests.process.quality.test_verdicts import MINUTE, judged, noisy

UTM_33 = 25833
TEXAS_IN_FEET = 2277
NTF_IN_GRADS = 4807


def reasons(places: list[tuple[float, float]], epsg: int) -> set[int]:
    """The reasons why values at these places, minute by minute, have no verdict once windows are full."""
    rule = Rule(Quality(outlier=OutlierTest(floor=0.1)), 1.0, 60, axes=axes_of(epsg))
    series = [
        Sample(each.time, each.value, *place) for each, place in zip(noisy(len(places)), places, strict=True)
    ]
    return {qas & ~int(QAS.OUTLIER) for _, _, _, qas in judged((series, rule))[20:]}


def test_what_coordinates_are_measured_in():
    """Metres or feet of a projection; degrees or grads of the globe, though heights come with them."""
    assert axes_of(4326) == axes_of(4258) == axes_of(4979) == DEGREES
    assert axes_of(UTM_33) == axes_of(3857) == (True, 1.0)
    assert axes_of(TEXAS_IN_FEET) == (True, pytest.approx(0.3048006))
    assert axes_of(NTF_IN_GRADS) == (False, 0.9)


@pytest.mark.parametrize(
    ("epsg", "east", "north", "within", "beyond"),
    [
        (UTM_33, 262_000.0, 6_650_000.0, 2.0, 36_000.0),  # a multiple of 360
        (TEXAS_IN_FEET, 3_110_000.0, 10_070_000.0, 320.0, 340.0),  # of a radius of 328 feet
        (NTF_IN_GRADS, 2.6, 54.3, 0.0015, 0.002),  # of 153 metres each 0.0023
        (4326, 10.75, 59.9, 0.0017, 0.0019),
    ],
)
def test_a_window_reaches_a_hundred_metres_in_any_reference_system(
    epsg: int, east: float, north: float, within: float, beyond: float
):
    """A jitter is no move, and a jump is one."""
    for far, found in ((within, {0}), (beyond, {int(QAS.POSITIONS_VARY)})):
        places = [(east + far * (at % 5 == 0), north) for at in range(60)]
        assert reasons(places, epsg) == found, far


def test_places_on_both_sides_of_the_date_line_are_near_each_other():
    """22 metres apart on the equator, on either side by turns; also in windows of an even count."""
    places = [(179.9999 if at % 2 else -179.9999, 0.0) for at in range(60)]
    assert reasons(places, 4326) == {0}
    assert reasons([(179.9999 if at % 2 else -179.9979, 0.0) for at in range(60)], 4326) != {0}


@pytest.mark.parametrize("resolution", [60, 600])
@pytest.mark.parametrize("pace", [2, 3, 4, 5, 6])
def test_a_window_that_spans_too_much_is_not_continuous(resolution: int, pace: int):
    """A value at every second to fifth time it should be there, each within a gap of the one before."""
    rule = Rule(Quality(outlier=OutlierTest(floor=0.1)), 1.0, resolution)
    series = [Sample(pace * resolution * at * SECOND, each.value) for at, each in enumerate(noisy(120))]
    for qc, qcs, _, qas in judged((series, rule))[40:80]:
        assert (qc & QC.OUTLIER, qcs & QCS.OUTLIER_FAILED) == (0, QCS.OUTLIER_FAILED)
        assert qas & QAS.NOT_CONTINUOUS


def test_a_third_of_the_values_may_be_missing():
    """Each third time there is none: 25 values in 36 minutes."""
    series = [each for each in noisy(180) if each.time // MINUTE % 3]
    rule = Rule(Quality(outlier=OutlierTest(floor=0.1)), 1.0, 60)
    assert {(qcs, qas & ~int(QAS.OUTLIER)) for _, qcs, _, qas in judged((series, rule))[20:]} == {(16, 0)}
