"""Readings: single values that come with what they are, instead of in a packet that a plan takes apart."""

from typing import NamedTuple


class Sent(NamedTuple):
    """A value as it was sent for a sensor definition; `number` is None for what is no number."""

    definition: int
    text: str
    number: float | None


class Reading(NamedTuple):
    """A value of a datastream: a number, or a text where `value` is None.

    `text` is how a number was written, None where that is its shortest form.
    """

    datastream: int
    value: float | None
    text: str | None = None


class Readings(NamedTuple):
    """What a packet of readings holds.

    `first` is the id of the first packet for its device and instant, 0 when that is the packet itself;
    `agent` is what has sent it, in its own words.
    """

    first: int
    agent: str
    readings: tuple[Reading, ...]
