"""What the engine process answers on its socket."""

from collections.abc import Iterator
from time import monotonic, sleep

import pytest

from sensorium.model.job import JobKind, JobState, NewJob
from sensorium.storage.catalog.jobs import add_job, find_job
from tests.process.engine import Served, served
from tests.process.scene import NOON, SECOND, sensor

ONE = "SELECT 1 AS n FORMAT JSONEachRow"
COUNT = """
    SELECT count() AS n, uniqExact(packet) AS packets FROM observations FINAL
    WHERE device = {device:UInt32} FORMAT JSONEachRow
"""


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One engine process for the tests of this file; each has its own devices."""
    with served(tmp_path_factory.mktemp("engine")) as process:
        yield process


def count(process: Served, device: int, position: int) -> str:
    return process.ask(COUNT, position, device=str(device)).raise_for_status().text


def test_what_was_acknowledged_before_a_read_is_seen_by_it(process: Served):
    """A query that carries a position is answered from a store that has it."""
    device = sensor(2, catalog=process.catalog)
    for number in range(1, 6):
        position = process.append([device.packet(float(number), 1.0, time=NOON + number)])
        assert count(process, device.id, position) == f'{{"n":{2 * number},"packets":{number}}}\n'


def test_a_query_may_have_many_bound_values(process: Served):
    """More than an address can hold: the datastreams of a large account, the ids of a large request."""
    numbers = f"[{','.join(map(str, range(100_000)))}]"
    sql = "SELECT length({numbers:Array(UInt32)}) AS n FORMAT JSONEachRow"
    assert process.ask(sql, numbers=numbers).text == '{"n":100000}\n'


def test_a_position_that_is_not_reached_is_refused_after_two_seconds(process: Served):
    """Waiting ends with 503 and Retry-After, for a query and for a wait alone."""
    begun = monotonic()
    answers = [process.ask(ONE, 999999999), process.get("/wait?position=999999999")]
    assert [answer.status_code for answer in answers] == [503, 503]
    assert [answer.headers["retry-after"] for answer in answers] == ["1", "1"]
    assert 3.9 < monotonic() - begun < 10


def test_the_process_says_how_far_it_is(process: Served):
    """Offset, newest packet of the archive and resident memory, in bytes."""
    device = sensor(1, catalog=process.catalog)
    last = process.append([device.packet(float(number), time=NOON + number) for number in range(7)])
    assert process.get(f"/wait?position={last}").is_success
    state = process.get("/ready").json()
    assert (state["offset"], state["packet"]) == (last, last)
    assert 50 << 20 < state["rss"] < 500 << 20


@pytest.mark.parametrize("sql", ["INSERT INTO observations (device) VALUES (1)", "SELECT 1 FROM nowhere"])
def test_a_query_without_an_answer_is_refused(process: Served, sql: str):
    """Text that would change something, or cannot be read, is answered with 500, as ClickHouse does."""
    answer = process.ask(sql)
    assert answer.status_code == 500
    assert int(answer.headers["x-clickhouse-exception-code"]) >= 0
    assert process.ask(ONE).text == '{"n":1}\n'


def test_jobs_are_done_beside_new_packets(process: Served):
    """The engine process takes a job out of the catalog, and ingest goes on."""
    device = sensor(1, catalog=process.catalog)
    process.put([device.packet(float(number), time=NOON + number) for number in range(10)])
    wanted = NewJob(None, JobKind.REPLAY, device.id)
    number = add_job(process.catalog, wanted, now=NOON * SECOND)
    last = process.append([device.packet(1.0, time=NOON + 99)])
    assert count(process, device.id, last) == '{"n":11,"packets":11}\n'
    until = monotonic() + 20
    while (job := find_job(process.catalog, number)) is None or job.state is not JobState.DONE:
        assert monotonic() < until, job
        sleep(0.05)
    assert 10 <= job.progress.processed <= 11  # with the new one, when that was quicker
    assert job.progress.total == job.progress.processed
    assert count(process, device.id, last) == '{"n":11,"packets":11}\n'
