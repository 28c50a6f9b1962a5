"""How the values of a datastream are corrected."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Correction:
    """The expression that makes the corrected value, and the data level of what it makes.

    The names in it are those of the components in the same packet, and `value` is the value itself.
    """

    expression: str
    level: int
