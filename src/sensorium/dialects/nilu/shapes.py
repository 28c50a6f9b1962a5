"""The JSON objects of NILU's document, member by member in its order; UNSET members are left out."""

from typing import Any

from msgspec import UNSET, Struct, UnsetType, field


class Answer(Struct, frozen=True):
    """The end of every answer to a change."""

    message: str
    status: int = field(name="http-status-code")


class Failure(Struct, frozen=True):
    """The standard format of every error."""

    code: int = field(name="error-code")
    why: str = field(name="error-message")
    status: int = field(name="http-status-code")


# Providers and tokens


class NewProvider(Struct, frozen=True):
    """The body that creates a provider."""

    name: str
    email: str
    username: str
    password: str
    acronym: str | None = None
    description: str | None = None


class CreatedProvider(Struct, frozen=True):
    """A provider was created; its first token is shown here only."""

    provider: int = field(name="providerid")
    message: str
    token: str
    status: int = field(name="http-status-code")
    atom: str


class Provider(Struct, frozen=True):
    """A provider as everyone may see it."""

    id: int
    name: str
    acronym: str | None
    description: str | None
    atom: str
    created: str


class CreatedToken(Struct, frozen=True):
    """A token was created; it is shown here only."""

    provider: int = field(name="providerid")
    message: str
    token: str
    status: int = field(name="http-status-code")


class RevokedToken(Struct, frozen=True):
    """The body that revokes a token."""

    token: str


class ChangedProvider(Struct, frozen=True):
    """Something of a provider was changed."""

    provider: int = field(name="providerid")
    message: str
    status: int = field(name="http-status-code")


# The catalogue


class Component(Struct, frozen=True):
    """An observed property."""

    id: int
    name: str
    type: str
    description: str | UnsetType
    atom: str


class Unit(Struct, frozen=True):
    """A unit of measurement."""

    id: int
    name: str
    atom: str


class Level(Struct, frozen=True):
    """A data level."""

    value: int
    description: str
    atom: str


class Timezone(Struct, frozen=True):
    """A time zone and whether its clocks change."""

    timezone: str
    has_daylight_saving: bool = field(name="supportsDaylightSavingTime")


class ReferenceSystem(Struct, frozen=True):
    """A spatial reference system."""

    epsg: int
    srtext: str
    proj4: str
    atom: str


# Sensors


class Owner(Struct, frozen=True):
    """The provider of a sensor."""

    id: int
    name: str
    atom: str


class Parameter(Struct, frozen=True):
    """A declared field of the packet: a field of a partial Avro schema."""

    name: str
    type: Any
    doc: str | UnsetType = UNSET


class Location(Struct, frozen=True):
    """A place in the sensor's reference system."""

    longitude: float
    latitude: float
    altitude: float


class BoundComponent(Struct, frozen=True):
    """A component of a sensor. `type` is shown by the sub-resource only (N13)."""

    id: int
    name: str
    type: str | UnsetType
    path: str = field(name="binding-path")
    factor: float = field(name="conv_factor")
    atom: str
    unit: Unit
    level: Level


class Converter(Struct, frozen=True):
    """A converter of a sensor."""

    input_type: str = field(name="input-type")
    output_type: str = field(name="output-type")
    path: str = field(name="target-path")
    arguments: dict[str, Any] | UnsetType = field(name="input-args")
    atom: str


class FieldMapping(Struct, frozen=True):
    """A field mapper of a sensor."""

    name: str
    path: str = field(name="target-path")
    atom: str


class Pipeline(Struct, frozen=True):
    """What became of a sensor's last packet."""

    flags: int
    bitflags: str
    status: str
    atom: str
    processed: str | None


class Sensor(Struct, frozen=True):
    """A sensor as everyone may see it. `public` is shown for private sensors only."""

    id: int
    name: str
    provider: Owner
    description: str | None
    resolution: int
    srs: ReferenceSystem
    enabled: bool
    parameters: tuple[Parameter, ...]
    location: Location | None
    components: tuple[BoundComponent, ...]
    converters: tuple[Converter, ...] | None
    mapping: tuple[FieldMapping, ...] | None
    pipeline: Pipeline
    created: str
    updated: str | None
    atom: str
    endpoint: str
    public: bool | UnsetType


