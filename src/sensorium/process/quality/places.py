"""Windows whose values are not of one place."""

import numpy as np

from sensorium.process.quality.block import Axes, Floats, Integers, Truths
from sensorium.process.quality.windows import Field, ends_of, median_of, reach_of

_EARTH = 6_371_000.0  # metres


def varies(
    field: Field, at: Integers, around: tuple[int, int], longest: int, radius: float, axes: Axes
) -> Truths:
    """In which windows the place varies, by more than `radius` metres."""
    low, high = ends_of(field, at, around)
    found = np.zeros(len(at), np.bool_)
    moves = np.flatnonzero(field.moved[high + 1] > field.moved[low + 1])
    if len(moves):
        found[moves] = _vary(field, at[moves], around, longest, radius, axes)
    return found


def _vary(
    field: Field, at: Integers, around: tuple[int, int], longest: int, radius: float, axes: Axes
) -> Truths:
    """Whether a place of the window is unknown, or further than `radius` metres from its median place."""
    block = field.block
    places, inside = reach_of(block, at, around, longest)
    longitude, latitude = block.longitude[places] * axes.unit, block.latitude[places] * axes.unit
    if not axes.is_plane:  # on the same side of the 180th meridian as the sample
        longitude -= 360 * np.rint((longitude - block.longitude[at][:, None] * axes.unit) / 360)
    known = inside & np.isfinite(longitude) & np.isfinite(latitude)
    count = known.sum(axis=1)
    east = median_of(np.where(known, longitude, np.nan), count)[:, None]
    north = median_of(np.where(known, latitude, np.nan), count)[:, None]
    with np.errstate(invalid="ignore"):
        if axes.is_plane:
            metres = np.hypot(longitude - east, latitude - north)
        else:
            metres = _distance(longitude, latitude, east, north)
        return np.asarray(((metres > radius) & known).any(axis=1) | (inside & ~known).any(axis=1))


def _distance(longitude: Floats, latitude: Floats, east: Floats, north: Floats) -> Floats:
    """The great circle distance between places, in metres (haversine)."""
    one, other = np.radians(latitude), np.radians(north)
    half = (
        np.sin((one - other) / 2) ** 2
        + np.cos(one) * np.cos(other) * np.sin(np.radians(longitude - east) / 2) ** 2
    )
    return 2 * _EARTH * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
