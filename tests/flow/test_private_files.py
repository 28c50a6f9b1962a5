"""What a server keeps is for its own user."""

from pathlib import Path

from tests.flow.sensors import describe, push, register, values
from tests.running import running


def test_other_users_cannot_read_what_is_kept(tmp_path: Path):
    """Also in a folder that was there before and that everyone may enter."""
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    with running(data) as server:
        server.wait_for_engine()
        with register(server) as client:
            sensor = describe(client)
            assert push(client, sensor, {"v": 1.5}).status_code == 200
            assert values(client, sensor) == [1.5]
        kept = [file for file in data.rglob("*") if not file.is_dir()]
        assert {"catalog.db", "log.db", "progress.db", "engine.sock"} <= {file.name for file in kept}
        assert [str(file) for file in kept if file.lstat().st_mode & 0o077 and not file.is_symlink()] == []
