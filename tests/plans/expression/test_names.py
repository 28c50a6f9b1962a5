"""Under which names the values of a packet stand in expressions."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensorium.model.catalogue import Component, Unit
from sensorium.model.device import Datastream
from sensorium.plans.expression import compile_expression
from sensorium.plans.expression.names import VALUE, names_of, usable_names
from sensorium.storage.catalog.defaults import default_components

UNIT = Unit(1, "%RH")


def stream(number: int, name: str) -> Datastream:
    """A datastream of the one device."""
    return Datastream(
        number, 1, Component(number, name, "Standard", None, UNIT), UNIT, 1, 4326, 60, "path", number
    )


def named(*names: str) -> tuple[Datastream, ...]:
    """Datastreams of these components, numbered from 1."""
    return tuple(stream(number, name) for number, name in enumerate(names, 1))


def shortest_names(names: Mapping[str, int]) -> dict[int, str]:
    """By its id, how each datastream is best called; `value` is left out."""
    shortest: dict[int, str] = {}
    for name, number in names.items():
        if name != VALUE and (number not in shortest or len(name) < len(shortest[number])):
            shortest[number] = name
    return shortest


def shown(*names: str) -> list[str]:
    """How each datastream is best called by the last of them, when packets feed them all."""
    streams = named(*names)
    best = shortest_names(usable_names(streams, streams, streams[-1]))
    return [best[each.id] for each in streams]


@pytest.mark.parametrize(
    ("component", "name"),
    [
        ("NO2", "NO2"),
        ("PM2.5", "PM2_5"),
        ("Absolute humidity", "Absolute_humidity"),
        ("Leq (A), 1 min", "Leq_A_1_min"),
        ("Топливо", "Топливо"),
        ("\N{MICRO SIGN}-Krypton", "\N{GREEK SMALL LETTER MU}_Krypton"),
        ("m²", "m2"),
        ("1-Butene", "c1_Butene_1"),
        ("min", "min_1"),
        ("value", "value_1"),
        ("if", "if_1"),
        ("__class__", "class"),
        ("%", "c_1"),
    ],
)
def test_component_goes_by_its_name(component: str, name: str):
    """With `_` for what a name cannot hold, and its number where that is no name."""
    assert shown(component, "other")[0] == name


def test_components_of_one_name_are_told_apart_by_number():
    """Channels of an instrument, and components that only differ in what a name cannot hold."""
    assert shown("PM2.5", "PM2.5", "PM2_5", "NO") == ["PM2_5_1", "PM2_5_2", "PM2_5_3", "NO"]


def test_own_name_and_value_are_the_corrected_datastream():
    """Also beside another one of the same component."""
    streams = named("PM2.5", "PM2.5")
    names = usable_names(streams, streams, streams[1])
    assert names == {"PM2_5": 2, "PM2_5_1": 1, "PM2_5_2": 2, "value": 2}


def test_number_goes_before_a_name_that_looks_like_one():
    """A component that is called as another one with its number has a number of its own."""
    assert shown("PM2.5", "PM2.5", "PM2_5_1", "NO") == ["PM2_5_1", "PM2_5_2", "PM2_5_1_3", "NO"]


def test_name_stands_for_what_packets_feed_now():
    """A device that was described anew has datastreams of before, to which nothing is added."""
    before, now, other = named("Humidity", "Humidity", "PM2.5")
    names = usable_names((before, now, other), (now, other), other)
    assert names["Humidity"] == 2
    assert "Humidity_1" not in names
    assert names_of((before, now, other), other)["Humidity"] == (1, 2)


def test_every_component_of_the_catalogue_has_a_name():
    """Which an expression reads."""
    streams = named(*(row["name"] for row in default_components()))
    names = usable_names(streams, streams, streams[0])
    assert set(shortest_names(names)) == {each.id for each in streams}
    for name, number in names.items():
        assert compile_expression(name, names).inputs == (number,)


@given(st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=4))
def test_any_components_have_names_that_expressions_read(components: list[str]):
    """Each its own, whatever people call them."""
    streams = named(*components)
    names = usable_names(streams, streams, streams[0])
    assert set(shortest_names(names)) == {each.id for each in streams}
    for name, number in names.items():
        assert compile_expression(f"-{name}+{name}", names).inputs == (number,)
