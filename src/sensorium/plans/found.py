"""What was found in a packet: which values count as missing, and how a value is named in an error."""

from math import isfinite, isnan
from typing import Any

LONGEST_SHOWN = 60


def is_missing(value: Any) -> bool:
    """Whether a value stands for "not measured": null, a bare NaN, or the text "NaN" (NI-198, facts N22)."""
    return value is None or value == "NaN" or (type(value) is float and isnan(value))


def describe(value: Any) -> str:
    """A short name for any value of a packet, for people; it never fails and is never long."""
    if isinstance(value, str):
        shown = value if len(value) <= LONGEST_SHOWN else value[:LONGEST_SHOWN] + "…"
        return f'"{shown}"' if shown.isprintable() else ascii(shown)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if value.bit_length() <= 64 else "an integer beyond 64 bits"
    if isinstance(value, float):
        return repr(value) if isfinite(value) else f"a number that is not finite ({value})"
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "an array"
    return {None: "null", True: "true", False: "false"}.get(value, type(value).__name__)
