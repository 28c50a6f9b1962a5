"""What is said of quality and corrections is kept with its dates, on each database."""

import pytest
from sqlalchemy import func, select, update

from sensorium.model.correction import Correction, DatedCorrection, SaidCorrection
from sensorium.model.device import Binding, NewDevice, Parameter, Schema
from sensorium.model.quality import UNCHECKED, DatedQuality, OutlierTest, Quality, SaidQuality, Source
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.corrections import (
    find_corrections,
    said_of_correction,
    say_correction,
    unsay_correction,
)
from sensorium.storage.catalog.datastreams import find_streams
from sensorium.storage.catalog.defaults import default_quality
from sensorium.storage.catalog.devices import add_device
from sensorium.storage.catalog.quality import (
    About,
    find_component_quality,
    find_quality,
    said_of_quality,
    say_quality,
    unsay_quality,
)
from sensorium.storage.catalog.scorers import Scorer, add_scorer, find_scorer
from sensorium.storage.catalog.tables import quality

PM25, MICROGRAMS = 13, 3
DEVICE = NewDevice(
    name="Device",
    description=None,
    resolution=60,
    epsg=4326,
    enabled=True,
    public=True,
    location=None,
    schema=Schema(parameters=(Parameter("a", "double"),), bindings=(Binding(PM25, MICROGRAMS, 1, "/a"),)),
)
LOW, HIGH = Quality(minimum=1.0), Quality(minimum=2.0, exempt=((5.0, 6.0),), outlier=OutlierTest(window=31))


def anything(version: str | None) -> None:
    """A check that any version passes."""


@pytest.fixture
def stream(catalog: Catalog, owner: int) -> int:
    """The id of the account's only datastream."""
    device = add_device(catalog, owner, DEVICE, {}, pool=None, now=1)
    [found] = find_streams(catalog, device)
    return found.id


def test_shipped_quality_is_brought_up_to_date_and_people_s_stays(empty_dsn: str):
    """At the next opening; each component has at most one that is shipped, of a component that is there."""
    catalog = Catalog.open(empty_dsn)
    about = About(component=PM25)
    [shipped], _ = said_of_quality(catalog, about)
    [row] = [each for each in default_quality() if each["component"] == PM25]
    with catalog.note() as connection:
        connection.execute(update(quality).where(quality.c.id == row["id"]).values(document='{"minimum":-7}'))
    say_quality(catalog, About(component=15), SaidQuality(5, LOW, None, 1), anything)
    assert said_of_quality(catalog, about)[0][0].quality == Quality(minimum=-7)
    Catalog.open(empty_dsn).close()
    Catalog.open(empty_dsn).close()
    assert said_of_quality(catalog, about)[0] == (shipped,)
    assert said_of_quality(catalog, About(component=15))[0][-1] == SaidQuality(5, LOW, None, 1)
    with catalog.read() as connection:
        assert connection.scalar(select(func.count()).select_from(quality)) == len(default_quality()) + 1
    assert len({each["component"] for each in default_quality()}) == len(default_quality())
    catalog.close()


def test_datastream_goes_before_its_account_and_that_before_the_default(
    catalog: Catalog, owner: int, stream: int
):
    """Each from its own time on, and for nobody else."""
    [shipped] = find_quality(catalog, [stream])[stream]
    assert shipped.quality.has_tests
    assert shipped.source is Source.SHIPPED
    of_account, of_stream = About(account=owner, component=PM25), About(datastream=stream)
    say_quality(catalog, of_account, SaidQuality(100, LOW, None, 1), anything)
    say_quality(catalog, of_stream, SaidQuality(200, HIGH, "louder", 2), anything)
    assert find_quality(catalog, [stream])[stream] == (
        shipped,
        DatedQuality(100, LOW, Source.ACCOUNT),
        DatedQuality(200, HIGH, Source.DATASTREAM),
    )
    assert find_component_quality(catalog, owner, PM25) == (shipped, DatedQuality(100, LOW, Source.ACCOUNT))
    say_quality(catalog, of_stream, SaidQuality(50, UNCHECKED, None, 3), anything)
    assert find_quality(catalog, [stream])[stream] == (
        shipped,
        DatedQuality(50, UNCHECKED, Source.DATASTREAM),
        DatedQuality(200, HIGH, Source.DATASTREAM),
    )
    assert said_of_quality(catalog, About(account=owner + 1, component=PM25)) == ((), None)
    assert said_of_quality(catalog, of_account)[0] == (SaidQuality(100, LOW, None, 1),)


