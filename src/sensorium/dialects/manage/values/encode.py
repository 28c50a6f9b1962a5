"""From the words of the platform to bodies about checks, calibrations and corrections; pure."""

from collections.abc import Iterable

from msgspec import UNSET, UnsetType

from sensorium.dialects.manage.encode import moment, optional_moment
from sensorium.dialects.manage.values import shapes
from sensorium.model.calibration import SaidCalibration
from sensorium.model.correction import CorrectionHistory, DatedCorrection, SaidCorrection
from sensorium.model.job import Job
from sensorium.model.quality import DatedQuality, MeasuredIncrement, QualityHistory
from sensorium.model.scorer import ScorerVersion
from sensorium.plans.calibration import is_monotone


def quality(history: QualityHistory, message: str | UnsetType = UNSET) -> shapes.ManagedQuality:
    """What is said about quality, what holds, and what was measured."""
    return shapes.ManagedQuality(
        said=tuple(
            shapes.QualitySaid(moment(each.valid_from), each.quality, each.note, moment(each.created))
            for each in history.said
        ),
        in_force=tuple(quality_from(each) for each in history.in_force),
        increment=UNSET if history.increment is None else _increment(history.increment),
        message=message,
    )


def _increment(found: MeasuredIncrement) -> shapes.IncrementMeasured:
    return shapes.IncrementMeasured(found.increment.size, found.increment.samples, moment(found.measured))


def quality_from(each: DatedQuality) -> shapes.QualityFrom:
    """How values are checked from a time on."""
    return shapes.QualityFrom(moment(each.valid_from), each.source, each.quality)


def calibration(
    held: Iterable[SaidCalibration], message: str | UnsetType = UNSET
) -> shapes.ManagedCalibration:
    """What holds, in the order of time."""
    return shapes.ManagedCalibration(tuple(calibration_said(each) for each in held), message)


def calibration_said(each: SaidCalibration) -> shapes.CalibrationSaid:
    """One calibration with who said it."""
    said = each.calibration
    turns = not is_monotone(said)
    return shapes.CalibrationSaid(
        id=each.id,
        valid_from=moment(each.valid_from),
        points=tuple(shapes.CalibrationPoint(point.raw, point.value) for point in said.points),
        equation=said.equation,
        divider=said.divider,
        multiplier=said.multiplier,
        level=said.level,
        uncertainty=said.uncertainty,
        certificate=each.certificate,
        author=each.author,
        note=each.note,
        created=moment(each.created),
        replaced=optional_moment(each.replaced),
        warnings=("The values of the table rise and fall: a value has several raw ones.",) if turns else (),
    )


def correction(history: CorrectionHistory, message: str | UnsetType = UNSET) -> shapes.ManagedCorrection:
    """What is said about a correction, and the names that an expression may have."""
    return shapes.ManagedCorrection(
        said=tuple(_said(each) for each in history.said),
        names=tuple(shapes.NameInExpression(name, stream) for name, stream in history.names.items()),
        message=message,
    )


def correction_from(each: DatedCorrection) -> shapes.CorrectionFrom:
    """How values are corrected from a time on."""
    said = each.correction
    return shapes.CorrectionFrom(
        valid_from=moment(each.valid_from),
        expression=None if said is None else said.expression,
        level=None if said is None else said.level,
    )


def _said(each: SaidCorrection) -> shapes.CorrectionSaid:
    said = each.correction
    return shapes.CorrectionSaid(
        valid_from=moment(each.valid_from),
        expression=None if said is None else said.expression,
        level=None if said is None else said.level,
        note=each.note,
        created=moment(each.created),
    )


def scorer_version(each: ScorerVersion) -> shapes.ScorerVersion:
    """What was learned of a datastream."""
    return shapes.ScorerVersion(
        version=each.version,
        method=each.method,
        trained_from=moment(each.trained_from),
        trained_to=moment(each.trained_to),
        values=each.samples,
        created=moment(each.created),
    )


def training(job: Job) -> shapes.ManagedTraining:
    """A training and how far it is."""
    return shapes.ManagedTraining(
        id=job.id,
        datastream=(job.asked.arguments or {})["datastream"],
        from_=optional_moment(job.asked.begin),
        to=optional_moment(job.asked.end),
        state=job.state,
        message=job.message,
        created=moment(job.created),
        started=optional_moment(job.started),
        ended=optional_moment(job.ended),
    )
