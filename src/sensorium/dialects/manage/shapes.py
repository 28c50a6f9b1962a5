"""The JSON bodies that the parts of the API share. All classes of bodies name schemas of its description."""

from msgspec import UNSET, Struct, UnsetType


class Problem(Struct, frozen=True):
    """Why a request was refused (RFC 9457). `field` is the member, path part or query value at fault."""

    type: str
    title: str
    status: int
    detail: str
    field: str | UnsetType = UNSET


class Named(Struct, frozen=True):
    """Something of the catalogue."""

    id: int
    name: str


class Place(Struct, frozen=True):
    """Where a fixed device stands."""

    longitude: float
    latitude: float
    altitude: float
