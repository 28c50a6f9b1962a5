"""How often a key may ask, and what a restart changes about it: nothing."""

from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest

from tests.dialects.cirrus.api import DENIED, TOO_MANY, get, instrument, refused
from tests.dialects.nilu.api import Provider, key_of, new_provider
from tests.running import Server, running, start, stopping

THREE = {"SENSORIUM_CIRRUS_REQUESTS": "3"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server where a key may ask three times a minute."""
    with running(tmp_path_factory.mktemp("rates") / "data", env=THREE) as started:
        yield started


@pytest.fixture(scope="module")
def owner(server: Server) -> Iterator[Provider]:
    """An account on it."""
    made = new_provider(server)
    with made.client:
        yield made


@pytest.mark.check("CI-028", "CI-035", "CI-036")
def test_key_over_its_rate_is_refused_with_the_time_to_wait(owner: Provider):
    """To the letter of the document; another key of the same account goes on."""
    first, second, serial = key_of(owner), key_of(owner), instrument(owner)
    assert [get(owner.client, first, serial).status_code for _ in range(3)] == [200] * 3
    response = get(owner.client, first, serial)
    assert refused(response) == (429, TOO_MANY)
    assert 55 <= int(response.headers["retry-after"]) <= 60
    assert response.content == (
        b'{"error":"TooManyRequests","description":"You have made too many requests in a short time.'
        b' Please wait before trying again."}'
    )
    assert get(owner.client, second, serial).status_code == 200


def test_refused_requests_count_and_rate_goes_before_scope(owner: Provider):
    """Who asks for what is not his is slowed down as well; the rate hides what is wrong else."""
    narrow = key_of(owner, "instruments:read")
    found = [refused(get(owner.client, narrow, "NONE")) for _ in range(4)]
    assert found == [(403, DENIED)] * 3 + [(429, TOO_MANY)]


def test_wrong_key_has_no_rate(owner: Provider):
    """It is refused as often as it comes, and fills no memory."""
    assert {get(owner.client, "0" * 32, "NONE").status_code for _ in range(5)} == {401}


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_restart_gives_nobody_more(tmp_path: Path, end: str):
    """After a stop the count goes on where it was; after kill -9 from what was kept a second ago."""
    data = tmp_path / "data"
    with stopping(start(data, env=THREE)) as server:
        owner = new_provider(server)
        begun = monotonic()
        with owner.client:
            serial, key = instrument(owner), key_of(owner)
            assert [get(owner.client, key, serial).status_code for _ in range(3)] == [200] * 3
        if end == "stop":
            server.stop()
        else:
            sleep(2)  # the counts are kept every second
            server.kill()
    with stopping(start(data, env=THREE)) as server, server.client() as client:
        response = get(client, key, serial)
        assert refused(response) == (429, TOO_MANY)
        waited = monotonic() - begun
        assert 60 - waited - 1 <= int(response.headers["retry-after"]) <= 60
