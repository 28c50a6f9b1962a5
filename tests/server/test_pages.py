"""The pages of the house."""

import re
from html import unescape
from pathlib import Path
from urllib.parse import urljoin

import httpx2

from tests.running import Server, free_port, running


def test_every_link_of_the_pages_leads_somewhere(server: Server):
    """From the first page on, as far as links go on this server."""
    seen: set[str] = set()
    waiting = [server.url + "/"]
    with server.client() as client:
        while waiting:
            address = waiting.pop().partition("#")[0]
            if address in seen or not address.startswith(server.url):
                continue
            seen.add(address)
            answer = client.get(address)
            assert answer.status_code == 200, address
            if answer.headers["content-type"].startswith("text/html"):
                links = re.findall(r'href="([^"]*)"', answer.text)
                waiting += [urljoin(address, unescape(link)) for link in links]
    assert {f"{server.url}{path}" for path in ("/", "/docs", "/openapi.json", "/metrics", "/readyz")} <= seen


def test_the_pages_run_nothing_and_load_nothing(server: Server):
    """No script, nothing from elsewhere, and headers that say so."""
    for path in ("/", "/docs"):
        answer = httpx2.get(server.url + path)
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "<script" not in answer.text
        assert re.findall(r'(?:src|href)="https?://(?!127\.0\.0\.1)', answer.text) == []


def test_the_documentation_has_every_operation(server: Server):
    """As the OpenAPI document has it."""
    docs = unescape(httpx2.get(f"{server.url}/docs").text)
    paths = httpx2.get(f"{server.url}/openapi.json").json()["paths"]
    assert len(paths) > 30
    for path, operations in paths.items():
        assert path in docs
        for operation in operations.values():
            assert operation["summary"] in docs


def test_an_address_that_is_not_there_is_not_found(server: Server):
    """In the dialect's words below its prefix, as plain text elsewhere."""
    assert httpx2.get(f"{server.url}/nothing").status_code == 404
    answer = httpx2.get(f"{server.url}/api/nothing")
    assert (answer.status_code, answer.json()["error-code"]) == (404, 1002)


def test_a_public_address_stands_in_all_links(tmp_path: Path):
    """Where clients reach the server is a setting; closed registration is told on the first page."""
    public = "https://air.example.org"
    env = {"SENSORIUM_PUBLIC_URL": f"{public}/", "SENSORIUM_OPEN_REGISTRATION": "false"}
    port = free_port()
    with running(tmp_path / "data", port=port, env=env) as server:
        assert server.url == public
        url = f"http://127.0.0.1:{port}"
        page = httpx2.get(f"{url}/").text
        assert f"curl -X POST {public}/api/sensors/configure" in page
        assert "Registration is closed here" in page
        assert httpx2.get(f"{url}/openapi.json").json()["servers"] == [{"url": public}]
        account = {"name": "x", "username": "x", "password": "a long password", "email": "x@example.org"}
        answer = httpx2.post(f"{url}/api/providers/create", json=account)
        assert (answer.status_code, answer.json()["error-code"]) == (401, 500)
