"""Every address of the management API, as one table part by part."""

from typing import Any

from sensorium.dialects.dialect import Access as Who
from sensorium.dialects.dialect import Dialect, Operation
from sensorium.dialects.manage import (
    account_shapes,
    asset_shapes,
    correction_shapes,
    errors,
    packet_shapes,
    scorer_shapes,
    shapes,
    tracker_shapes,
)
from sensorium.dialects.manage.access import Access
from sensorium.dialects.manage.account import Own
from sensorium.dialects.manage.assets import Assets
from sensorium.dialects.manage.calibrations import Calibrated
from sensorium.dialects.manage.catalogue import Shelves
from sensorium.dialects.manage.chain_shapes import ManagedChain
from sensorium.dialects.manage.chains import ChainOfValue
from sensorium.dialects.manage.corrections import Corrected
from sensorium.dialects.manage.definitions import Definitions
from sensorium.dialects.manage.devices import Devices
from sensorium.dialects.manage.encode import PREFIX
from sensorium.dialects.manage.keys import KeyRing
from sensorium.dialects.manage.log_entries import Logbook
from sensorium.dialects.manage.packets import Packets
from sensorium.dialects.manage.quality import Qualities
from sensorium.dialects.manage.reference import Reference
from sensorium.dialects.manage.replays import Replays
from sensorium.dialects.manage.scorers import Trained
from sensorium.dialects.manage.trackers import Models, Seen
from sensorium.dialects.manage.tracking import Told
from sensorium.dialects.manage.users import People
from sensorium.dialects.services import Services

COMPONENT = f"{PREFIX}/components/{{id}}"
DATASTREAM = f"{PREFIX}/datastreams/{{id}}"
DEVICE = f"{PREFIX}/devices/{{id}}"

PAGED = {
    "limit": "how many things a page has: 1 to 500, 100 by default",
    "after": "the id of the last thing before the page; `next` of an answer has it",
}
SPAN = {
    "from": "the first time of a packet that is meant (ISO-8601)",
    "to": "the last one",
    "by": "arrival (default) or observation: which time of a packet that is",
    **PAGED,
}
NEWEST_FIRST = {"limit": PAGED["limit"], "before": "only packets with ids below; `next` of an answer has it"}
DATED = {"valid_from": "take back only what is said for that moment (ISO-8601)"}


def dialect(services: Services) -> Dialect:
    """The management API over the given use-cases."""
    access = Access(services)
    return Dialect(
        name="manage",
        title="Management of sensorium",
        prefix=PREFIX,
        operations=(
            *_reference(),
            *_catalogue(Shelves(services, access)),
            *_devices(Devices(services, access)),
            *_quality(Qualities(services, access)),
            *_scorers(Trained(services, access)),
            *_calibrations(Calibrated(services, access), ChainOfValue(services, access)),
            *_corrections(Corrected(services, access)),
            *_packets(Packets(services, access)),
            *_replays(Replays(services, access)),
            *_assets(Assets(services, access)),
            *_definitions(Definitions(services, access)),
            *_log_entries(Logbook(services, access)),
            *_trackers(Seen(services, access)),
            *_tracking(Told(services, access)),
            *_models(),
            *_account(Own(services, access)),
            *_people(People(services, access), KeyRing(services, access)),
        ),
        refuse=errors.refuse,
        unexpected=errors.unexpected,
        failure=shapes.Problem,
        failure_media=errors.MEDIA,
    )


# fmt: off
def _reference() -> tuple[Operation, ...]:
    reference, section = Reference(), "Dictionaries"
    return (
        Operation("GET", f"{PREFIX}/flags", reference.flags, Who.PUBLIC,
                  "What each bit of the flag words means", section, None, shapes.FlagWords),
        Operation("GET", f"{PREFIX}/quality/presets", reference.quality_presets, Who.PUBLIC,
                  "Settings of quality control to begin with", section, None, shapes.QualityPresets),
        Operation("GET", f"{PREFIX}/corrections/presets", reference.correction_presets, Who.PUBLIC,
                  "Corrections to choose from", section, None, correction_shapes.CorrectionPresets),
        Operation("GET", f"{PREFIX}/problems", reference.problems, Who.PUBLIC,
                  "What the types of problems mean (a page)", section),
    )


