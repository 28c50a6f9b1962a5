"""Numbers that no database has, in every path and in every member of every body."""

import json
from typing import Any

import pytest
from msgspec.structs import fields

from sensorium.dialects.dialect import Access
from tests.dialects.manage.test_tenants import ALTITUDE, OPERATIONS, body_of, ids
from tests.dialects.nilu.api import Provider

HUGE = (2**63, -(2**63) - 1, 10**300)
WITH_ID = [name for name, each in OPERATIONS.items() if "{" in each.path and each.access is not Access.PUBLIC]
WITH_BODY = {
    name: [each.encode_name for each in fields(operation.request)]
    for name, operation in OPERATIONS.items()
    if hasattr(operation.request, "__struct_fields__")
}


@pytest.mark.parametrize("name", WITH_ID)
def test_huge_id_in_a_path_is_none(owner: Provider, name: str):
    """As any other that is not there."""
    operation = OPERATIONS[name]
    for number in HUGE:
        path = operation.path.format(id=number, definition=number, version=number)
        answer = owner.client.request(operation.method, path, json=body_of(name, owner, owner))
        assert answer.status_code == 404, (number, answer.text)


@pytest.mark.parametrize("name", WITH_BODY)
def test_huge_number_in_a_body_is_no_fault_of_the_server(owner: Provider, other: Provider, name: str):
    """It is refused, or taken where it is no id."""
    operation = OPERATIONS[name]
    [number, *_] = ids(operation.path, owner)
    path = operation.path.format(id=number, definition=ALTITUDE)
    said: dict[str, Any] = body_of(name, owner, other) or {}
    headers = {"if-match": "*", "content-type": "application/json"}
    for member in WITH_BODY[name]:
        for huge in (*HUGE, [HUGE[0]]):
            body = json.dumps({**said, member: huge})
            answer = owner.client.request(operation.method, path, content=body, headers=headers)
            assert answer.status_code < 500, (member, huge, answer.text)
