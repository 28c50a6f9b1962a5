"""The log against a model of it: any order of appends, keys, trims and restarts."""

import asyncio
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from sensorium.model.errors import KeyReused
from sensorium.storage.log import Appended, Key, Limits, Log, LogReader
from tests.storage.log.packets import numbers, packet, packets

DAY = 24 * 3600 * 1_000_000


class LogMachine(RuleBasedStateMachine):
    """The model: the packets by id, the id before the next, the time of the newest commit, and the keys."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "log.db"
        self.loop = asyncio.Runner()
        self.clock = 10 * DAY
        self.number = 0
        self.last = 0
        self.stored: dict[int, tuple[int, int]] = {}  # id -> number, time of receipt
        self.keys: dict[str, tuple[bytes, Appended, int]] = {}
        self.received = 0
        self.open(0)

    def open(self, after: int) -> None:
        self.log = Log.open(self.path, after=after, clock=lambda: self.clock, limits=Limits(journal=1 << 15))
        self.reader = LogReader(self.path)

    def close(self) -> None:
        self.loop.run(self.log.close())
        self.reader.close()

    def teardown(self) -> None:
        self.close()
        self.loop.close()
        self.folder.cleanup()

    def next_numbers(self, count: int) -> range:
        self.number += count
        return range(self.number - count, self.number)

    def remember(self, sent: range) -> None:
        """The model's append of one request, at the times that a commit of its own gives it."""
        first = max(self.clock, self.received + 1)
        for index, number in enumerate(sent):
            self.last += 1
            self.received = first + index
            self.stored[self.last] = (number, self.received)

    @rule(count=st.integers(1, 300), filler=st.sampled_from([0, 10, 2000]))
    def append(self, count: int, filler: int) -> None:
        sent = self.next_numbers(count)
        self.remember(sent)
        appended = self.loop.run(self.log.append(packets(sent, filler=filler)))
        assert appended == Appended(self.last, b"", repeated=False)

    @rule(count=st.integers(1, 600))
    def append_at_once(self, count: int) -> None:
        """Waiting together they share commits, so that only their order is told beforehand."""
        sent = self.next_numbers(count)

        async def scenario() -> list[Appended]:
            return await asyncio.gather(*(self.log.append([packet(number)]) for number in sent))

        positions = [each.position for each in self.loop.run(scenario())]
        assert positions == list(range(self.last + 1, self.last + count + 1))
        self.remember(sent)

    @rule(text=st.sampled_from("abc"), digest=st.sampled_from([b"1", b"2"]), count=st.integers(1, 3))
    def append_by_key(self, text: str, digest: bytes, count: int) -> None:
        sent = self.next_numbers(count)
        answer = b"answer %d" % sent[0]
        request = self.log.append(packets(sent), key=Key(1, 7, text, digest), answer=answer)
        now = max(self.clock, self.received + 1)
        earlier = self.keys.get(text)
        if earlier is None or earlier[2] < now - DAY:
            self.remember(sent)
            expected = Appended(self.last, answer, repeated=False)
            assert self.loop.run(request) == expected
            self.keys[text] = (digest, expected._replace(repeated=True), now)
            return
        if earlier[0] == digest:
            assert self.loop.run(request) == earlier[1]
        else:
            with pytest.raises(KeyReused):
                self.loop.run(request)

    @rule(step=st.sampled_from([-DAY, -1, 1, 1000, DAY // 2, 2 * DAY]))
    def time_passes(self, step: int) -> None:
        self.clock += step

    @rule(share=st.floats(0, 1), age=st.sampled_from([0, 1000, DAY]))
    def trim(self, share: float, age: int) -> None:
        """What is left of a commit stays whole, so the model learns here which packets stayed."""
        archived, before = int(self.last * share), self.received - age
        deleted = self.loop.run(self.log.trim(archived, before))
        left = [each.id for each in self.reader.read(0, rows=1 << 30, size=1 << 40)]
        gone = self.stored.keys() - set(left)
        assert len(gone) == deleted
        assert all(each <= archived and self.stored[each][1] < before for each in gone)
        assert not gone or max(gone) < min(left)
        for each in gone:
            del self.stored[each]

    @rule(ahead=st.sampled_from([0, 0, 5]))
    def restart(self, ahead: int) -> None:
        self.close()
        if ahead:
            self.last += ahead
        self.open(self.last)

    @invariant()
    def the_reader_sees_the_model(self) -> None:
        found = self.reader.read(0, rows=1 << 30, size=1 << 40)
        expected = [(key, number) for key, (number, _) in sorted(self.stored.items())]
        assert list(zip((each.id for each in found), numbers(found), strict=True)) == expected
        times = [each.received for each in found]
        assert times == sorted(set(times))
        assert self.reader.newest() == max(self.stored, default=0)


TestLog = LogMachine.TestCase
TestLog.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
