"""The objects of sensors, in the document's order of members; UNSET ones are left out."""

from typing import Any

from msgspec import UNSET, Struct, UnsetType, field

from sensorium.dialects.nilu.catalogue.shapes import Level, ReferenceSystem, Unit
from sensorium.model.device import WGS84


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

    epsg: int = WGS84


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
