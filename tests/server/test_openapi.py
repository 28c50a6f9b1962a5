"""The OpenAPI document is true: requests made from it get the answers that it promises."""

import os
import subprocess
import sys
from base64 import b64encode
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.flow.sensors import PASSWORD, push
from tests.running import Server

# What a document cannot say of a body is refused although it fits; documented_failure looks at 5xx.
# The data of a sensor that is deleted stay readable by its id (NI-180).
LEFT_OUT = "not_a_server_error,positive_data_acceptance,use_after_free"
# Navixy's code for a wrong method has the HTTP status 400 (NX-021). SensorData's errors come with 200 (D18).
CONFIGURATION = """
[[operations]]
include-path-regex = "^/v2/"
checks.unsupported_method.enabled = false

[[operations]]
include-path-regex = "/inbound$"
# which door it is, is looked at before the body
checks.negative_data_rejection.expected-statuses = [300, 400, 401, 403, 404, 409, 413, 415, 422, 429, "5xx"]

[[operations]]
include-path-regex = "^/v1/(SensorData|Login)"
checks.ignored_auth.enabled = false
checks.missing_required_header.enabled = false
checks.negative_data_rejection.enabled = false
"""


def _explore(server: Server, folder: Path, sensor: int, credential: str, *options: str) -> None:
    """Run schemathesis on the document; fail with what it found."""
    command = [str(Path(sys.executable).with_name("schemathesis")), "run", f"{server.url}/openapi.json"]
    (folder / "schemathesis.toml").write_text(CONFIGURATION)
    limits = ["--exclude-checks", LEFT_OUT, "--no-color", "--max-response-time", "5"]
    done = subprocess.run(
        [*command, "-H", f"Authorization: {credential}", *limits, *options],
        cwd=folder,
        env={
            **os.environ,
            "SCHEMATHESIS_HOOKS": "tests.server.schemathesis_hooks",
            "SENSORIUM_TEST_SENSOR": str(sensor),
            "PYTHONPATH": str(Path(__file__).parents[2]),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]


def _explore_all(
    server: Server, client: httpx2.Client, folder: Path, sensor: int, examples: int, *options: str
) -> None:
    assert push(client, sensor, {"v": 1}).status_code == 200
    assert client.get("/api/srs").status_code == 200  # the first time takes some seconds
    _explore(server, folder, sensor, client.headers["authorization"], "-n", str(examples), *options)
    name = client.get("/api/providers").json()[0]["name"]
    basic = b64encode(f"{name}:{PASSWORD}".encode()).decode()
    some = ["--include-path-regex", "/tokens/", "-n", str(max(examples // 3, 1)), *options]
    _explore(server, folder, sensor, f"Basic {basic}", *some)
    assert "Traceback" not in server.log()


@pytest.mark.timeout(300)
def test_the_document_is_true(server: Server, client: httpx2.Client, sensor: int, tmp_path: Path):
    """Every operation, with bodies and paths that fit and that do not fit, the same in each run."""
    _explore_all(server, client, tmp_path, sensor, 6, "--seed", "1")


@pytest.mark.soak
def test_the_document_is_true_for_long(server: Server, client: httpx2.Client, sensor: int, tmp_path: Path):
    """The same with many more examples, other ones in each run."""
    _explore_all(server, client, tmp_path, sensor, 500)


def test_the_document_has_every_status_of_a_refusal_with_its_form(server: Server):
    """Errors have the standard format in it; a member that may be left out is not required."""
    document = httpx2.get(f"{server.url}/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    responses = document["paths"]["/api/sensors/{id}/inbound"]["post"]["responses"]
    assert list(responses) == ["200", "400", "401", "404", "409", "413", "415", "500"]
    for status, response in responses.items():
        name = "Pushed" if status == "200" else "Failure"
        schema = response["content"]["application/json"]["schema"]
        assert schema == {"$ref": f"#/components/schemas/{name}"}
    schemas = document["components"]["schemas"]
    assert set(schemas["Pushed"]["required"]) == {"atom", "message", "http-status-code"}
    assert "public" not in schemas["Sensor"]["required"]


METHODS_WITH_BODY = {"post", "put", "patch"}
WITHOUT_BODY = {
    "/api/providers/tokens/new",
    "/api/providers/tokens/new/{format}",
    "/api/sensors/{id}/disable",
    "/v2/api/key/list",
    "/v2/tracker/list_models",
    "/v2/user/get_info",
    "/v2/user/logout",
    "/v2/user/session/renew",
}
"""What changes or, in Navixy's API, reads something by POST with no more than the credential."""
TEXTS_IN_PATHS = {"format", "fromUtc", "name", "period", "toUtc"}


def _operations(document: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(way, path): each for path, ways in document["paths"].items() for way, each in ways.items()}


def test_every_body_is_described_with_its_media_types(server: Server):
    """JSON nearly everywhere; forms, files, XML and lines where they are taken."""
    described = _operations(httpx2.get(f"{server.url}/openapi.json").json())
    taken = {
        path: set(each["requestBody"]["content"])
        for (_, path), each in described.items()
        if "requestBody" in each
    }
    with_body = {path for way, path in described if way in METHODS_WITH_BODY}
    assert with_body - taken.keys() == WITHOUT_BODY
    json, form = "application/json", "application/x-www-form-urlencoded"
    packets = {json, "application/x-ndjson", "application/xml"}
    assert taken.pop("/api/sensors/{id}/inbound") == packets
    assert taken.pop("/api/sensors/{id}/{longitude}/{latitude}/{altitude}/inbound") == packets
    assert taken.pop("/v2/tracker/sensor/calibration_data/upload_omnicomm") == {"multipart/form-data"}
    assert taken.pop("/v1/Login") == {form}
    for path, media in taken.items():
        assert media == ({json, form} if path.startswith("/v2/") else {json}), path


def test_the_document_tells_how_packets_are_pushed(server: Server):
    """One or an array of them, the key, and what the headers of an answer say."""
    document = httpx2.get(f"{server.url}/openapi.json").json()
    described = _operations(document)
    fixed = described["post", "/api/sensors/{id}/inbound"]
    moving = described["post", "/api/sensors/{id}/{longitude}/{latitude}/{altitude}/inbound"]
    schema = fixed["requestBody"]["content"]["application/json"]["schema"]
    assert {each["type"] for each in schema["anyOf"]} == {"object", "array"}
    assert "Idempotency-Key" in {each["name"] for each in fixed["parameters"] if each["in"] == "header"}
    assert "endpoint" in fixed["responses"]["400"]["headers"]
    assert "endpoint" in moving["responses"]["300"]["headers"]
    assert "Retry-After" in fixed["responses"]["500"]["headers"]
    upload = document["components"]["schemas"]["CurveUpload"]
    assert set(upload["required"]) == {"tracker_id", "sensor_id", "file"}


def test_numbers_in_paths_are_numbers(server: Server):
    """And every other part of a path is known to be a text."""
    for (_, path), each in _operations(httpx2.get(f"{server.url}/openapi.json").json()).items():
        for parameter in each["parameters"]:
            if parameter["in"] == "path":
                is_text = parameter["schema"]["type"] == "string"
                assert is_text == (parameter["name"] in TEXTS_IN_PATHS), (path, parameter)


def test_too_many_tries_are_described_where_passwords_are_taken(server: Server):
    """With when to try again."""
    described = _operations(httpx2.get(f"{server.url}/openapi.json").json())
    by_password = [each for each in described.values() if {"password": []} in each["security"]]
    assert len(by_password) == 4
    assert all("Retry-After" in each["responses"]["429"]["headers"] for each in by_password)


def test_changes_of_a_version_are_described_with_the_headers_that_name_it(server: Server):
    """Wherever another version than the one that is meant is refused."""
    for name, each in _operations(httpx2.get(f"{server.url}/openapi.json").json()).items():
        if name[1].startswith("/manage/"):
            takes = {parameter["name"] for parameter in each["parameters"] if parameter["in"] == "header"}
            is_change = bool({"412", "428"} & each["responses"].keys())
            assert ({"If-Match", "If-None-Match"} <= takes) == is_change, name
            assert ("If-Match" in takes) == ("If-None-Match" in takes), name
