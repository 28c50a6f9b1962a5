"""What the engine makes each measure of, out of the values of a period.

Quartiles are median-unbiased (R8 of Hyndman and Fan): of n sorted values x the p-quantile stands at place
(n + 1/3) p + 1/3, between two values linearly, and no further than the first and the last. Sums are
compensated, so that the order of the values hardly matters.

Directions are turned to within 180 degrees of their mean before they are sorted, and turned back to be shown
(decision 026). What they and levels need is only in a query about some, so that it costs others nothing.
"""

from collections.abc import Collection, Mapping

from sensorium.model.catalogue import Aggregation
from sensorium.model.statistics import Measure, StatisticsShape
from sensorium.storage.observations.select import quoted

IDS = "datastream, {ids:Array(UInt32)}"
_AGGREGATION = f"transform({IDS}, {{aggregations:Array(String)}}, '')"

_MEASURES = {
    Measure.DEVICE: "device",
    Measure.COMPONENT: f"transform({IDS}, {{components:Array(String)}}, '')",
    Measure.UNIT: f"transform({IDS}, {{units:Array(String)}}, '')",
    Measure.LEVEL: "level_shown",
    Measure.EPSG: f"transform({IDS}, {{epsgs:Array(UInt32)}}, toUInt32(0))",
    Measure.RESOLUTION: "s_resolution",
    Measure.BEGIN: "intDiv(s_began, 1000000)",
    Measure.END: "intDiv(s_ended, 1000000)",
    Measure.IS_CHECKED: "s_checked",
    Measure.COUNT: "s_count",
    Measure.SHARE_LEFT_OUT: "if(s_checked, s_left_out / (s_count + s_left_out), -1)",
    Measure.MEAN: "s_mean",
    Measure.MEDIAN: "s_shown(s_middle)",
    Measure.MINIMUM: "s_shown(s_sorted[1])",
    Measure.MAXIMUM: "s_shown(s_sorted[s_count])",
    Measure.DEVIATION: "if(s_many, s_deviation, NULL)",
    Measure.VARIANCE: "if(s_many, s_variance, NULL)",
    Measure.ERROR_OF_MEAN: "if(s_many, round(sqrt(s_spread) / sqrt(s_count), 3), NULL)",
    Measure.SQUARED_ERROR: "if(s_many, s_variance / s_count, NULL)",
    Measure.VARIATION: "if(s_varies, s_deviation / s_mean, NULL)",
    Measure.LOWER_QUARTILE: "s_lower",
    Measure.UPPER_QUARTILE: "s_upper",
    Measure.QUARTILE_RANGE: "s_range",
    Measure.LONGITUDE: "longitude",
    Measure.LATITUDE: "latitude",
    Measure.ALTITUDE: "altitude",
    Measure.AGGREGATION: _AGGREGATION,
    Measure.SUM: f"if({_AGGREGATION} = 'sum', round(arrayReduce('sumKahan', s_sorted), 2), NULL)",
    Measure.COVERAGE: "least(s_share, 1)",
}
"""Each by the columns of a period and the names below."""

_SORTED = {
    "s_sorted": "arraySort(s_kept)",
    "s_place": "p -> least(greatest((s_count + 1/3) * p + 1/3, 1.), toFloat64(s_count))",
    "s_low": "p -> s_sorted[toUInt64(floor(s_place(p)))]",
    "s_high": "p -> s_sorted[toUInt64(ceil(s_place(p)))]",
    "s_quantile": "p -> s_low(p) + (s_place(p) - floor(s_place(p))) * (s_high(p) - s_low(p))",
    "s_first": "s_quantile(0.25)",
    "s_middle": "s_quantile(0.5)",
    "s_third": "s_quantile(0.75)",
}
_OF_NUMBERS = {
    "s_shown": "x -> round(x, 2)",
    "s_lower": "s_shown(s_first)",
    "s_upper": "s_shown(s_third)",
    "s_range": "s_upper - s_lower",
    "s_mean": "round(arrayReduce('sumKahan', s_sorted) / s_count, 2)",
    "s_spread": "arrayReduce('varSampStable', s_sorted)",
    "s_variance": "round(s_spread, 3)",
    "s_deviation": "round(sqrt(s_spread), 2)",
    "s_many": "s_count > 1",
    "s_varies": "s_many AND s_mean != 0",
}