def _catalogue(shelves: Shelves) -> tuple[Operation, ...]:
    section, refusals = "Catalogue", (400, 401, 409, 413, 415, 422, 503)
    return (
        Operation("POST", f"{PREFIX}/components", shelves.add_component, Who.ACCOUNT,
                  "Add a component for everyone", section, shapes.NewComponentBody,
                  shapes.ManagedComponent, 201, refusals),
        Operation("GET", COMPONENT, shelves.component, Who.PUBLIC,
                  "A component", section, None, shapes.ManagedComponent, 200, (404, 503)),
        Operation("POST", f"{PREFIX}/units", shelves.add_unit, Who.ACCOUNT,
                  "Add a unit for everyone", section, shapes.NewUnitBody, shapes.Named, 201, refusals),
        Operation("GET", f"{PREFIX}/units/{{id}}", shelves.unit, Who.PUBLIC,
                  "A unit", section, None, shapes.Named, 200, (404, 503)),
    )


def _devices(devices: Devices) -> tuple[Operation, ...]:
    section, refusals = "Devices", (401, 403, 404, 503)
    return (
        Operation("GET", f"{PREFIX}/devices", devices.show_all, Who.ACCOUNT,
                  "The devices of the account", section, None, shapes.Devices, 200, (400, 401, 503), PAGED),
        Operation("GET", DEVICE, devices.show, Who.OWNER,
                  "A device with its datastreams", section, None, shapes.ManagedDevice, 200, refusals),
        Operation("PATCH", DEVICE, devices.change, Who.OWNER,
                  "Say what a device is as a thing: serial number, model, blocked", section,
                  shapes.InstrumentBody, shapes.ManagedDevice, 200,
                  (400, 409, 412, 413, 415, 422, 428, *refusals)),
        Operation("GET", DATASTREAM, devices.show_datastream, Who.OWNER,
                  "A datastream", section, None, shapes.ManagedDatastream, 200, refusals),
    )


def _quality(quality: Qualities) -> tuple[Operation, ...]:
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


def _scorers(trained: Trained) -> tuple[Operation, ...]:
    section, path, refusals = "Quality control", f"{DATASTREAM}/scorers", (401, 403, 404, 503)
    return (
        Operation("GET", path, trained.show, Who.OWNER,
                  "What was learned of a datastream", section, None, scorer_shapes.Scorers, 200, refusals),
        Operation("POST", path, trained.train, Who.OWNER,
                  "Learn of stored values what is usual", section, scorer_shapes.TrainingBody,
                  scorer_shapes.ManagedTraining, 202, (400, 409, 413, 415, *refusals)),
        Operation("GET", f"{PREFIX}/trainings/{{id}}", trained.show_training, Who.OWNER,
                  "How far a training is", section, None, scorer_shapes.ManagedTraining, 200, refusals),
    )


def _calibrations(calibrated: Calibrated, chain: ChainOfValue) -> tuple[Operation, ...]:
    section, path, shown = "Calibration", f"{DATASTREAM}/calibration", shapes.ManagedCalibration
    refusals = (401, 403, 404, 503)
    return (
        Operation("GET", path, calibrated.show, Who.OWNER,
                  "How the raw values of a datastream are calibrated", section, None, shown, 200, refusals),
        Operation("PUT", path, calibrated.set, Who.OWNER,
                  "Set it, from a time on or for all time", section, shapes.CalibrationBody, shown, 200,
                  (400, 409, 412, 413, 415, 422, 428, *refusals)),
        Operation("DELETE", path, calibrated.reset, Who.OWNER,
                  "Take it back", section, None, shown, 200, (400, 412, *refusals), DATED),
        Operation("GET", f"{path}/file", calibrated.file, Who.OWNER,
                  "The table that holds now, as an XML file", section, None, None, 200, refusals),
        Operation("GET", f"{DATASTREAM}/chain", chain.show, Who.OWNER,
                  "How one value came about, step by step", section, None, ManagedChain, 200,
                  (400, 422, *refusals), {"time": "the time of the value (ISO-8601)"}),
        Operation("GET", f"{path}/history", calibrated.history, Who.OWNER,
                  "All calibrations that there ever were", section, None, shapes.CalibrationHistory, 200,
                  (400, *refusals), PAGED),
    )


