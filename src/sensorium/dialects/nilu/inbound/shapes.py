"""The objects about packets that are pushed: what they are answered, and what a push test tells (N30)."""

from msgspec import UNSET, Struct, UnsetType, field

Found = str | int | float | bool | None


class Pushed(Struct, frozen=True):
    """Packets were accepted. `results` answers for each packet of a batch, in its order."""

    atom: str
    message: str
    status: int = field(name="http-status-code")
    results: list[dict[str, int | str]] | UnsetType = UNSET


class TracedTimestamp(Struct, frozen=True):
    """What the Timestamp mapper found, and the moment that it is."""

    path: str = field(name="target-path")
    found: bool
    value: Found
    time: str | None
    error: str | None


class TracedParameter(Struct, frozen=True):
    """What the packet has for a declared parameter."""

    name: str
    found: bool
    value: Found
    error: str | None


class TracedConverter(Struct, frozen=True):
    """What a converter found and made of it; times are in seconds since 1970 UTC."""

    output_type: str = field(name="output-type")
    path: str = field(name="target-path")
    found: bool
    value: Found
    result: int | float | None
    error: str | None


class TracedComponent(Struct, frozen=True):
    """What a component's path found, and the value that would be stored (null: none)."""

    component: int = field(name="componentid")
    unit: int = field(name="unitid")
    level: int
    path: str = field(name="binding-path")
    found: bool
    value: float | None
    error: str | None


class TracedError(Struct, frozen=True):
    """Why the packet would be refused, and where in it."""

    code: int = field(name="error-code")
    why: str = field(name="error-message")
    path: str


class TracedPacket(Struct, frozen=True):
    """A packet of a push test, followed through the schema. Without errors it would be accepted."""

    timestamp: TracedTimestamp | None
    parameters: tuple[TracedParameter, ...]
    converters: tuple[TracedConverter, ...]
    components: tuple[TracedComponent, ...]
    errors: tuple[TracedError, ...]


class PushTest(Struct, frozen=True):
    """The last push test of a sensor."""

    sensor: int = field(name="sensorid")
    tested: str
    packets: tuple[TracedPacket, ...]
