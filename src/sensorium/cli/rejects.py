"""What was rejected of a file, told by reason: the same fault in a thousand lines is one line to read."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from sensorium.cli.records import Rejected

MOST_REASONS = 20
MOST_SPANS = 5


@dataclass(slots=True)
class _Reason:
    """How many have it, and the first spans of numbers, both ends included."""

    count: int = 0
    spans: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    spanned: int = 0

    def add(self, number: int) -> None:
        self.count += 1
        if self.spans and self.spans[-1][1] == number - 1 and self.spanned == self.count - 1:
            self.spans[-1] = self.spans[-1][0], number
            self.spanned += 1
        elif len(self.spans) < MOST_SPANS:
            self.spans.append((number, number))
            self.spanned += 1

    def numbers(self) -> str:
        """Such as `3, 7 to 9 and 12 more`."""
        told = [f"{first} to {last}" if last > first else f"{first}" for first, last in self.spans]
        more = self.count - self.spanned
        return ", ".join(told) + (f" and {more} more" if more else "")


@dataclass(slots=True)
class Rejects:
    """Those that were not taken, counted, with the first reasons and where each was met."""

    count: int = 0
    _reasons: dict[str, _Reason] = field(default_factory=dict[str, _Reason])
    _others: int = 0

    def add(self, rejected: Rejected) -> None:
        """Count one."""
        self.count += 1
        if rejected.why in self._reasons or len(self._reasons) < MOST_REASONS:
            self._reasons.setdefault(rejected.why, _Reason()).add(rejected.number)
        else:
            self._others += 1

    def lines(self) -> Iterator[str]:
        """A line for each reason, by the number where it was met first, and how many have yet another."""
        for why, reason in sorted(self._reasons.items(), key=lambda each: each[1].spans[0]):
            yield f"{reason.numbers()}: {why}"
        if self._others:
            yield f"and {self._others} more"
