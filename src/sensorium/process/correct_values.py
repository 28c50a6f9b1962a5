"""The second step: values are calibrated and corrected, those of before again whose inputs have changed."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sensorium.model.calibration import DatedCalibration
from sensorium.model.flags import QCS
from sensorium.process.calibrate import calibrate_samples
from sensorium.process.correct import DatedFormula, correct, put_down, uncertainties
from sensorium.process.samples import (
    Samples,
    State,
    by_series,
    by_series_and_time,
    joined,
    newest_version,
    put_back,
    put_in,
    runs,
)
from sensorium.process.surroundings import Surroundings

_How = tuple[Mapping[int, Sequence[DatedFormula]], Mapping[int, Sequence[DatedCalibration]]]

_FOUND = ("value_corrected", "level_corrected", "uncertainty_corrected", "qcs")
_REASON_UNKNOWN = int(QCS.CORRECTION | QCS.CORRECTION_UNKNOWN)


def correct_values(worked: Samples, around: Surroundings) -> Samples:
    """The samples with their calibrated and corrected values, and others of their packets that have new ones.

    A corrected value is made of all values of its packet that are in force. So where a stored one has another
    verdict now, or is in force no more, the others of its packet are read. None of `worked` is stored as it
    is; they may become what comes out. Raises Unavailable.
    """
    pieces = runs(worked["series"])
    devices = worked["device"].take([begin for _, begin, _ in pieces])
    formulas, calibrations = around.formulas.of(devices), around.calibrations.of(devices)
    if not formulas and not calibrations:
        return worked
    is_concerned = [series in formulas or series in calibrations for series, _, _ in pieces]
    is_concerned = np.repeat(is_concerned, [end - begin for _, begin, end in pieces])
    places = np.flatnonzero(is_concerned)
    concerned = worked.take(places)
    samples = _with_beside(concerned, formulas, around)
    _correct_anew(samples, (formulas, calibrations), newest_version(worked), around)
    # by series again, since rows that are in the order of the store's key are stored sooner
    if samples is concerned:  # as it mostly is
        put_back(worked, places, samples)
        return by_series(worked)
    return put_in(
        by_series(worked.compress(~is_concerned)), samples.compress(samples["state"] != State.STORED)
    )


def correct_stored(stored: Samples, around: Surroundings, since: int) -> Samples:
    """Those of stored samples that are calibrated or corrected in another way than they were.

    They are all that is in force of their packets, sorted by series and time. What is other gets the version
    `since`, or keeps its own when that is higher. Raises Unavailable.
    """
    samples = stored.copy()
    how = around.formulas.of(samples["device"]), around.calibrations.of(samples["device"])
    _correct_anew(samples, how, since, around)
    return samples.compress(samples["state"] == State.AGAIN)


def _correct_anew(samples: Samples, how: _How, since: int, around: Surroundings) -> None:
    """Calibrate and correct the samples; stored ones that are something else now have the version `since`."""
    formulas, calibrations = how
    stored = np.flatnonzero(samples["state"] == State.STORED)
    before = samples.take(stored)
    rules = around.rules.of(np.unique(samples["series"]).tolist())
    calibrated = calibrate_samples(samples, calibrations, uncertainties(samples, rules))
    put_down(samples, correct(samples, formulas, calibrated))
    again = stored[_is_other(samples.take(stored), before)]
    samples["version"][again] = np.maximum(samples["version"][again], since)
    samples["state"][again] = State.AGAIN


def leave_uncorrected(samples: Samples, around: Surroundings) -> Samples:
    """The samples as they are when a step has failed: why there is no corrected value is not known."""
    formulas = around.formulas.of(samples["device"])
    for sample in samples:
        dated = [
            each for each in formulas.get(int(sample["series"]), ()) if each.valid_from <= sample["time"]
        ]
        if dated and dated[-1].formula is not None:
            sample["qcs"] |= _REASON_UNKNOWN
    return samples


def _with_beside(samples: Samples, corrected: Collection[int], around: Surroundings) -> Samples:
    """The samples by series and time, with what is stored in the packets of those that replace or changed.

    Only for those of series that are corrected or correct others: a calibration has to do with one value.
    """
    is_changed = np.isin(samples["state"], [State.REPLACING, State.AGAIN])
    changed = samples[is_changed & np.isin(samples["series"], list(corrected))]
    if len(changed):
        places = set(zip(changed["device"].tolist(), changed["time"].tolist(), strict=True))
        samples = joined([around.store.at(sorted(places)), samples])
    return by_series_and_time(samples)


def _is_other(samples: Samples, before: Samples) -> NDArray[np.bool_]:
    is_other = np.zeros(len(samples), np.bool_)
    for name in _FOUND:
        one, other = samples[name], before[name]
        is_other |= (one != other) & ~((one != one) & (other != other))  # noqa: PLR0124 - NaN
    return is_other
