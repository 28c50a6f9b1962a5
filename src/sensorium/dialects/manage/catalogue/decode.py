"""Bodies about units and components, read into the words of the platform; pure."""

from sensorium.dialects.manage.decode import Body, refuse_others, required_text, text_of, whole_of
from sensorium.model.catalogue import Aggregation
from sensorium.model.errors import Malformed


def new_unit(body: Body) -> str:
    """The name of a unit. Raises Malformed and Missing."""
    refuse_others(body, {"name"})
    return required_text(body, "name")


def new_component(body: Body) -> tuple[str, str | None, int | None, Aggregation]:
    """Name, description, the id of the unit of the tests, aggregation. Raises Malformed and Missing."""
    refuse_others(body, {"name", "description", "qc_unit", "aggregation"})
    unit = whole_of(body, "qc_unit", "the id of a unit")
    return required_text(body, "name"), text_of(body, "description"), unit, _aggregation(body)


def _aggregation(body: Body) -> Aggregation:
    word = text_of(body, "aggregation")
    try:
        return Aggregation.ARITHMETIC if word is None else Aggregation(word)
    except ValueError:
        raise Malformed(f"It must be one of {', '.join(Aggregation)}.", "aggregation") from None
