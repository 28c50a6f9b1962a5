"""The objects of providers and tokens, in the document's order of members."""

from msgspec import Struct, field


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
