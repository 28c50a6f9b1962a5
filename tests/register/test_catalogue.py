"""The common catalogue: components, units, levels, and how they go together."""

import pytest

from sensorium.model.catalogue import Component, Level, Unit
from sensorium.model.errors import NotFound
from sensorium.plans.units import conversion_factor
from sensorium.register.catalogue import Catalogue
from sensorium.storage.catalog import Catalog


@pytest.fixture
def catalogue(catalog: Catalog) -> Catalogue:
    return Catalogue(catalog)


def test_ids_of_the_document_mean_what_it_says(catalogue: Catalogue):
    """The components and units that NILU's document prints with their numbers."""
    names = {number: catalogue.component(number).name for number in (8, 12, 15, 64, 84)}
    assert names == {8: "NO2", 12: "PM10", 15: "Temperature", 64: "NO2", 84: "PM10"}
    assert [catalogue.unit(number).name for number in (3, 8)] == ["µg/m³", "K"]
    assert catalogue.component(84).kind == "Standard"


def test_ids_of_a_real_client_mean_what_it_sends(catalogue: Catalogue):
    """What a client of NILU's server binds, each judged in the unit in which that client sends it."""
    sent = {1: "kPa", 2: "ppb", 3: "ppm", 5: "%RH", 7: "ppb", 10: "ppb", 11: "µg/m³", 13: "µg/m³"}
    sent |= {15: "°C", 54: "ppb", 55: "ppm", 56: "lux", 57: "dBA", 60: "%", 61: "nA", 73: "°C"}
    units = {number: catalogue.component(number).qc_unit for number in sent}
    assert {number: unit and unit.name for number, unit in units.items()} == sent


def test_lists_are_by_id_and_agree_with_single_ones(catalogue: Catalogue):
    """Every listed thing can be looked up."""
    components, units, levels = catalogue.components(), catalogue.units(), catalogue.levels()
    assert [each.id for each in components] == sorted(each.id for each in components)
    assert [each.id for each in units] == sorted(each.id for each in units)
    assert [catalogue.level(each.value) for each in levels] == levels
    assert catalogue.component(components[-1].id) == components[-1]
    assert catalogue.unit(units[-1].id) == units[-1]


def test_levels_have_the_documents_sentences(catalogue: Catalogue):
    """Levels 1 and 2 word by word; 0, 3 and 4 are there too."""
    assert catalogue.level(1) == Level(
        1,
        "Estimate of a geophysical quantity derived from corresponding Level-0 data, using basic physical "
        "assumptions and no compensation schemes. Often temporally averaged.",
    )
    assert catalogue.level(2) == Level(
        2,
        "Estimate of a geophysical quantity using any available data within the sensor system itself. "
        "Often temporally averaged.",
    )
    assert [each.value for each in catalogue.levels()] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("number", [-1, 99, 2**63, 10**30])
def test_what_is_not_in_the_catalogue_is_not_found(catalogue: Catalogue, number: int):
    """By any kind of number."""
    for find in (catalogue.component, catalogue.unit, catalogue.level):
        with pytest.raises(NotFound):
            find(number)


@pytest.mark.parametrize(
    ("unit", "target", "factor"),
    [
        ("µg/m³", "µg/m³", 1.0),
        ("mg/m³", "µg/m³", 1000.0),
        ("µg/m³", "mg/m³", 0.001),
        ("hPa", "kPa", 0.1),
        ("mbar", "hPa", 1.0),
        ("ppm", "ppb", 1000.0),
        ("km/h", "m/s", 1 / 3.6),
        ("m/s", "km/h", 3.6),
        ("ft", "m", 0.3048),
        ("in", "mm", 25.4),
        ("ft³/s", "m³/s", 0.028316846592),
        ("l/min", "m³/h", 0.06),
        ("g/s", "kg/h", 3.6),
        ("psi", "kPa", 6.894757293168361),
        ("K", "°C", 0.0),
        ("°F", "°C", 0.0),
        ("ppb", "µg/m³", 0.0),
        ("furlong", "m", 0.0),
    ],
)
@pytest.mark.check("NI-107")
def test_factor_leads_from_one_unit_to_the_other(unit: str, target: str, factor: float):
    """Exactly rounded; 1 between equal units, 0 where multiplying is not enough or nothing is known."""
    component = Component(1, "x", "Standard", None, Unit(1, target))
    assert conversion_factor(component, Unit(2, unit)) == factor


def test_component_without_a_unit_of_its_own_has_no_factor():
    """There is nothing to convert to."""
    assert conversion_factor(Component(1, "x", "Standard", None), Unit(1, "m")) == 0.0


def test_factors_of_the_documents_examples(catalogue: Catalogue):
    """NO2 and PM10 in µg/m³ have 1.0, the temperature in K has 0.0."""
    pairs = [(8, 3), (12, 3), (15, 8), (64, 35)]
    factors = [conversion_factor(catalogue.component(each), catalogue.unit(unit)) for each, unit in pairs]
    assert factors == [1.0, 1.0, 0.0, 1.0]
