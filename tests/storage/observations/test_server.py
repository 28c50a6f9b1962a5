"""A store on a server, where that is another thing than the embedded engine."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from sensorium.model.errors import Unavailable
from sensorium.storage.observations import select
from sensorium.storage.observations.clients import QueryRefused
from sensorium.storage.observations.connect import READING, WRITING, connect, reach_server
from sensorium.storage.observations.store import Store
from sensorium.storage.observations.tables import DURABLE
from tests.storage import clickhouse
from tests.storage.clickhouse import ClickHouse
from tests.storage.observations.shared import EVER, NOON, ROW, SECOND, new_device, rows_of, stream_of

ONE = b'{"n":1}\n'


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClickHouse]:
    with clickhouse.running(tmp_path_factory.mktemp("clickhouse")) as running:
        yield running


@pytest.fixture
def opened(server: ClickHouse) -> Iterator[Store]:
    store = Store.open(server.dsn())
    yield store
    store.close()


def one(store: Store) -> bytes:
    return b"".join(store.stream("SELECT 1 AS n FORMAT JSONEachRow", {}))


def lines(store: Store, stream: select.Datastream) -> int:
    query = select.rows([stream], ROW, 0, EVER)
    return b"".join(store.stream(query.sql, query.parameters)).count(b"\n")


def asked(server: ClickHouse, since: int = 0) -> list[dict[str, list[str]]]:
    """What was in the addresses of the requests."""
    requests = server.requests()[since:].splitlines()
    return [parse_qs(urlsplit(line.split()[2]).query) for line in requests if " /" in line]


def test_database_is_made_when_it_is_missing(server: ClickHouse):
    """A look at the server says that it will be, and makes nothing."""
    dsn = server.dsn("made-by_us")
    assert "is made at the first start" in reach_server(dsn)
    assert "is made at the first start" in reach_server(dsn)
    for _ in range(2):
        Store.open(dsn).close()
    assert reach_server(dsn).startswith("ClickHouse 2")
    assert "made" not in reach_server(dsn)


def test_server_that_is_too_old_is_refused(server: ClickHouse, monkeypatch: pytest.MonkeyPatch):
    """Both versions are named."""
    monkeypatch.setattr("sensorium.storage.observations.connect.LEAST", "99.1")
    with pytest.raises(Unavailable, match=r"ClickHouse 2\d\..* is too old: 99\.1 is the least version"):
        reach_server(server.dsn())


def test_wrong_password_is_told(server: ClickHouse):
    """With the server's own words, and without the password."""
    dsn = server.dsn(password="not-it")
    for reach in (reach_server, Store.open):
        with pytest.raises(Unavailable, match="Authentication failed") as refused:
            reach(dsn)
        assert "not-it" not in refused.value.why


def test_password_does_not_go_in_the_clear_where_tls_is_asked_for(server: ClickHouse):
    """An address with https at a port without TLS cannot be reached."""
    before = len(server.requests())
    with pytest.raises(Unavailable):
        reach_server(server.dsn().replace("clickhouse:", "https:"))
    assert "POST" not in server.requests()[before:]


def test_settings_are_those_of_the_query_alone(server: ClickHouse, opened: Store):
    """Each request carries its own, in no session: a server that others share stays as it is."""
    before = len(server.requests())
    stream = stream_of(new_device())
    opened.write(rows_of(stream, {NOON: 1.0}))
    assert one(opened) == ONE
    requests = asked(server, before)
    reads = [each for each in requests if each.get("readonly") == ["1"]]
    writes = [each for each in requests if "max_insert_threads" in each]
    assert reads
    assert writes
    for each, settings in [(reads[-1], READING), (writes[-1], WRITING)]:
        assert {name: [str(value)] for name, value in settings.items()}.items() <= each.items()
    assert not any("session_id" in each for each in asked(server))
    assert all(each["database"] == ["observed"] for each in reads[-1:] + writes)
    client = connect(server.dsn("default"), {})
    changed = client.query("SELECT name FROM system.settings WHERE changed AND name IN {of:Array(String)}",
                           parameters={"of": [*READING, *WRITING]})  # fmt: skip
    client.close()
    assert changed.result_rows == []


