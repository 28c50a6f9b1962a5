"""The addresses about units and components."""

from sensorium.dialects.dialect import Access as Who
from sensorium.dialects.dialect import Operation
from sensorium.dialects.manage.access import Access
from sensorium.dialects.manage.addresses import COMPONENT, PREFIX
from sensorium.dialects.manage.catalogue import shapes
from sensorium.dialects.manage.catalogue.catalogue import Catalogue
from sensorium.dialects.manage.shapes import Named
from sensorium.dialects.services import Services


# fmt: off
def operations(services: Services, access: Access) -> tuple[Operation, ...]:
    """Their operations."""
    return (
        *_catalogue(Catalogue(services, access)),
    )


def _catalogue(catalogue: Catalogue) -> tuple[Operation, ...]:
    section, refusals = "Catalogue", (400, 401, 409, 413, 415, 422, 503)
    return (
        Operation("POST", f"{PREFIX}/components", catalogue.add_component, Who.ACCOUNT,
                  "Add a component for everyone", section, shapes.NewComponentBody,
                  shapes.ManagedComponent, 201, refusals),
        Operation("GET", COMPONENT, catalogue.component, Who.PUBLIC,
                  "A component", section, None, shapes.ManagedComponent, 200, (404, 503)),
        Operation("POST", f"{PREFIX}/units", catalogue.add_unit, Who.ACCOUNT,
                  "Add a unit for everyone", section, shapes.NewUnitBody, Named, 201, refusals),
        Operation("GET", f"{PREFIX}/units/{{id}}", catalogue.unit, Who.PUBLIC,
                  "A unit", section, None, Named, 200, (404, 503)),
    )
# fmt: on
