"""How the values of each series are calibrated, and by which formulas they are corrected."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sensorium.model.calibration import DatedCalibration
from sensorium.model.correction import Correction
from sensorium.model.device import Datastream
from sensorium.process.correct import DatedFormula, Formula, make_formula
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.calibrations import find_calibrations_of
from sensorium.storage.catalog.corrections import find_corrections_of
from sensorium.storage.catalog.datastreams import find_streams_of
from sensorium.storage.catalog.measured import all_levels


def load_formulas(catalog: Catalog, devices: list[int]) -> dict[int, dict[int, tuple[DatedFormula, ...]]]:
    """The formulas, in the order of time, of each series that is corrected; and none of what they work on."""
    said = find_corrections_of(catalog, devices)
    if not said:
        return {}
    streams, highest = find_streams_of(catalog, list(said)), _highest(catalog)
    return {device: _of_device(of_device, streams[device], highest) for device, of_device in said.items()}


def _of_device(
    said: Mapping[int, Sequence[tuple[int, Correction | None]]], streams: Sequence[Datastream], highest: int
) -> dict[int, tuple[DatedFormula, ...]]:
    def formula_of(correction: Correction, stream: Datastream) -> Formula:
        formula = make_formula(correction, streams, stream)
        return replace(formula, level=_level(correction.level, stream, highest))

    found = {
        stream.id: tuple(
            DatedFormula(since, None if each is None else formula_of(each, stream))
            for since, each in said[stream.id]
        )
        for stream in streams
        if stream.id in said
    }
    formulas = [formula for dated in found.values() for _, formula in dated if formula is not None]
    inputs = {stream for formula in formulas for meant in formula.inputs for stream in meant}
    return dict.fromkeys(inputs - found.keys(), ()) | found


def load_calibrations(
    catalog: Catalog, devices: list[int]
) -> dict[int, dict[int, tuple[DatedCalibration, ...]]]:
    """The calibrations, in the order of time, of each series that has any; each with a level."""
    said = find_calibrations_of(catalog, devices)
    if not said:
        return {}
    highest = _highest(catalog)
    streams = {each.id: each for some in find_streams_of(catalog, list(said)).values() for each in some}
    return {
        device: {stream: _levelled(dated, streams[stream], highest) for stream, dated in of_device.items()}
        for device, of_device in said.items()
    }


def _levelled(
    dated: tuple[DatedCalibration, ...], stream: Datastream, highest: int
) -> tuple[DatedCalibration, ...]:
    return tuple(
        each._replace(
            calibration=replace(each.calibration, level=_level(each.calibration.level, stream, highest))
        )
        for each in dated
    )


def _highest(catalog: Catalog) -> int:
    return max(level.value for level in all_levels(catalog))


def _level(said: int | None, stream: Datastream, highest: int) -> int:
    """The level of a result: what is said, unless the values have that level themselves by now."""
    above = min(stream.level + 1, highest)
    return above if said is None else max(said, above)