def test_tables_sync_whatever_the_server_does_otherwise(server: ClickHouse, opened: Store):
    """The settings that sync are those of our own tables."""
    client = connect(opened.dsn, READING)
    for table in ("observations", "packets", "origins", "probe"):
        answer = client.query(
            "SELECT engine_full FROM system.tables WHERE database = 'observed' AND name = {name:String}",
            parameters={"name": table},
        )
        assert all(f"{name} = {value}" in answer.result_rows[0][0] for name, value in DURABLE.items())
    client.close()


@pytest.mark.parametrize("packing", ["lz4", "zstd", "gzip"])
def test_rows_are_compressed_where_it_is_asked_for(server: ClickHouse, packing: str):
    """The same rows are stored."""
    store = Store.open(server.dsn(options=f"?compress={packing}"))
    stream = stream_of(new_device())
    before = len(server.requests())
    store.write(rows_of(stream, {NOON + at * SECOND: float(at) for at in range(1000)}))
    assert packing in {line.split()[-1] for line in server.requests()[before:].splitlines()}
    assert lines(store, stream) == 1000
    store.close()


def test_many_bound_values_go_in_the_body(opened: Store):
    """An address could not hold thousands of datastreams."""
    stream = stream_of(new_device())
    opened.write(rows_of(stream, {NOON: 1.0}))
    ids = f"[{','.join(map(str, [*range(20_000), stream.id]))}]"
    sql = "SELECT count() AS n FROM observations WHERE datastream IN {ids:Array(UInt32)} FORMAT JSONEachRow"
    assert b"".join(opened.stream(sql, {"ids": ids})) == ONE


def test_server_that_went_away_is_unavailable_and_is_found_again(server: ClickHouse, opened: Store):
    """For reads and writes, by clients that were connected and by new ones; what was stored is there."""
    stream = stream_of(new_device())
    opened.write(rows_of(stream, {NOON: 1.0}))
    assert one(opened) == ONE
    open_answer = opened.stream("SELECT number FROM numbers(100000000) FORMAT JSONEachRow", {})
    assert next(open_answer)
    server.kill()
    try:
        with pytest.raises(Unavailable):
            list(open_answer)
        for _ in range(3):
            with pytest.raises(Unavailable) as unread:
                one(opened)
            with pytest.raises(Unavailable) as unwritten:
                opened.write(rows_of(stream, {NOON + SECOND: 2.0}))
            for why in (unread.value.why, unwritten.value.why):
                assert "Connection refused" in why
                assert "max_threads" not in why
            with pytest.raises(Unavailable):
                opened.newest_packet()
        with pytest.raises(Unavailable):
            Store.open(opened.dsn)
    finally:
        server.start()
    opened.write(rows_of(stream, {NOON + SECOND: 2.0}))
    assert lines(opened, stream) == 2


def test_server_that_stands_still_is_unavailable_in_time(server: ClickHouse):
    """After as many seconds as the DSN says; afterwards it answers again."""
    store = Store.open(server.dsn(options="?send_receive_timeout=1"))
    assert one(store) == ONE
    with server.standing_still():
        with pytest.raises(Unavailable):
            one(store)
        with pytest.raises(Unavailable):
            store.write(rows_of(stream_of(new_device()), {NOON: 1.0}))
    assert one(store) == ONE
    store.close()


def test_refused_password_of_a_running_store_is_no_refusal_of_rows(server: ClickHouse, opened: Store):
    """Rows that cannot be stored for such a reason are kept for later, and reads say unavailable."""
    assert one(opened) == ONE
    right, clickhouse.PASSWORD = clickhouse.PASSWORD, "another"
    server.kill()
    server.start()
    try:
        with pytest.raises(Unavailable):
            one(opened)
        with pytest.raises(Unavailable):
            opened.write(rows_of(stream_of(new_device()), {NOON: 1.0}))
    finally:
        clickhouse.PASSWORD = right
        server.kill()
        server.start()
    assert one(opened) == ONE


def test_query_that_fails_in_the_middle_is_refused_or_unavailable(opened: Store):
    """As at the beginning of an answer; with the engine's number."""
    sql = "SELECT number, throwIf(number = 500000) AS t FROM numbers(1000000) FORMAT JSONEachRow"
    with pytest.raises(QueryRefused) as refused:
        list(opened.stream(sql, {}))
    assert refused.value.code == 395
