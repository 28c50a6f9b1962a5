"""Inserts of SensorData and kills: what was acknowledged is there once, under the id that was answered."""

import os
import random
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Thread
from time import sleep
from typing import Any

import httpx2

from tests.dialects.sensordata.api import Customer, Place, new_customer
from tests.running import Server, ask_once, free_port, running, start, stopping

KEPT = ("NO_ERROR", "NO_UNIQUE_SENSOR_DATA")


def insert(
    client: httpx2.Client, place: Place, second: int, pairs: list[tuple[int, int]]
) -> dict[str, Any] | None:
    """What an insert is answered with, None when the server is away or will not take it."""
    data = [{"sd_id": number, "value": value} for number, value in pairs]
    moment = f"2021-01-01 {second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
    body = {
        "action": "insert",
        "user_agent": "x",
        "timestamp": moment,
        "sensor_data": data,
        **place.by_device,
    }
    try:
        answer = client.post("/v1/SensorData/", json=body)
    except httpx2.TransportError:
        return None
    found = answer.json() if answer.status_code == 200 else {}
    return found if found.get("error") in KEPT else None


def write(
    url: str, token: str, place: Place, definitions: list[int], stop: Event, acknowledged: dict[int, str]
) -> None:
    """Insert two values a second, then the same second again with a third; ids by acknowledged second."""
    second = 0
    with httpx2.Client(base_url=url, headers={"token": token}, timeout=5, verify=False) as client:
        while not stop.is_set():
            second += 1
            for count in (2, 3):
                pairs = [(number, second) for number in definitions[:count]]
                found = insert(client, place, second, pairs)
                if found is None:
                    break
                if "data_id" in found:
                    known = acknowledged.setdefault(second, found["data_id"])
                    assert known == found["data_id"]


def test_inserts_outlive_a_kill_and_are_stored_once(tmp_path: Path):
    """Also those that came twice, of which only what was new is added, before and after the kill."""
    port, data = free_port(), tmp_path / "data"
    server: Server = start(data, port=port)
    with new_customer(server) as customer:
        definitions = [customer.definition() for _ in range(3)]
        places = [customer.place(*definitions) for _ in range(4)]
        stop, found = Event(), [dict[int, str]() for _ in places]
        known = server.url, customer.token
        writers = [
            Thread(target=write, args=(*known, place, definitions, stop, each))
            for place, each in zip(places, found, strict=True)
        ]
        for writer in writers:
            writer.start()
        while min(map(len, found)) <= 10:
            sleep(0.01)
        stop.wait(random.uniform(0, 1))
        server.kill()
        server = start(data, port=port)
        stop.wait(0.5)
        stop.set()
        for writer in writers:
            writer.join()
        with stopping(server):
            server.wait_for_engine()
            for place, acknowledged in zip(places, found, strict=True):
                _check(customer, place, definitions, acknowledged)
    assert "Traceback" not in server.log()


def _check(customer: Customer, place: Place, definitions: list[int], acknowledged: dict[int, str]) -> None:
    again = [insert(customer.client, place, second, [(definitions[0], 999)]) for second in acknowledged]
    assert {each and each["error"] for each in again} == {"NO_UNIQUE_SENSOR_DATA"}
    rows = customer.select(device_id=place.device, limit=10**9)
    keys = [(row["data_datetime"], row["sd_id"]) for row in rows]
    assert len(set(keys)) == len(keys)
    ids = {int(row["sensor_value"]): str(row["data_id"]) for row in rows}
    assert acknowledged.items() <= ids.items()
    assert len(acknowledged) > 10


def test_instant_is_known_while_the_engine_stands_still(tmp_path: Path):
    """Nothing is processed: yet one of many inserts stores each value, all under the id of the first."""
    with running(tmp_path / "data") as server, new_customer(server) as customer:
        server.wait_for_engine()
        one, two, three = definitions = [customer.definition() for _ in range(3)]
        place = customer.place(*definitions)
        engine = server.engine_pid()
        assert engine is not None
        os.kill(engine, signal.SIGSTOP)
        try:
            first = insert(customer.client, place, 1, [(one, 10)])
            assert first is not None
            with ThreadPoolExecutor(8) as pool:
                pairs = [[(one, 99), (two, 20 + n)] for n in range(16)]
                found = list(pool.map(lambda each: insert(customer.client, place, 1, each), pairs))
            again = insert(customer.client, place, 1, [(two, 99), (one, 99)])
            last = insert(customer.client, place, 1, [(two, 99), (three, 30)])
            unread = ask_once(customer.client, "/v1/SensorData/")
        finally:
            os.kill(engine, signal.SIGCONT)
        (stored,) = [each for each in found if each is not None and each["error"] == "NO_ERROR"]
        assert (stored["sd_id"], stored["data_id"]) == (str(two), first["data_id"])
        assert again == {"error": "NO_UNIQUE_SENSOR_DATA"}
        assert last is not None
        assert (last["sd_id"], last["data_id"]) == (str(three), first["data_id"])
        assert (unread.status_code, unread.json()) == (503, {"error": "SERVICE_UNAVAILABLE"})
        assert int(unread.headers["retry-after"]) > 0
        rows = customer.select(data_id=first["data_id"])
        values = [(row["sd_id"], row["sensor_value"]) for row in rows]
        assert values == [(one, "10"), (two, stored["sensor_value"]), (three, "30")]
