"""As many rows are asked for at once as a reader takes in a moment."""

import pytest

from sensorium.storage.observations import pace
from sensorium.storage.observations.pace import FEWEST, FIRST, MOST, Pace


def after(monkeypatch: pytest.MonkeyPatch, *seconds: float) -> int:
    """The rows at once after queries that took so long."""
    now = 0.0
    found = Pace()
    monkeypatch.setattr(pace, "monotonic", lambda: now)
    for each in seconds:
        with found.one_query():
            now += each
    return found.at_once


def test_a_quick_reader_is_soon_given_the_most(monkeypatch: pytest.MonkeyPatch):
    """Which is what one query may sort."""
    assert after(monkeypatch) == FIRST
    assert after(monkeypatch, 0.1, 0.1, 0.1) == MOST


def test_a_slow_reader_is_given_few(monkeypatch: pytest.MonkeyPatch):
    """Down to a piece that is taken at once, and more again when the reader is quicker."""
    assert after(monkeypatch, 20, 5) == FEWEST
    assert after(monkeypatch, 20, 5, 5) == FEWEST
    assert after(monkeypatch, 20, 1) == FIRST // 4
    assert after(monkeypatch, 20, 0.1) == FIRST
