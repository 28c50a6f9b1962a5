"""The addresses about providers and tokens."""

from typing import Any

from sensorium.dialects.dialect import Access as Who
from sensorium.dialects.dialect import Operation
from sensorium.dialects.nilu.access import Access
from sensorium.dialects.nilu.addresses import PREFIX
from sensorium.dialects.nilu.providers import shapes
from sensorium.dialects.nilu.providers.providers import Providers
from sensorium.dialects.services import Services

SCHEMAS = "Schema Configuration / Reconfiguration"
ANY_OBJECT = dict[str, Any]


# fmt: off
def operations(services: Services, access: Access) -> tuple[Operation, ...]:
    """Their operations."""
    providers, section = Providers(services, access), "Data Provider API Endpoints"
    path, tokens, changes = f"{PREFIX}/providers", (400, 401, 429, 500), (400, 401, 413, 415, 422, 500)
    return (
        Operation("POST", f"{path}/create", providers.create, Who.PUBLIC,
                  "Register a provider", section, shapes.NewProvider, shapes.CreatedProvider, 201, changes),
        Operation("POST", f"{path}/tokens/new", providers.new_token, Who.PASSWORD,
                  "A new token without end", section, None, shapes.CreatedToken, 201, tokens),
        Operation("POST", f"{path}/tokens/new/{{format}}", providers.new_token_of_age, Who.PASSWORD,
                  "A new token that ends, such as 10d", section, None, shapes.CreatedToken, 201, tokens),
        Operation("POST", f"{path}/tokens/revoke", providers.revoke_token, Who.PASSWORD,
                  "End a token", section, shapes.RevokedToken, shapes.ChangedProvider, 200,
                  (404, 429, *changes)),
        Operation("GET", path, providers.show_all, Who.PUBLIC,
                  "All providers", section, None, list[shapes.Provider], 200, (500,)),
        Operation("GET", f"{path}/{{id}}", providers.show, Who.PUBLIC,
                  "A provider", section, None, shapes.Provider, 200, (404, 500)),
    )
# fmt: on