def _corrections(corrected: Corrected) -> tuple[Operation, ...]:
    section, path, shown = "Correction", f"{DATASTREAM}/correction", correction_shapes.ManagedCorrection
    refusals = (401, 403, 404, 503)
    return (
        Operation("GET", path, corrected.show, Who.OWNER,
                  "How the values of a datastream are corrected", section, None, shown, 200, refusals),
        Operation("PUT", path, corrected.set, Who.OWNER,
                  "Set it, from a time on", section, correction_shapes.CorrectionBody, shown, 200,
                  (400, 409, 412, 413, 415, 422, 428, *refusals)),
        Operation("DELETE", path, corrected.reset, Who.OWNER,
                  "Take it back", section, None, shown, 200, (400, 412, *refusals), DATED),
    )


def _log_entries(logbook: Logbook) -> tuple[Operation, ...]:
    section, path, refusals = "Log", f"{DEVICE}/log-entries", (400, 401, 403, 404, 503)
    return (
        Operation("GET", path, logbook.show, Who.OWNER,
                  "What was done to a device", section, None, shapes.LogEntries, 200, refusals, PAGED),
        Operation("POST", path, logbook.add, Who.OWNER,
                  "Write down what was done", section, shapes.NewLogEntryBody, shapes.ManagedLogEntry, 201,
                  (413, 415, 422, *refusals)),
    )


def _trackers(seen: Seen) -> tuple[Operation, ...]:
    section, refusals, shown = "Trackers", (401, 403, 404, 503), tracker_shapes.ManagedTracker
    clones = f"{DEVICE}/clones"
    return (
        Operation("GET", f"{PREFIX}/trackers", seen.show_all, Who.ACCOUNT,
                  "What the account sees: its devices, and clones of others'", section, None,
                  tracker_shapes.Trackers, 200, (400, 401, 403, 503), PAGED),
        Operation("GET", f"{PREFIX}/trackers/{{id}}", seen.show, Who.OWNER,
                  "A tracker", section, None, shown, 200, refusals),
        Operation("DELETE", f"{PREFIX}/trackers/{{id}}", seen.delete, Who.MASTER,
                  "Take a clone away: one's own, or of one's own device", section, None, None, 204, refusals),
        Operation("GET", clones, seen.clones, Who.MASTER,
                  "To whom a device is shown", section, None, tracker_shapes.Clones, 200, refusals),
        Operation("POST", clones, seen.clone, Who.MASTER,
                  "Show a device to another account", section, tracker_shapes.NewCloneBody, shown, 201,
                  (400, 409, 413, 415, 422, *refusals)),
    )


def _tracking(told: Told) -> tuple[Operation, ...]:
    section, path, refusals = "Tracking settings", f"{DEVICE}/settings", (401, 403, 404, 503)
    shown = tracker_shapes.ManagedSettings
    return (
        Operation("GET", path, told.fetch, Who.OWNER,
                  "For the device: how it is to track", section, None, tracker_shapes.SettingsToRun, 200,
                  refusals),
        Operation("PUT", f"{path}/reported", told.report, Who.OWNER,
                  "For the device: how it does track", section, dict[str, Any], shown, 200,
                  (400, 413, 415, *refusals)),
        Operation("GET", f"{path}/state", told.show, Who.OWNER,
                  "How a device is told to track, and what it does", section, None, shown, 200, refusals),
    )


def _models() -> tuple[Operation, ...]:
    models, section = Models(), "Dictionaries"
    return (
        Operation("GET", f"{PREFIX}/models", models.show_all, Who.PUBLIC,
                  "Models with the profiles of their tracking settings", section, None,
                  tracker_shapes.TrackedModels),
        Operation("GET", f"{PREFIX}/tracking-profiles/{{name}}", models.show_profile, Who.PUBLIC,
                  "The settings of a profile", section, None, tracker_shapes.TrackingProfile, 200, (404,)),
    )


