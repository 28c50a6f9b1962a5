"""From the words of the platform to bodies about assets, links and sensor definitions; pure."""

from sensorium.dialects.manage.assets import shapes
from sensorium.dialects.manage.encode import moment, optional_moment
from sensorium.model.asset import Asset, Link
from sensorium.model.definition import Definition, Provision


def asset(each: Asset) -> shapes.ManagedAsset:
    """An asset."""
    return shapes.ManagedAsset(each.id, each.name, moment(each.created))


def link(each: Link) -> shapes.ManagedLink:
    """From when to when a device is fixed to an asset."""
    return shapes.ManagedLink(
        each.id, each.device, each.asset, moment(each.begin), optional_moment(each.end), each.task
    )


def definition(each: Definition) -> shapes.ManagedDefinition:
    """A sensor definition."""
    said = each.said
    return shapes.ManagedDefinition(
        id=each.id,
        name=said.name,
        sensor=said.sensor,
        component=said.component,
        unit=said.unit,
        unit_label=said.unit_label,
        equation=said.equation,
        data_min=said.data_min,
        data_max=said.data_max,
        graph_min=said.graph_min,
        graph_max=said.graph_max,
        deactivated=said.deactivated,
        chart=said.chart,
        data_type=said.data_type,
        color=said.color,
        chart_label=said.chart_label,
        active=said.active,
        shipped=each.account is None,
        created=moment(each.created),
    )


def provision(each: Provision) -> shapes.ManagedProvision:
    """A definition that a device has."""
    return shapes.ManagedProvision(definition(each.definition), each.datastream)
