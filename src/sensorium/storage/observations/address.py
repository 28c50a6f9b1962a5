"""Where a ClickHouse server is and how it is reached, as its DSN says.

The client has a reader of DSNs too, but it takes the scheme for nothing: the password for "https://..." would
go over the network as it is, and an address that is none would mean this machine.
"""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from sensorium.model.hosts import is_loopback

PATIENCE = 30  # seconds without a byte of an answer, after which whoever asked has gone anyway
_NAME = re.compile(r"[\w-]*")
_TLS_PORTS = {443, 8443}
_OPTIONS = {
    "ca_cert",
    "client_cert",
    "client_cert_key",
    "compress",
    "connect_timeout",
    "http_proxy",
    "https_proxy",
    "secure",
    "send_receive_timeout",
    "server_host_name",
    "verify",
}
_FORM = "clickhouse://user:password@host:port/database or https://user:password@host:port/database"


class InvalidAddress(Exception):
    """The DSN is not that of a ClickHouse server. The text says why, and shows nothing of its password."""


@dataclass(frozen=True, slots=True)
class Address:
    """A server: the database ("" for the user's own default) and the other arguments of a client."""

    database: str
    arguments: dict[str, Any]


def is_embedded(dsn: str) -> bool:
    """Whether it is a folder for the engine of this process."""
    return dsn.startswith("chdb:")


def read_address(dsn: str) -> Address:
    """The address that a server's DSN says. Raises InvalidAddress."""
    try:
        parts = urlsplit(dsn)
        host, port = parts.hostname, parts.port
    except ValueError:  # its text may show a part of the password
        raise InvalidAddress(
            f"its host or port cannot be read: the form is {_FORM}, with %2F for / and so on in a password"
        ) from None
    if parts.scheme not in {"clickhouse", "http", "https"} or not host or parts.fragment:
        raise InvalidAddress(f"it must have the form {_FORM}")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if options.keys() - _OPTIONS:
        raise InvalidAddress(f"it has an option that is none of {', '.join(sorted(_OPTIONS))}")
    database = unquote(parts.path.removeprefix("/"))
    if not _NAME.fullmatch(database):
        raise InvalidAddress(
            f"the name of its database may have letters, digits, _ and -; it has the form {_FORM}"
        )
    is_secure = _is_secure(parts.scheme, port, options.pop("secure", ""))
    return Address(
        database,
        {
            "interface": "https" if is_secure else "http",
            "host": host,
            "port": port or (8443 if is_secure else 8123),
            "username": unquote(parts.username or "default"),
            "password": unquote(parts.password or ""),
            "compress": not is_loopback(host),  # where compressing costs more than sending
            "send_receive_timeout": PATIENCE,
            **options,
        },
    )


def _is_secure(scheme: str, port: int | None, secure: str) -> bool:
    """Whether it is TLS: the scheme or the option says so, or for clickhouse:// the port that TLS has."""
    if secure.lower() not in {"", "true", "false"}:
        raise InvalidAddress("its option secure is true or false")
    if secure.lower() == "false" and scheme == "https":
        raise InvalidAddress("its option secure says other than https://")
    if secure:
        return secure.lower() == "true"
    return scheme == "https" or (scheme == "clickhouse" and port in _TLS_PORTS)