def _account(own: Own) -> tuple[Operation, ...]:
    section, path, shown = "Account", f"{PREFIX}/account", account_shapes.ManagedAccount
    body = (400, 413, 415, 422)
    return (
        Operation("GET", path, own.show, Who.ACCOUNT,
                  "The caller's account", section, None, shown, 200, (401, 403, 503)),
        Operation("PATCH", path, own.change, Who.MASTER,
                  "Say what a calibration without a date means", section, account_shapes.AccountBody, shown,
                  200, (401, 403, 412, 428, 503, *body)),
        Operation("PUT", f"{path}/password", own.change_password, Who.MASTER,
                  "Change the password of the account", section, account_shapes.PasswordBody, None, 204,
                  (401, 403, 503, *body)),
    )


def _people(people: People, keys: KeyRing) -> tuple[Operation, ...]:
    users, user, body = f"{PREFIX}/users", account_shapes.ManagedUser, (413, 415, 422)
    section, refusals = "Users and keys", (400, 401, 403, 404, 503)
    return (
        Operation("GET", users, people.show_all, Who.MASTER,
                  "The users of the account", section, None, account_shapes.Users, 200,
                  (400, 401, 403, 503), PAGED),
        Operation("POST", users, people.add, Who.MASTER,
                  "Add a user", section, account_shapes.NewUserBody, user, 201,
                  (400, 401, 403, 409, 503, *body)),
        Operation("GET", f"{users}/{{id}}", people.show, Who.MASTER,
                  "A user", section, None, user, 200, refusals),
        Operation("PUT", f"{users}/{{id}}", people.change, Who.MASTER,
                  "Say anew how a user is", section, account_shapes.UserBody, user, 200,
                  (*refusals, 412, 428, *body)),
        Operation("DELETE", f"{users}/{{id}}", people.delete, Who.MASTER,
                  "Delete a user", section, None, None, 204, (*refusals, 412)),
        Operation("GET", f"{PREFIX}/keys", keys.show_all, Who.MASTER,
                  "The keys of the account", section, None, account_shapes.Keys, 200, (401, 403, 503)),
        Operation("POST", f"{PREFIX}/keys", keys.add, Who.MASTER,
                  "Make a key, which is shown this once", section, account_shapes.NewKeyBody,
                  account_shapes.ManagedKey, 201, (400, 401, 403, 409, 503, *body)),
        Operation("GET", f"{PREFIX}/keys/{{id}}", keys.show, Who.MASTER,
                  "A key", section, None, account_shapes.ManagedKey, 200, refusals),
        Operation("DELETE", f"{PREFIX}/keys/{{id}}", keys.delete, Who.MASTER,
                  "End a key", section, None, None, 204, refusals),
    )


def _assets(assets: Assets) -> tuple[Operation, ...]:
    section, asset, link = "Assets", asset_shapes.ManagedAsset, asset_shapes.ManagedLink
    refusals, body, page = (401, 403, 404, 503), (400, 409, 413, 415, 422), (400, 401, 403, 503)
    return (
        Operation("GET", f"{PREFIX}/assets", assets.show_all, Who.ACCOUNT,
                  "The assets of the account", section, None, asset_shapes.Assets, 200, page, PAGED),
        Operation("POST", f"{PREFIX}/assets", assets.add, Who.ACCOUNT,
                  "Add an asset", section, asset_shapes.AssetBody, asset, 201, (401, 403, 503, *body)),
        Operation("GET", f"{PREFIX}/assets/{{id}}", assets.show, Who.OWNER,
                  "An asset", section, None, asset, 200, refusals),
        Operation("PUT", f"{PREFIX}/assets/{{id}}", assets.rename, Who.OWNER,
                  "Rename an asset", section, asset_shapes.AssetBody, asset, 200,
                  (412, 428, *body, *refusals)),
        Operation("DELETE", f"{PREFIX}/assets/{{id}}", assets.delete, Who.OWNER,
                  "Delete an asset that no device is fixed to", section, None, None, 204,
                  (409, 412, *refusals)),
        Operation("GET", f"{PREFIX}/links", assets.show_links, Who.ACCOUNT,
                  "Which devices are or were fixed to which assets", section, None, asset_shapes.Links, 200,
                  page, PAGED),
        Operation("POST", f"{PREFIX}/links", assets.link, Who.ACCOUNT,
                  "Fix a device to an asset", section, asset_shapes.NewLinkBody, link, 201,
                  (*body, *refusals)),
        Operation("GET", f"{PREFIX}/links/{{id}}", assets.show_link, Who.OWNER,
                  "A link", section, None, link, 200, refusals),
        Operation("PATCH", f"{PREFIX}/links/{{id}}", assets.change_link, Who.OWNER,
                  "Say when a link begins or ends, and what for it is", section, asset_shapes.LinkBody, link,
                  200, (412, 428, *body, *refusals)),
    )


