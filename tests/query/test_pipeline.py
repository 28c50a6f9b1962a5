"""Pipeline flags, seen behind every acknowledged packet."""

import asyncio
from pathlib import Path

import pytest

from sensorium.model.errors import Unavailable
from sensorium.model.flags import NEVER_PROCESSED, Pipeline
from sensorium.query.pipeline import Pipelines
from sensorium.storage.catalog import Catalog
from sensorium.storage.log import ProgressReader
from sensorium.storage.observations.reader import Reader
from tests.process import engine
from tests.process.scene import NOON, append, sensor


@pytest.mark.check("NI-099")
def test_flags_are_those_of_the_last_acknowledged_packet(tmp_path: Path):
    """The flags wait for the last packet, and are read without the engine when all is processed."""
    catalog = Catalog.open(f"sqlite:///{tmp_path}/catalog.db")
    stored, silent, empty = sensor(1, catalog=catalog), sensor(1, catalog=catalog), sensor(1, catalog=catalog)
    progress, reader = ProgressReader(tmp_path / "progress.db"), Reader(tmp_path / "engine.sock")

    packets = [empty.packet(1.0, time=NOON), stored.packet(1.0, time=NOON), empty.packet(None, time=NOON)]
    position = append(tmp_path, packets)

    async def scenario() -> None:
        assert await Pipelines(reader, progress, lambda _: 0).status(stored.id) == NEVER_PROCESSED
        pipelines = Pipelines(reader, progress, lambda _: position)
        with pytest.raises(Unavailable):
            await pipelines.status(stored.id)
        with engine.running(tmp_path):
            found = await pipelines.statuses([stored.id, silent.id, empty.id])
        assert found[silent.id] == NEVER_PROCESSED
        assert found[stored.id].flags == Pipeline.STORED
        assert found[empty.id].flags == Pipeline.NO_DATA
        assert found[stored.id].processed is not None
        assert await pipelines.status(stored.id) == found[stored.id]
        await reader.close()

    asyncio.run(scenario())
    progress.close()
    catalog.close()
