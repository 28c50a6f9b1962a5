"""Every setting of the platform, in one place: read from arguments, `SENSORIUM_*` and a TOML file.

What is given as an argument wins over the environment, the environment over the file, and the file over
the defaults below. `docs/settings.md` is made from this class.
"""

import os
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from sensorium.model.hosts import is_loopback

PREFIX = "SENSORIUM_"
OF_COMMANDS = ("token", "url", "test_data")  # names that clients of a server and the tests read
SOCKET_PATH_LIMIT = 107  # bytes of a unix socket's address on Linux, less the closing zero


class InvalidSettings(Exception):
    """The settings cannot be used; the text names each one at fault."""


class Settings(BaseSettings):
    """All settings. Durations are in seconds, sizes in bytes."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    data: Path = Field(Path("data"), description="Folder that holds everything that is kept.")
    public_url: str = Field(
        "",
        pattern=r"^(https?://[^\s/?#]+(/[^\s?#]*)?)?$",
        description=(
            "Address under which clients reach the server; links are made with it. Default: host and port."
        ),
    )
    catalog: str = Field(
        "",
        description=(
            "Database of accounts and devices: empty for SQLite in the data folder, or a PostgreSQL DSN."
        ),
    )
    observations: str = Field(
        "",
        description=(
            "Database of observations: empty for the engine in the data folder, or the DSN of a ClickHouse "
            "server (`clickhouse://user:password@host:8123/database`, `https://...` for TLS)."
        ),
    )
    open_registration: bool | None = Field(
        None,
        description=(
            "Whether anyone may create an account. Default: only while listening on this machine alone."
        ),
    )
    device_pool: int | None = Field(
        None, ge=1, description="How many devices an account may have. Default: no limit."
    )
    packet_limit: int = Field(1 << 20, ge=1024, description="Largest body of a request that is not a batch.")
    batch_limit: int = Field(32 << 20, ge=1024, description="Largest body of a batch of packets.")
    packet_time_ahead: int = Field(  # what is stored ends with the year 2299
        86_400, ge=0, le=100 * 366 * 86_400, description="How far in the future a packet's own time may lie."
    )
    navixy_requests: int = Field(
        50, ge=1, description="How many requests a second a user may make of Navixy's API from one address."
    )
    session_life: int = Field(30 * 86_400, ge=60, description="How long a session lasts after its last use.")
    calibration_raw_names: str = Field(
        "", description="More names of raw values in XML files of calibrations, with commas between them."
    )
    calibration_result_names: str = Field(
        "", description="More names of what raw values mean in these files."
    )
    calibration_number_names: str = Field(
        "", description="More names of the numbers of sensors in these files."
    )
    cirrus_requests: int = Field(
        60, ge=1, description="How many requests a minute a key may make of Cirrus's API."
    )
    header_deadline: float = Field(5.0, gt=0, description="Time for a request's headers to arrive.")
    body_deadline: float = Field(
        10.0, gt=0, description="Time for a request's body to arrive; each 64 KiB received adds one second."
    )
    idle_deadline: float = Field(
        60.0, gt=0, description="How long a connection may wait between two requests."
    )
    write_deadline: float = Field(30.0, gt=0, description="How long a client may take no byte of its answer.")
    log_retention: int = Field(
        7 * 86_400, ge=0, description="How long the log keeps a packet after the archive holds it."
    )
    disk_reserve: int = Field(
        64 << 20, ge=0, description="Free space under which packets are refused, so that the rest can go on."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="What is written to stderr."
    )
    log_format: Literal["json", "text"] = Field("json", description="How log lines are written.")

    @classmethod
    def settings_customise_sources(  # the signature is pydantic-settings' own
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - no .env files
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - no secret folders
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then the environment, then the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach the server: by its own address and by the public one."""
        public = urlsplit(self.public_url).hostname if self.public_url else None
        return is_loopback(self.host) and (public is None or is_loopback(public))

    @property
    def registration_is_open(self) -> bool:
        """Whether anyone who reaches the server may create an account."""
        return self.is_local if self.open_registration is None else self.open_registration

    @property
    def catalog_dsn(self) -> str:
        """Where the catalog is."""
        return self.catalog or f"sqlite:///{self.data.resolve() / 'catalog.db'}"

    @property
    def observations_dsn(self) -> str:
        """Where the observations are."""
        return self.observations or f"chdb://{self.data.resolve() / 'clickhouse'}"

    @property
    def calibration_names(self) -> tuple[str, str, str]:
        """More names in XML files of calibrations: of raw values, of results, of the numbers of sensors."""
        return self.calibration_raw_names, self.calibration_result_names, self.calibration_number_names

    @property
    def engine_socket(self) -> Path:
        """Where the engine process answers."""
        return self.data.resolve() / "engine.sock"


def load_settings(file: Path | None = None, **given: object) -> Settings:
    """Read the settings: `given` first, then the environment, then the TOML `file`.

    Without `file`, `sensorium.toml` of the working folder is read where there is one. Values of None in
    `given` count as not given. Raises InvalidSettings.
    """
    if unknown := _unknown_in_environment():
        raise InvalidSettings("\n".join(f"{name}: there is no such setting" for name in unknown))
    source = file or Path("sensorium.toml")
    settings_type: type[Settings] = type(
        "Settings",
        (Settings,),
        {"model_config": SettingsConfigDict(toml_file=source), "__doc__": Settings.__doc__},
    )
    try:
        if file is not None and not file.is_file():
            raise InvalidSettings(f"There is no settings file {file}.")
        given = {name: value for name, value in given.items() if value is not None}
        settings = settings_type(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]
        raise InvalidSettings("\n".join(lines)) from None
    except ValueError as error:  # the file is no TOML
        raise InvalidSettings(f"{source}: {error}") from None
    except OSError as error:  # as where the working folder is not for this user
        raise InvalidSettings(f"{source.absolute()} cannot be read: {error.strerror}.") from None
    if why := _wrong_catalog(settings.catalog):
        raise InvalidSettings(f"catalog: {why}")
    if len(str(settings.engine_socket).encode()) > SOCKET_PATH_LIMIT:
        raise InvalidSettings(f"data: the path {settings.data} is too long for a socket in it")
    return settings


def _wrong_catalog(dsn: str) -> str | None:
    """Why this is no catalog's DSN; nothing of it is shown, since it may hold a password."""
    kind, found, place = dsn.partition("://")
    backend = kind.partition("+")[0]
    path = place.partition("?")[0]  # a host before it would be left out without a word
    is_file = backend == "sqlite" and path[:1] == "/" and path.strip("/") not in {"", ":memory:"}
    if dsn and not (found and (is_file or backend == "postgresql")):
        return (
            "this must have the form postgresql://user:password@host:port/database or sqlite:////path/to/file"
        )
    try:
        _ = urlsplit(dsn).port
    except ValueError:
        return "its host or port cannot be read (in a password, / is written %2F, and so on)"
    return None


def describe_settings() -> str:
    """The table of all settings, in Markdown (`docs/settings.md`)."""
    rows = [
        f"| `{name}` | `SENSORIUM_{name.upper()}` | {_default(field.default)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    head = ["| TOML | environment | default | meaning |", "| --- | --- | --- | --- |"]
    return "\n".join([*head, *rows]) + "\n"


def _default(value: object) -> str:
    return "" if value in (None, "") else f"`{value}`"


def _unknown_in_environment() -> list[str]:
    """Misspelt names: one that is not heard could leave a door open."""
    known = {PREFIX + name.upper() for name in (*Settings.model_fields, *OF_COMMANDS)}
    return sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)