def test_what_is_said_for_the_same_time_is_replaced(catalog: Catalog, stream: int):
    """And every change gives the whole another version."""
    about, versions = About(datastream=stream), set[str | None]()
    for at, each in enumerate((LOW, HIGH, LOW)):
        say_quality(catalog, about, SaidQuality(100, each, None, at), versions.add)
    said, version = said_of_quality(catalog, about)
    assert said == (SaidQuality(100, LOW, None, 2),)
    assert len(versions | {version}) == 4


def test_quality_is_taken_back_in_parts_or_as_a_whole(catalog: Catalog, owner: int, stream: int):
    """What others say stays."""
    of_account, about = About(account=owner, component=PM25), About(datastream=stream)
    for valid_from in (100, 200, 300):
        say_quality(catalog, about, SaidQuality(valid_from, LOW, None, 1), anything)
    say_quality(catalog, of_account, SaidQuality(100, HIGH, None, 1), anything)
    assert unsay_quality(catalog, about, 200, anything)
    assert not unsay_quality(catalog, about, 200, anything)
    assert [each.valid_from for each in said_of_quality(catalog, about)[0]] == [100, 300]
    assert unsay_quality(catalog, about, None, anything)
    assert said_of_quality(catalog, about) == ((), None)
    assert len(said_of_quality(catalog, of_account)[0]) == 1


def test_a_check_that_refuses_prevents_the_change(catalog: Catalog, stream: int):
    """It is told the version that is there when nobody else can change it."""

    def refuse(version: str | None) -> None:
        raise LookupError(version)

    checked, correction = SaidQuality(1, LOW, None, 1), SaidCorrection(1, Correction("value", 2), None, 1)
    about = About(datastream=stream)
    with pytest.raises(LookupError, match="None"):
        say_quality(catalog, about, checked, refuse)
    with pytest.raises(LookupError, match="None"):
        say_correction(catalog, stream, correction, refuse)
    say_quality(catalog, about, checked, anything)
    say_correction(catalog, stream, correction, anything)
    with pytest.raises(LookupError, match=said_of_quality(catalog, about)[1]):
        unsay_quality(catalog, about, None, refuse)
    with pytest.raises(LookupError, match=said_of_correction(catalog, stream)[1]):
        unsay_correction(catalog, stream, None, refuse)
    assert said_of_quality(catalog, about)[0] == (checked,)
    assert said_of_correction(catalog, stream)[0] == (correction,)


def test_others_notice_a_change_at_their_next_poll(catalog: Catalog, catalog_dsn: str, stream: int):
    """So the engine process checks and corrects by what was said in the front."""
    other = Catalog.open(catalog_dsn)
    say_quality(other, About(datastream=stream), SaidQuality(1, LOW, None, 1), anything)
    catalog.poll()
    before = catalog.generation
    unsay_quality(other, About(datastream=stream), None, anything)
    catalog.poll()
    say_correction(other, stream, SaidCorrection(1, None, None, 1), anything)
    catalog.poll()
    unsay_correction(other, stream, None, anything)
    catalog.poll()
    assert catalog.generation == before + 3
    other.close()


def test_corrections_hold_from_their_time_on(catalog: Catalog, stream: int):
    """One without an expression ends the one before; what is said for the same time is replaced."""
    first, second = Correction("value * 2", 2), Correction("value - 1", 2)
    assert find_corrections(catalog, [stream]) == {stream: ()}
    for valid_from, correction in ((300, None), (100, first), (200, first), (200, second)):
        say_correction(catalog, stream, SaidCorrection(valid_from, correction, "note", 7), anything)
    assert find_corrections(catalog, [stream])[stream] == (
        DatedCorrection(100, first),
        DatedCorrection(200, second),
        DatedCorrection(300, None),
    )
    assert unsay_correction(catalog, stream, 200, anything)
    assert not unsay_correction(catalog, stream, 200, anything)
    assert said_of_correction(catalog, stream)[0] == (
        SaidCorrection(100, first, "note", 7),
        SaidCorrection(300, None, "note", 7),
    )
    assert unsay_correction(catalog, stream, None, anything)
    assert said_of_correction(catalog, stream) == ((), None)


def test_scorers_are_kept_in_versions(catalog: Catalog, stream: int):
    """The newest is found unless an older one is named."""
    scorers = [Scorer(stream, "forest", {"trees": n}, bytes([n]), 1, 2, 3) for n in (5, 6)]
    assert find_scorer(catalog, stream) is None
    assert [add_scorer(catalog, each, now=1) for each in scorers] == [1, 2]
    assert find_scorer(catalog, stream) == scorers[1]
    assert find_scorer(catalog, stream, 1) == scorers[0]
    assert find_scorer(catalog, stream, 3) is None
