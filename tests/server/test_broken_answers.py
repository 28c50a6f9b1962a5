"""An answer that cannot be finished does not look as if it were whole."""

import os
from pathlib import Path
from signal import SIGKILL
from time import monotonic, sleep

import httpx2
import pytest

from tests.flow.sensors import register
from tests.running import Server, start
from tests.server.conftest import large_answer
from tests.server.wire import reader, wire


def test_an_answer_breaks_off_with_the_engine(hasty: Server, owner: httpx2.Client, large: str):
    """The connection ends before the answer does; it is counted, and no traceback is logged."""
    connection = reader(hasty, owner, large)
    with connection.socket:
        begin = connection.receive(10_000)
        assert begin.startswith(b"HTTP/1.1 200")
        engine = hasty.engine_pid()
        assert engine is not None
        os.kill(engine, SIGKILL)
        rest = connection.receive_all()
    assert not rest.endswith(b"0\r\n\r\n")
    assert b"error-code" not in rest
    sleep(0.2)
    assert 'sensorium_refusals_total{dialect="nilu",reason="BrokenOff"}' in owner.get("/metrics").text
    assert "Traceback" not in hasty.log()
    hasty.wait_for_engine()
    assert owner.get(large).status_code == 200


def test_a_server_that_is_told_to_stop_does_not_wait_for_slow_readers(tmp_path: Path):
    """Nor for one that has not sent all of its request: it ends within ten seconds, in good order."""
    server = start(tmp_path / "data")
    server.wait_for_engine()
    with register(server) as client, wire(server) as trickling:
        path = large_answer(client)
        readers = [reader(server, client, path) for _ in range(3)]
        assert all(each.receive(1000).startswith(b"HTTP/1.1 200") for each in readers)
        trickling.send(b"POST /api/providers/create HTTP/1.1\r\ncontent-length: 1000\r\n\r\n{")
        begun = monotonic()
        assert server.stop() == 0
        assert monotonic() - begun < 10
        for each in readers:
            each.socket.close()
    assert "Traceback" not in server.log()


def test_an_http_client_sees_that_an_answer_is_not_whole(hasty: Server, owner: httpx2.Client, large: str):
    """It raises instead of giving half of the rows."""
    with pytest.raises(httpx2.RemoteProtocolError), owner.stream("GET", large) as answer:
        for at, _ in enumerate(answer.iter_raw(1000)):
            if at == 0:
                engine = hasty.engine_pid()
                assert engine is not None
                os.kill(engine, SIGKILL)
            sleep(0.0005)
    hasty.wait_for_engine()
