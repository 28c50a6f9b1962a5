"""The figures for Prometheus."""

import httpx2
from prometheus_client.parser import text_string_to_metric_families

from tests.flow.sensors import describe, push, register
from tests.running import Server
from tests.server.wire import wire

Figures = dict[tuple[str, frozenset[tuple[str, str]]], float]


def _figures(server: Server) -> Figures:
    answer = httpx2.get(f"{server.url}/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def _of(figures: Figures, name: str, **labels: str) -> float:
    return figures.get((name, frozenset(labels.items())), 0)


def test_answers_are_counted_by_operation_and_status(server: Server):
    """And their times, in buckets that add up."""
    operation = "POST /api/sensors/{id}/inbound"
    before = _figures(server)
    with register(server) as client:
        sensor = describe(client)
        for packet in ({"v": 1}, {"v": 2}, {"v": "x"}):
            push(client, sensor, packet)
        push(client, 999_999, {"v": 1})
    after = _figures(server)

    def grown(name: str, **labels: str) -> float:
        return _of(after, name, **labels) - _of(before, name, **labels)

    total = "sensorium_answers_total"
    assert [grown(total, operation=operation, status=status) for status in ("200", "500", "404")] == [2, 1, 1]
    assert grown("sensorium_answer_seconds_count", operation=operation) == 4
    assert grown("sensorium_answer_seconds_bucket", operation=operation, le="+Inf") == 4
    assert 0 < grown("sensorium_answer_seconds_sum", operation=operation) < 4
    buckets = [
        value
        for (name, labels), value in after.items()
        if name == "sensorium_answer_seconds_bucket" and ("operation", operation) in labels
    ]
    assert buckets == sorted(buckets)


def test_refusals_are_counted_by_reason(server: Server):
    """Each under the name of what was wrong, also those of the packets of a batch."""
    before = _figures(server)
    with register(server) as client:
        sensor = describe(client)
        path = f"/api/sensors/{sensor}/inbound"
        lines = {"content-type": "application/x-ndjson"}
        assert client.post(path, content=b'{"v": 1}\nx\n{"v": "x"}', headers=lines).status_code == 200
        client.post(path, content=b"x")
        client.post("/api/sensors/999999/inbound", content=b"")
        client.put(path)
        client.get("/api/nothing")
        client.post(path, content=b"x", headers={"authorization": "Bearer x"})
    after = _figures(server)
    name = "sensorium_refusals_total"
    reasons = {
        dict(labels)["reason"]: value - _of(before, name, **dict(labels))
        for (found, labels), value in after.items()
        if found == name and value > _of(before, name, **dict(labels))
    }
    assert reasons == {"Malformed": 2, "InvalidPacket": 1, "NotFound": 2, "WrongMethod": 1, "Unauthorized": 1}


def test_what_reaches_no_api_is_counted_too(server: Server):
    """What is no HTTP, and addresses of nothing."""
    before = _figures(server)
    with wire(server) as connection:
        connection.send(b"no http at all\r\n\r\n")
        assert connection.receive_all().startswith(b"HTTP/1.1 400 ")
    assert httpx2.get(f"{server.url}/nothing").status_code == 404
    after = _figures(server)
    for name, labels in (
        ("sensorium_cut_connections_total", {"reason": "unreadable"}),
        ("sensorium_refusals_total", {"dialect": "house", "reason": "NotFound"}),
    ):
        assert _of(after, name, **labels) - _of(before, name, **labels) == 1


def test_the_state_of_log_and_engine_is_shown(server: Server):
    """Positions of log and worker meet when all is processed."""
    with register(server) as client:
        sensor = describe(client)
        assert push(client, sensor, {"v": 1}).status_code == 200
        assert client.get(f"/api/data/id/{sensor}/maxutc").status_code == 200
    figures = _figures(server)
    assert _of(figures, "sensorium_engine_up") == 1
    assert _of(figures, "sensorium_engine_starts_total") >= 1
    position = _of(figures, "sensorium_log_position")
    assert position > 0
    assert _of(figures, "sensorium_processed_position") == position
    assert ("sensorium_rejected_packets", frozenset()) in figures
    assert _of(figures, "process_resident_memory_bytes") > 1 << 20


def test_no_name_of_a_tenant_or_device_is_in_the_figures(server: Server):
    """The page is public: it tells how much, never whose."""
    with register(server) as client:
        sensor = describe(client, name="a very private name", public=False)
        push(client, sensor, {"v": 1})
        figures = client.get("/metrics").text
    assert "a very private name" not in figures
    assert f"/sensors/{sensor}/" not in figures
