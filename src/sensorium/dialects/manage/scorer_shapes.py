"""The bodies about scorers: what was learned of a datastream, and trainings."""

from msgspec import UNSET, Struct, UnsetType


class TrainingBody(Struct, frozen=True, rename={"from_": "from"}):
    """Of which values a scorer learns: those with times in a range, both ends included, or all.

    It learns of at most 200,000, the newest.
    """

    from_: str | UnsetType | None = UNSET
    to: str | UnsetType | None = UNSET


class ManagedTraining(Struct, frozen=True, rename={"from_": "from"}):
    """A training and its state; `message` says why it failed."""

    id: int
    datastream: int
    from_: str | None
    to: str | None
    state: str
    message: str | None
    created: str
    started: str | None
    ended: str | None


class ScorerVersion(Struct, frozen=True):
    """What was learned, by which method and of how many values."""

    version: int
    method: str
    trained_from: str
    trained_to: str
    values: int
    created: str


class Scorers(Struct, frozen=True):
    """What was learned of a datastream, the newest version first: that one is used."""

    versions: tuple[ScorerVersion, ...]
