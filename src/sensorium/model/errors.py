"""Every way in which sensorium refuses something: the whole list.

A dialect turns each of these into the error that its document promises; the class name is the reason
under which the refusal is counted.
"""

from collections.abc import Sequence


class Refusal(Exception):
    """Something was refused.

    `why` is a sentence for the person who sent it; `where` names the field, path or query value at fault
    ("" when the request as a whole is meant).
    """

    def __init__(self, why: str, where: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.where = where


# Who and whose


class Unauthorized(Refusal):
    """There is no credential, or it is unknown, wrong, expired or revoked."""


class Forbidden(Refusal):
    """The credential is good, but the thing belongs to another account."""


class NotPermitted(Refusal):
    """The credential is good, but its user has not the right, or its key not the scope."""


class TooMany(Refusal):
    """More requests, tries or sessions than there may be; `retry_after` seconds is when to try again."""

    def __init__(self, why: str, where: str = "", *, retry_after: int = 1) -> None:
        super().__init__(why, where)
        self.retry_after = retry_after


class NotFound(Refusal):
    """The path names something that does not exist, or that this caller may not know of."""


class WrongMethod(Refusal):
    """The address exists, but not for this HTTP method; `allowed` lists the ones it has."""

    def __init__(self, why: str, *, allowed: str) -> None:
        super().__init__(why)
        self.allowed = allowed


# The state of a device


class DeviceDisabled(Refusal):
    """The device takes no packets until it is enabled."""


class DeviceEnabled(Refusal):
    """The change needs a disabled device."""


class WrongDoor(Refusal):
    """A fixed device was addressed as a moving one, or the reverse; `endpoint` is the address to use."""

    def __init__(self, why: str, *, endpoint: str, fixed: bool) -> None:
        super().__init__(why)
        self.endpoint = endpoint
        self.fixed = fixed


class Blocked(Refusal):
    """The device may not be used at all now."""


class Cloned(Refusal):
    """The tracker shows a device of another account, and only that one may change it."""


class Unsupported(Refusal):
    """The thing is there, and of a kind that cannot do this."""


# The shape of a request


class Invalid(Refusal):
    """Several fields are wrong: `faults` has the name of each, and why."""

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        where, why = faults[0]
        super().__init__(why, where)
        self.faults = tuple(faults)


class Missing(Refusal):
    """A required field is absent or empty."""


class Malformed(Refusal):
    """The body, a field, a path or a query value cannot be read or is out of its bounds."""


class UnknownParameter(Refusal):
    """A body has a member that means nothing there; `where` is its name."""


class UnsupportedMedia(Refusal):
    """The body's content type is not one that this address reads."""


class TooLarge(Refusal):
    """The body is over its bound."""


class Conflict(Refusal):
    """The name is taken."""


class Outdated(Refusal):
    """The thing is no longer what the caller says that it was."""


class Unconditional(Refusal):
    """A change of a thing that is there must say what the thing was like before."""


class KeyReused(Refusal):
    """An idempotency key came again with another body."""


class AlreadyStored(Refusal):
    """Whatever the request brings is there from an earlier one, and stays as it is."""


class PoolFull(Refusal):
    """The account has as many devices, or of other things, as it may have."""


class UnknownComponent(Refusal):
    """A body names a component that is not in the catalogue."""


class UnknownUnit(Refusal):
    """A body names a unit that is not in the catalogue."""


class UnknownLevel(Refusal):
    """A body names a data level that is not in the catalogue."""


class UnknownReferenceSystem(Refusal):
    """A body names an EPSG code that is not known."""


# A device's description of its packets


class InvalidSchema(Refusal):
    """The declared parameters are not a partial Avro schema."""


class Misbound(Refusal):
    """A component is bound to a parameter that does not yield a number."""


class InvalidPath(Refusal):
    """A binding or target path cannot be read or leads to no declared parameter."""


class InvalidArguments(Refusal):
    """A converter is unknown, or its arguments are missing or wrong."""


class InvalidTimezone(Refusal):
    """A converter names a time zone that does not exist."""


# How a device's values are corrected


class InvalidExpression(Refusal):
    """An expression cannot be read, or has a name that means nothing there."""


# A file with calibrations


class EmptyFile(Refusal):
    """The file has no bytes."""


class InvalidFile(Refusal):
    """The file is not of a form that is read."""


class NoTable(Refusal):
    """The file has no table for that sensor."""


# A packet


class InvalidPacket(Refusal):
    """The packet does not have what its device's schema declares."""


class ConversionFailed(Refusal):
    """A converter could not read a value of the packet."""


# The platform


class Unavailable(Refusal):
    """A part of the platform cannot answer now; `retry_after` seconds is when to ask again."""

    def __init__(self, why: str, *, retry_after: int = 1) -> None:
        super().__init__(why)
        self.retry_after = retry_after


class Unreachable(Unavailable):
    """A store does not answer at all: it is away, or the way to it is."""


class NotKept(Unavailable):
    """A store answers, but a change could not be kept in it; nothing of the change was done."""
