"""What the dialects are given: the use-cases behind every door, and the bounds of a request."""

from collections.abc import Callable
from dataclasses import dataclass

from sensorium.ingest.accept import Acceptance
from sensorium.ingest.doors import Doors
from sensorium.model.errors import Refusal
from sensorium.plans.calibration_xml import Names
from sensorium.query.calibrated import CalibratedValues
from sensorium.query.chain import Chains
from sensorium.query.packets import Packets
from sensorium.query.pipeline import Pipelines
from sensorium.query.selections import Selections
from sensorium.query.series import Series
from sensorium.query.statistics import Statistics
from sensorium.register.accounts import Accounts
from sensorium.register.assets import Assets
from sensorium.register.calibrations import Calibrations
from sensorium.register.catalogue import Catalogue
from sensorium.register.corrections import Corrections
from sensorium.register.credentials import Credentials
from sensorium.register.datastreams import Datastreams
from sensorium.register.definitions import Definitions
from sensorium.register.devices import Devices
from sensorium.register.instruments import Instruments
from sensorium.register.jobs import Jobs
from sensorium.register.keys import Keys
from sensorium.register.limits import Limit
from sensorium.register.log_entries import LogEntries
from sensorium.register.measured import MeasuredBy
from sensorium.register.provisioning import Provisioning
from sensorium.register.quality import QualityRules
from sensorium.register.scorers import Scorers
from sensorium.register.sensors import Sensors
from sensorium.register.sessions import Sessions
from sensorium.register.tokens import Tokens
from sensorium.register.trackers import Trackers
from sensorium.register.tracking import Tracking
from sensorium.register.users import Users


@dataclass(frozen=True, slots=True)
class Services:
    """The use-cases, wired up by the composition root.

    `key_limit` bounds how often a key may ask Cirrus's API, `user_limit` how often a user at one address may
    ask Navixy's, `login_limit` how often anyone there may try in vain to log in under one name, by any door.
    `calibration_names` are what XML files of calibrations call things. `public_url` stands before every path
    that an answer names, without a slash at its end. `body_limit` and
    `batch_limit` bound bodies in bytes. `clock` gives microseconds since 1970 UTC. `count_refusal` counts a
    refusal that is part of an answer instead of being one, as that of one packet among many.
    """

    accounts: Accounts
    tokens: Tokens
    credentials: Credentials
    users: Users
    keys: Keys
    log_entries: LogEntries
    instruments: Instruments
    key_limit: Limit
    user_limit: Limit
    login_limit: Limit
    calibration_names: Names
    sessions: Sessions
    trackers: Trackers
    sensors: Sensors
    measured_by: MeasuredBy
    tracking: Tracking
    catalogue: Catalogue
    devices: Devices
    datastreams: Datastreams
    quality: QualityRules
    calibrations: Calibrations
    corrections: Corrections
    assets: Assets
    definitions: Definitions
    provisioning: Provisioning
    jobs: Jobs
    scorers: Scorers
    doors: Doors
    acceptance: Acceptance
    series: Series
    calibrated: CalibratedValues
    chains: Chains
    selections: Selections
    statistics: Statistics
    pipelines: Pipelines
    packets: Packets
    public_url: str
    open_registration: bool
    body_limit: int
    batch_limit: int
    clock: Callable[[], int]
    count_refusal: Callable[[Refusal], None]
