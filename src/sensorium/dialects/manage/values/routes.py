"""The addresses about how values are checked, calibrated and corrected."""

from sensorium.dialects.dialect import Access as Who
from sensorium.dialects.dialect import Operation
from sensorium.dialects.manage.access import Access
from sensorium.dialects.manage.addresses import COMPONENT, DATASTREAM, DATED, PAGED, PREFIX
from sensorium.dialects.manage.values import shapes
from sensorium.dialects.manage.values.calibrations import Calibrations
from sensorium.dialects.manage.values.chains import Chains
from sensorium.dialects.manage.values.corrections import Corrections
from sensorium.dialects.manage.values.quality import Quality
from sensorium.dialects.manage.values.scorers import Scorers
from sensorium.dialects.services import Services


# fmt: off
def operations(services: Services, access: Access) -> tuple[Operation, ...]:
    """Their operations."""
    return (
        *_quality(Quality(services, access)),
        *_scorers(Scorers(services, access)),
        *_calibrations(Calibrations(services, access), Chains(services, access)),
        *_corrections(Corrections(services, access)),
    )


def _quality(quality: Quality) -> tuple[Operation, ...]:
    section, shown = "Quality control", shapes.ManagedQuality
    mine, owned = (401, 404, 503), (401, 403, 404, 503)
    set_, reset = (400, 409, 412, 413, 415, 428), (400, 412)
    return (
        Operation("GET", f"{COMPONENT}/quality", quality.show_component, Who.ACCOUNT,
                  "How the account's values of a component are checked", section, None, shown, 200, mine),
        Operation("PUT", f"{COMPONENT}/quality", quality.set_component, Who.ACCOUNT,
                  "Set it, from a time on", section, shapes.QualityBody, shown, 200, (*mine, *set_)),
        Operation("DELETE", f"{COMPONENT}/quality", quality.reset_component, Who.ACCOUNT,
                  "Take it back", section, None, shown, 200, (*mine, *reset), DATED),
        Operation("GET", f"{DATASTREAM}/quality", quality.show_datastream, Who.OWNER,
                  "How the values of a datastream are checked", section, None, shown, 200, owned),
        Operation("PUT", f"{DATASTREAM}/quality", quality.set_datastream, Who.OWNER,
                  "Set it, from a time on", section, shapes.QualityBody, shown, 200, (*owned, *set_)),
        Operation("DELETE", f"{DATASTREAM}/quality", quality.reset_datastream, Who.OWNER,
                  "Take it back", section, None, shown, 200, (*owned, *reset), DATED),
    )


def _scorers(scorers: Scorers) -> tuple[Operation, ...]:
    section, path, refusals = "Quality control", f"{DATASTREAM}/scorers", (401, 403, 404, 503)
    return (
        Operation("GET", path, scorers.show, Who.OWNER,
                  "What was learned of a datastream", section, None, shapes.Scorers, 200, refusals),
        Operation("POST", path, scorers.train, Who.OWNER,
                  "Learn of stored values what is usual", section, shapes.TrainingBody,
                  shapes.ManagedTraining, 202, (400, 409, 413, 415, *refusals)),
        Operation("DELETE", path, scorers.forget, Who.OWNER,
                  "Forget what was learned of a datastream", section, None, shapes.Scorers, 200, refusals),
        Operation("GET", f"{PREFIX}/trainings/{{id}}", scorers.show_training, Who.OWNER,
                  "How far a training is", section, None, shapes.ManagedTraining, 200, refusals),
        Operation("DELETE", f"{PREFIX}/trainings/{{id}}", scorers.cancel_training, Who.OWNER,
                  "Cancel a training", section, None, shapes.ManagedTraining, 200, refusals),
    )


def _calibrations(calibrations: Calibrations, chains: Chains) -> tuple[Operation, ...]:
    section, path, shown = "Calibration", f"{DATASTREAM}/calibration", shapes.ManagedCalibration
    refusals = (401, 403, 404, 503)
    return (
        Operation("GET", path, calibrations.show, Who.OWNER,
                  "How the raw values of a datastream are calibrated", section, None, shown, 200, refusals),
        Operation("PUT", path, calibrations.set, Who.OWNER,
                  "Set it, from a time on or for all time", section, shapes.CalibrationBody, shown, 200,
                  (400, 409, 412, 413, 415, 422, 428, *refusals)),
        Operation("DELETE", path, calibrations.reset, Who.OWNER,
                  "Take it back", section, None, shown, 200, (400, 412, *refusals), DATED),
        Operation("GET", f"{path}/file", calibrations.file, Who.OWNER,
                  "The table that holds now, as an XML file", section, None, None, 200, refusals),
        Operation("GET", f"{DATASTREAM}/chain", chains.show, Who.OWNER,
                  "How one value came about, step by step", section, None, shapes.ManagedChain, 200,
                  (400, 422, *refusals), {"time": "the time of the value (ISO-8601)"}),
        Operation("GET", f"{path}/history", calibrations.history, Who.OWNER,
                  "All calibrations that there ever were", section, None, shapes.CalibrationHistory, 200,
                  (400, *refusals), PAGED),
    )


def _corrections(corrections: Corrections) -> tuple[Operation, ...]:
    section, path, shown = "Correction", f"{DATASTREAM}/correction", shapes.ManagedCorrection
    refusals = (401, 403, 404, 503)
    return (
        Operation("GET", path, corrections.show, Who.OWNER,
                  "How the values of a datastream are corrected", section, None, shown, 200, refusals),
        Operation("PUT", path, corrections.set, Who.OWNER,
                  "Set it, from a time on", section, shapes.CorrectionBody, shown, 200,
                  (400, 409, 412, 413, 415, 422, 428, *refusals)),
        Operation("DELETE", path, corrections.reset, Who.OWNER,
                  "Take it back", section, None, shown, 200, (400, 412, *refusals), DATED),
    )
# fmt: on
