"""Bodies about units and components, read into the words of the platform; pure."""

from sensorium.dialects.manage.decode import Body, refuse_others, required_text, text_of, whole_of


def new_unit(body: Body) -> str:
    """The name of a unit. Raises Malformed and Missing."""
    refuse_others(body, {"name"})
    return required_text(body, "name")


def new_component(body: Body) -> tuple[str, str | None, int | None]:
    """Name, description and the id of the unit of the tests. Raises Malformed and Missing."""
    refuse_others(body, {"name", "description", "qc_unit"})
    unit = whole_of(body, "qc_unit", "the id of a unit")
    return required_text(body, "name"), text_of(body, "description"), unit
