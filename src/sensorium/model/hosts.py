"""Hosts by their names or addresses."""

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """Whether it is this machine, as nobody else can reach it."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
