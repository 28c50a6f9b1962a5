"""The addresses about the catalogue."""

from typing import Any

from sensorium.dialects.dialect import Access as Who
from sensorium.dialects.dialect import Operation
from sensorium.dialects.nilu.addresses import PREFIX
from sensorium.dialects.nilu.catalogue import docpages, shapes
from sensorium.dialects.nilu.catalogue.catalogue import Catalogue
from sensorium.dialects.nilu.catalogue.docpages import show
from sensorium.dialects.services import Services

SCHEMAS = "Schema Configuration / Reconfiguration"
ANY_OBJECT = dict[str, Any]


# fmt: off
def operations(services: Services) -> tuple[Operation, ...]:
    """Their operations."""
    return (*_catalogue(Catalogue(services)), *PAGES)


def _catalogue(catalogue: Catalogue) -> tuple[Operation, ...]:
    refusals = (404, 500)
    return (
        Operation("GET", f"{PREFIX}/components", catalogue.components, Who.PUBLIC,
                  "All components", "Components", None, list[shapes.Component], 200, (500,)),
        Operation("GET", f"{PREFIX}/components/{{id}}", catalogue.component, Who.PUBLIC,
                  "A component", "Components", None, shapes.Component, 200, refusals),
        Operation("GET", f"{PREFIX}/units", catalogue.units, Who.PUBLIC,
                  "All units", "Units", None, list[shapes.Unit], 200, (500,)),
        Operation("GET", f"{PREFIX}/units/{{id}}", catalogue.unit, Who.PUBLIC,
                  "A unit", "Units", None, shapes.Unit, 200, refusals),
        Operation("GET", f"{PREFIX}/datalevels", catalogue.levels, Who.PUBLIC,
                  "All data levels", "Data Levels", None, list[shapes.Level], 200, (500,)),
        Operation("GET", f"{PREFIX}/datalevels/{{level}}", catalogue.level, Who.PUBLIC,
                  "A data level", "Data Levels", None, shapes.Level, 200, refusals),
        Operation("GET", f"{PREFIX}/timezones", catalogue.timezones, Who.PUBLIC,
                  "All time zones", "Timezones", None, list[shapes.Timezone], 200, (500,)),
        Operation("GET", f"{PREFIX}/srs", catalogue.systems, Who.PUBLIC,
                  "All spatial reference systems", "SRS", None, list[shapes.ReferenceSystem], 200, (500,)),
        Operation("GET", f"{PREFIX}/srs/{{srid}}", catalogue.system, Who.PUBLIC,
                  "A spatial reference system", "SRS", None, shapes.ReferenceSystem, 200, refusals),
    )


PAGES = (
    Operation("GET", f"{PREFIX}/doc", show(docpages.OVERVIEW), Who.PUBLIC,
              "This API in short", "Documentation"),
    Operation("GET", f"{PREFIX}/doc/converters", show(docpages.CONVERTERS), Who.PUBLIC,
              "What each converter does", "Documentation"),
    Operation("GET", f"{PREFIX}/doc/fieldmapping", show(docpages.FIELD_MAPPING), Who.PUBLIC,
              "What each field mapper does", "Documentation"),
)
# fmt: on
