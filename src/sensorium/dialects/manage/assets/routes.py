"""The addresses about assets, links and sensor definitions."""

from sensorium.dialects.dialect import Access as Who
from sensorium.dialects.dialect import Operation
from sensorium.dialects.manage.access import Access
from sensorium.dialects.manage.addresses import DEVICE, PAGED, PREFIX
from sensorium.dialects.manage.assets import shapes
from sensorium.dialects.manage.assets.assets import Assets
from sensorium.dialects.manage.assets.definitions import Definitions
from sensorium.dialects.services import Services


# fmt: off
def operations(services: Services, access: Access) -> tuple[Operation, ...]:
    """Their operations."""
    return (
        *_assets(Assets(services, access)),
        *_definitions(Definitions(services, access)),
    )


def _assets(assets: Assets) -> tuple[Operation, ...]:
    section, asset, link = "Assets", shapes.ManagedAsset, shapes.ManagedLink
    refusals, body, page = (401, 403, 404, 503), (400, 409, 413, 415, 422), (400, 401, 403, 503)
    return (
        Operation("GET", f"{PREFIX}/assets", assets.show_all, Who.ACCOUNT,
                  "The assets of the account", section, None, shapes.Assets, 200, page, PAGED),
        Operation("POST", f"{PREFIX}/assets", assets.add, Who.ACCOUNT,
                  "Add an asset", section, shapes.AssetBody, asset, 201, (401, 403, 503, *body)),
        Operation("GET", f"{PREFIX}/assets/{{id}}", assets.show, Who.OWNER,
                  "An asset", section, None, asset, 200, refusals),
        Operation("PUT", f"{PREFIX}/assets/{{id}}", assets.rename, Who.OWNER,
                  "Rename an asset", section, shapes.AssetBody, asset, 200,
                  (412, 428, *body, *refusals)),
        Operation("DELETE", f"{PREFIX}/assets/{{id}}", assets.delete, Who.OWNER,
                  "Delete an asset that no device is fixed to", section, None, None, 204,
                  (409, 412, *refusals)),
        Operation("GET", f"{PREFIX}/links", assets.show_links, Who.ACCOUNT,
                  "Which devices are or were fixed to which assets", section, None, shapes.Links, 200,
                  page, PAGED),
        Operation("POST", f"{PREFIX}/links", assets.link, Who.ACCOUNT,
                  "Fix a device to an asset", section, shapes.NewLinkBody, link, 201,
                  (*body, *refusals)),
        Operation("GET", f"{PREFIX}/links/{{id}}", assets.show_link, Who.OWNER,
                  "A link", section, None, link, 200, refusals),
        Operation("PATCH", f"{PREFIX}/links/{{id}}", assets.change_link, Who.OWNER,
                  "Say when a link begins or ends, and what for it is", section, shapes.LinkBody, link,
                  200, (412, 428, *body, *refusals)),
        Operation("DELETE", f"{PREFIX}/links/{{id}}", assets.delete_link, Who.OWNER,
                  "Take away a link that was a mistake", section, None, None, 204, (412, *refusals)),
    )


def _definitions(definitions: Definitions) -> tuple[Operation, ...]:
    section, path, shown = "Sensor definitions", f"{PREFIX}/definitions", shapes.ManagedDefinition
    refusals, body = (401, 403, 404, 503), (400, 409, 413, 415, 422)
    of_device = f"{DEVICE}/definitions"
    return (
        Operation("GET", path, definitions.show_all, Who.ACCOUNT,
                  "The sensor definitions of the account, and what is shipped", section, None,
                  shapes.Definitions, 200, (400, 401, 403, 503), PAGED),
        Operation("POST", path, definitions.add, Who.ACCOUNT,
                  "Add a sensor definition", section, shapes.DefinitionBody, shown, 201,
                  (401, 403, 503, *body)),
        Operation("GET", f"{path}/{{id}}", definitions.show, Who.OWNER,
                  "A sensor definition", section, None, shown, 200, refusals),
        Operation("PUT", f"{path}/{{id}}", definitions.change, Who.OWNER,
                  "Say anew what a sensor definition is", section, shapes.DefinitionBody, shown, 200,
                  (412, 428, *body, *refusals)),
        Operation("GET", of_device, definitions.of_device, Who.OWNER,
                  "Which definitions a device may send values of", section, None, shapes.Provisions,
                  200, refusals),
        Operation("POST", of_device, definitions.provision, Who.OWNER,
                  "Let a device send values of a definition", section, shapes.ProvisionBody,
                  shapes.ManagedProvision, 201, (*body, *refusals)),
        Operation("DELETE", f"{of_device}/{{definition}}", definitions.withdraw, Who.OWNER,
                  "Let it send them no more", section, None, None, 204, refusals),
    )
# fmt: on
