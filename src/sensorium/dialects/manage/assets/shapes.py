"""The JSON bodies about assets, links and sensor definitions."""

from msgspec import UNSET, Struct, UnsetType

Number = float | str
"""A number, or a text of one, which is kept as it is written."""


class AssetBody(Struct, frozen=True):
    """The body that adds or renames an asset."""

    name: str


class ManagedAsset(Struct, frozen=True):
    """A thing that devices are fixed to."""

    id: int
    name: str
    created: str


class Assets(Struct, frozen=True):
    """A page of assets; `next` is the address of the one that follows."""

    items: tuple[ManagedAsset, ...]
    next: str | None


class NewLinkBody(Struct, frozen=True):
    """The body that fixes a device to an asset: from now on, unless another begin is said."""

    device: int
    asset: int
    begin: str | UnsetType = UNSET
    end: str | UnsetType | None = UNSET
    task: str | UnsetType | None = UNSET


class LinkBody(Struct, frozen=True):
    """The body that changes a link; what is left out stays, null as the end is none."""

    begin: str | UnsetType = UNSET
    end: str | UnsetType | None = UNSET
    task: str | UnsetType | None = UNSET


class ManagedLink(Struct, frozen=True):
    """From when to when (null: still) a device is fixed to an asset; both moments are included."""

    id: int
    device: int
    asset: int
    begin: str
    end: str | None
    task: str | None


class Links(Struct, frozen=True):
    """A page of links; `next` is the address of the one that follows."""

    items: tuple[ManagedLink, ...]
    next: str | None


class DefinitionBody(Struct, frozen=True):
    """The body that describes a kind of value: all of it, also when it is changed."""

    name: str
    sensor: int | UnsetType | None = UNSET
    component: int | UnsetType | None = UNSET
    unit: int | UnsetType | None = UNSET
    unit_label: str | UnsetType | None = UNSET
    equation: str | UnsetType | None = UNSET
    data_min: Number | UnsetType | None = UNSET
    data_max: Number | UnsetType | None = UNSET
    graph_min: Number | UnsetType | None = UNSET
    graph_max: Number | UnsetType | None = UNSET
    deactivated: Number | UnsetType | None = UNSET
    chart: bool | UnsetType = UNSET
    data_type: str | UnsetType = UNSET
    color: str | UnsetType | None = UNSET
    chart_label: str | UnsetType | None = UNSET
    active: bool | UnsetType = UNSET


class ManagedDefinition(Struct, frozen=True):
    """A kind of value that devices send (SensorData: `sd_id` is its id).

    `sensor` is the number of the hardware sensor that carries it. Bounds are of raw values, both included;
    `deactivated` is what a sensor sends that is switched off. One that is `shipped` is the same for all.
    """

    id: int
    name: str
    sensor: int | None
    component: int | None
    unit: int | None
    unit_label: str | None
    equation: str | None
    data_min: str | None
    data_max: str | None
    graph_min: str | None
    graph_max: str | None
    deactivated: str | None
    chart: bool
    data_type: str
    color: str | None
    chart_label: str | None
    active: bool
    shipped: bool
    created: str


class Definitions(Struct, frozen=True):
    """A page of definitions; `next` is the address of the one that follows."""

    items: tuple[ManagedDefinition, ...]
    next: str | None


class ProvisionBody(Struct, frozen=True):
    """The body that lets a device send values of a definition, as a datastream of it or a new one."""

    definition: int
    datastream: int | UnsetType | None = UNSET


class ManagedProvision(Struct, frozen=True):
    """A definition that a device has, and the datastream that its values become."""

    definition: ManagedDefinition
    datastream: int


class Provisions(Struct, frozen=True):
    """What a device may send."""

    items: tuple[ManagedProvision, ...]
