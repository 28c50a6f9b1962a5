"""Where the moving sensors are: rounds through a town, with stops."""

from dataclasses import dataclass
from math import cos, hypot, radians

from sensorium.model.device import Position

METRES_PER_DEGREE = 111_320.0


@dataclass(frozen=True, slots=True)
class Moment:
    """Where something is on its round, and how fast (km/h)."""

    position: Position
    speed: float


@dataclass(frozen=True, slots=True)
class Route:
    """A closed round of stops. Every leg takes `leg` seconds, the last `stop` of them standing."""

    stops: tuple[Position, ...]
    leg: int
    stop: int

    def at(self, time: int) -> Moment:
        """Where it is at a time in seconds since 1970 UTC."""
        number, second = divmod(time, self.leg)
        begin = self.stops[number % len(self.stops)]
        end = self.stops[(number + 1) % len(self.stops)]
        driving = self.leg - self.stop
        part = min(1.0, second / driving)
        eased = part * part * (3 - 2 * part)
        speed = distance(begin, end) * 6 * part * (1 - part) / driving * 3.6
        return Moment(
            Position(
                round(begin.longitude + (end.longitude - begin.longitude) * eased, 6),
                round(begin.latitude + (end.latitude - begin.latitude) * eased, 6),
                round(begin.altitude + (end.altitude - begin.altitude) * eased, 1),
            ),
            round(speed, 1),
        )


def distance(begin: Position, end: Position) -> float:
    """Metres between two places that are near each other."""
    east = (end.longitude - begin.longitude) * cos(radians(begin.latitude))
    return hypot(east, end.latitude - begin.latitude) * METRES_PER_DEGREE


BUS = Route(
    (
        Position(10.7528, 59.9111, 4),
        Position(10.7340, 59.9133, 10),
        Position(10.7163, 59.9236, 38),
        Position(10.7290, 59.9293, 62),
        Position(10.7521, 59.9302, 60),
        Position(10.7745, 59.9272, 72),
        Position(10.7668, 59.9165, 20),
    ),
    leg=241,
    stop=40,
)
BIKE = Route(
    (
        Position(10.7390, 59.9075, 2),
        Position(10.7221, 59.9060, 3),
        Position(10.7032, 59.9105, 5),
        Position(10.7006, 59.9270, 30),
        Position(10.7196, 59.9330, 75),
        Position(10.7450, 59.9215, 25),
    ),
    leg=337,
    stop=30,
)
