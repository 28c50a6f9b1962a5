"""An answer that cannot be finished does not look as if it were whole."""

import os
from signal import SIGKILL
from time import sleep

import httpx2
import pytest

from tests.running import Server
from tests.server.wire import reader


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