def _definitions(definitions: Definitions) -> tuple[Operation, ...]:
    section, path, shown = "Sensor definitions", f"{PREFIX}/definitions", asset_shapes.ManagedDefinition
    refusals, body = (401, 403, 404, 503), (400, 409, 413, 415, 422)
    of_device = f"{DEVICE}/definitions"
    return (
        Operation("GET", path, definitions.show_all, Who.ACCOUNT,
                  "The sensor definitions of the account, and what is shipped", section, None,
                  asset_shapes.Definitions, 200, (400, 401, 403, 503), PAGED),
        Operation("POST", path, definitions.add, Who.ACCOUNT,
                  "Add a sensor definition", section, asset_shapes.DefinitionBody, shown, 201,
                  (401, 403, 503, *body)),
        Operation("GET", f"{path}/{{id}}", definitions.show, Who.OWNER,
                  "A sensor definition", section, None, shown, 200, refusals),
        Operation("PUT", f"{path}/{{id}}", definitions.change, Who.OWNER,
                  "Say anew what a sensor definition is", section, asset_shapes.DefinitionBody, shown, 200,
                  (412, 428, *body, *refusals)),
        Operation("GET", of_device, definitions.of_device, Who.OWNER,
                  "Which definitions a device may send values of", section, None, asset_shapes.Provisions,
                  200, refusals),
        Operation("POST", of_device, definitions.provision, Who.OWNER,
                  "Let a device send values of a definition", section, asset_shapes.ProvisionBody,
                  asset_shapes.ManagedProvision, 201, (*body, *refusals)),
        Operation("DELETE", f"{of_device}/{{definition}}", definitions.withdraw, Who.OWNER,
                  "Let it send them no more", section, None, None, 204, refusals),
    )


def _packets(packets: Packets) -> tuple[Operation, ...]:
    section, refusals = "Packets", (400, 401, 403, 404, 503)
    return (
        Operation("GET", f"{DEVICE}/packets", packets.show_all, Who.OWNER,
                  "Packets as they were sent, and what became of each", section, None, packet_shapes.Packets,
                  200, refusals, SPAN),
        Operation("GET", f"{DEVICE}/rejected", packets.show_rejected, Who.OWNER,
                  "Packets that could not be processed, and why", section, None,
                  packet_shapes.RejectedPackets, 200, refusals, NEWEST_FIRST),
    )


def _replays(replays: Replays) -> tuple[Operation, ...]:
    section, shown, refusals = "Replays", shapes.ManagedReplay, (401, 404, 503)
    return (
        Operation("POST", f"{DEVICE}/replays", replays.start, Who.OWNER,
                  "Process stored packets again", section, shapes.ReplayBody, shown, 202,
                  (400, 401, 403, 404, 409, 413, 415, 503)),
        Operation("GET", f"{PREFIX}/replays", replays.show_all, Who.ACCOUNT,
                  "The replays of the account", section, None, shapes.Replays, 200, (400, 401, 503), PAGED),
        Operation("GET", f"{PREFIX}/replays/{{id}}", replays.show, Who.OWNER,
                  "How far a replay is", section, None, shown, 200, refusals),
        Operation("DELETE", f"{PREFIX}/replays/{{id}}", replays.cancel, Who.OWNER,
                  "Cancel a replay", section, None, shown, 200, refusals),
    )
# fmt: on
