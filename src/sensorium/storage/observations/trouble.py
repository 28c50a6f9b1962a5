"""Which errors of the engine are of the machine and not of what was asked or written."""

from clickhouse_connect.driver.exceptions import DataError, Error, OperationalError

# The disk, the memory or the server, never the rows: files, syncs, time-outs, limits, network, no space.
_OF_THE_MACHINE = {
    74,
    75,
    76,
    87,
    88,
    89,
    101,
    107,
    159,
    198,
    202,
    209,
    210,
    241,
    242,
    243,
    252,
    279,
    425,
    999,
    1001,
}
# Of a server besides: no such database, who we are to it, a quota, a query that somebody else ended.
_OF_A_SERVER = {81, 192, 193, 194, 201, 236, 394, 516, 735}
_TROUBLES = _OF_THE_MACHINE | _OF_A_SERVER


def is_trouble(error: Exception) -> bool:
    """Whether the engine, the disk or the way to them is at fault, and not what was asked or written."""
    if isinstance(error, OSError):
        return True
    if isinstance(error, OperationalError) and error.code is None:  # nothing came of a server, or half of it
        return True
    return isinstance(error, Error) and not isinstance(error, DataError) and error.code in _TROUBLES