# the highest level is taken out, so that no power is beyond the largest number
_OF_LEVELS = {
    "s_energetic": f"{_AGGREGATION} = 'energetic'",
    "s_levels": "if(s_energetic, s_sorted, [])",
    "s_top": "s_sorted[s_count]",
    "s_energy": "arrayReduce('sumKahan', arrayMap(v -> exp10((v - s_top) / 10), s_levels)) / s_count",
    "s_mean": f"if(s_energetic, round(s_top + 10 * log10(s_energy), 2), {_OF_NUMBERS['s_mean']})",
}

# The noise of sines is beyond the ninth decimal of a mean, and below a billionth of all vectors together.
# To the engine a name is its text, each time: what is long or holds a lambda is made in a query of its own.
_VECTORS = f"""
    SELECT *, {_AGGREGATION} = 'circular' AS s_circular, if(s_circular, s_kept, []) AS s_directions,
        arrayReduce('sumKahan', arrayMap(v -> sin(radians(v)), s_directions)) AS s_east,
        arrayReduce('sumKahan', arrayMap(v -> cos(radians(v)), s_directions)) AS s_north
"""
_TURNED = """
    SELECT * REPLACE(if(s_circular, s_turned, s_kept) AS s_kept),
        round(degrees(atan2(s_east, s_north)), 9) AS s_heading,
        s_circular AND sqrt(s_east * s_east + s_north * s_north) < 1e-9 * s_count AS s_cancelled,
        arrayMap(v -> v - 360 * floor((v - s_heading + 180) / 360), s_directions) AS s_turned
"""
_OF_DIRECTIONS = {
    "s_turn": "if(s_circular, 360, 0)",
    "s_if_any": "if(s_cancelled, NULL, 0)",
    "s_folded": "x -> round(x - s_turn * floor(x / 360), 2)",
    "s_shown": "x -> s_folded(x) - s_turn * (s_folded(x) >= 360) + s_if_any",
    "s_range": "s_upper - s_lower + s_turn * (s_upper < s_lower)",
    "s_off": "arrayReduce('sumKahan', s_sorted) / s_count - s_heading",
    "s_spread": f"{_OF_NUMBERS['s_spread']} + if(s_circular, s_off * s_off * s_count / (s_count - 1), 0)",
    "s_many": "s_count > 1 AND NOT s_cancelled",
}


def periods(grouped: str, present: Collection[Aggregation]) -> str:
    """The query that finds the periods with their values, and turns the directions among them."""
    if Aggregation.CIRCULAR not in present:
        return grouped
    turned = f"{_TURNED} FROM ({_VECTORS} FROM ({grouped}))"
    return f"WITH {_named(_SORTED)} SELECT *, s_sorted, s_first, s_middle, s_third FROM ({turned})"  # noqa: S608 - constants of this file


def shown(shape: StatisticsShape) -> str:
    """The columns of a row."""
    return ", ".join(f"{_MEASURES[what]} AS {quoted(name)}" for name, what in shape.items())


def made_of(present: Collection[Aggregation]) -> str:
    """What the columns are made of, for datastreams that are taken as these."""
    names = _SORTED | _OF_NUMBERS
    if Aggregation.ENERGETIC in present:
        names |= _OF_LEVELS | {"s_varies": f"{names['s_varies']} AND NOT s_energetic"}
    if Aggregation.CIRCULAR in present:
        names |= _OF_DIRECTIONS | {
            "s_mean": f"if(s_circular, s_shown(s_heading), {names['s_mean']})",
            "s_varies": f"{names['s_varies']} AND NOT s_circular",
        }
        names = {name: made for name, made in names.items() if name not in _SORTED}
    return _named(names)


def _named(names: Mapping[str, str]) -> str:
    return ", ".join(f"{made} AS {name}" for name, made in names.items())