class NewReference(Struct, frozen=True):
    """The reference system of a new sensor."""

    epsg: int = 4326


class NewComponent(Struct, frozen=True):
    """A component of a new sensor."""

    component: int = field(name="componentid")
    unit: int = field(name="unitid")
    path: str = field(name="binding-path")
    level: int


class NewConverter(Struct, frozen=True):
    """A converter of a new sensor."""

    input_type: str = field(name="input-type")
    output_type: str = field(name="output-type")
    path: str = field(name="target-path")
    arguments: dict[str, Any] | None = field(name="input-args", default=None)


class NewMapping(Struct, frozen=True):
    """A field mapper of a new sensor."""

    name: str
    path: str = field(name="target-path")


class NewSensor(Struct, frozen=True):
    """The body that configures a sensor. No or an empty `location` means a moving sensor."""

    name: str
    resolution: int
    parameters: list[Parameter]
    components: list[NewComponent]
    description: str | None = None
    srs: NewReference | None = None
    enabled: bool = True
    location: dict[str, float] | None = None
    converters: list[NewConverter] | None = None
    mapping: list[NewMapping] | None = None
    public: bool = True


class ChangesOfSensor(Struct, frozen=True):
    """The body that describes a sensor anew: what is absent stays. An empty `location` makes it moving."""

    name: str | UnsetType = UNSET
    resolution: int | UnsetType = UNSET
    parameters: list[Parameter] | UnsetType = UNSET
    components: list[NewComponent] | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    srs: NewReference | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET
    location: dict[str, float] | UnsetType | None = UNSET
    converters: list[NewConverter] | UnsetType | None = UNSET
    mapping: list[NewMapping] | UnsetType | None = UNSET
    public: bool | UnsetType = UNSET


class CreatedSensor(Struct, frozen=True):
    """A sensor was configured."""

    sensor: int = field(name="sensorid")
    message: str
    status: int = field(name="http-status-code")
    atom: str


class ChangedSensor(Struct, frozen=True):
    """A sensor was changed."""

    sensor: int = field(name="sensorid")
    message: str
    status: int = field(name="http-status-code")


# Packets and data


class Pushed(Struct, frozen=True):
    """Packets were accepted. `results` answers for each packet of a batch, in its order."""

    atom: str
    message: str
    status: int = field(name="http-status-code")
    results: list[dict[str, int | str]] | UnsetType = UNSET


class StatsRow(Struct, frozen=True):
    """Statistics of one component over one period, at one place or over all."""

    id: int
    timestamp_from_epoch: int
    timestamp_to_epoch: int
    component: str
    level: int
    unit: str
    qc: int
    n: int
    of: float
    res: int
    avg: float
    median: float
    min: float
    max: float
    std_dev: float | None
    var: float | None
    sem: float | None
    mse: float | None
    cv: float | None
    q1: float
    q3: float
    iqr: float
    epsg: int
    longitude: float | None
    latitude: float | None
    altitude: float | None
    coverage: float | UnsetType = UNSET


class FlagWord(Struct, frozen=True):
    """A word of flags, as a number and as binary digits."""

    flags: int
    bitflags: str


class Row(Struct, frozen=True):
    """One value of one component at one time."""

    id: int
    component: str
    unit: str
    value: float
    value_corr: float | None
    level: int
    level_corr: int | None
    epsg: int
    timestamp_from_epoch: int
    timestamp_to_epoch: int
    longitude: float | None
    latitude: float | None
    altitude: float | None
    qc_flags: FlagWord
    qcs_flags: FlagWord
    uncertainty_corr: float | UnsetType | None = UNSET
    qa_flags: FlagWord | UnsetType = UNSET
    qas_flags: FlagWord | UnsetType = UNSET


# Packets as they were sent (an extension)


class RawPacket(Struct, frozen=True):
    """A packet as it was sent, and what became of it.

    `packet` is its text, or its bytes in Base64 where `encoding` is "base64". `reason` and `path` tell why a
    rejected packet was none.
    """

    id: int
    packetid: int
    received: str
    observed: str
    schema_version: int = field(name="schema-version")
    content_type: str = field(name="content-type")
    encoding: str
    packet: str
    longitude: float | None
    latitude: float | None
    altitude: float | None
    status: str
    observations: int
    reason: str | None
    path: str | None
