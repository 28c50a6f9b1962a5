"""What changes of the catalog are about, so that a change of one device makes nobody forget the others.

A subject is one number, since it is compared with each packet: whose it is, and of which kind.
"""

Subject = int
NOTHING: Subject = -1
"""Of a change of what nobody remembers."""

_KINDS = 4


def of_device(device: int) -> Subject:
    """A device: how its packets are read, checked, calibrated and corrected, and its sensors."""
    return _KINDS * device


def of_people(account: int) -> Subject:
    """Who uses an account: its users and tokens."""
    return _KINDS * account + 1


def of_holdings(account: int) -> Subject:
    """What an account has: its links, and what its devices may send."""
    return _KINDS * account + 2
