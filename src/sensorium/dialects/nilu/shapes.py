"""The JSON objects that the parts of the API share. Classes of objects name schemas of its description."""

from msgspec import Struct, field


class Answer(Struct, frozen=True):
    """The end of every answer to a change."""

    message: str
    status: int = field(name="http-status-code")


class Failure(Struct, frozen=True):
    """The standard format of every error."""

    code: int = field(name="error-code")
    why: str = field(name="error-message")
    status: int = field(name="http-status-code")
