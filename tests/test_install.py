"""What `make` does before anything else: a .venv with the pinned packages (requirements/install.py)."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BACKEND = """
import zipfile

def build_editable(folder, config_settings=None, metadata_directory=None):
    with zipfile.ZipFile(f"{folder}/x-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("x-1.dist-info/METADATA", "Metadata-Version: 2.1\\nName: x\\nVersion: 1\\n")
        wheel.writestr("x-1.dist-info/RECORD", "")
        wheel.writestr("x-1.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\n")
    return "x-1-py3-none-any.whl"
"""
BUILD = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'

INSTALL = Path(__file__).parents[1] / "requirements" / "install.py"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Another project, whose lists of packages are empty, with a .venv of a Python that went."""
    (tmp_path / "requirements").mkdir()
    shutil.copy(INSTALL, tmp_path / "requirements")
    for name in ("runtime", "dev"):
        (tmp_path / "requirements" / f"{name}.txt").write_text("")
    (tmp_path / "backend.py").write_text(BACKEND)
    (tmp_path / "pyproject.toml").write_text(BUILD)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to("/nowhere/python")
    (tmp_path / ".venv" / ".runtime").touch()
    return tmp_path


def test_the_long_fault_runs_set_up_their_programs():
    """As `make test` does: without strace and PostgreSQL they would be skipped."""
    shown = subprocess.run(
        ["make", "--dry-run", "soak"], cwd=INSTALL.parents[1], capture_output=True, text=True, check=True
    ).stdout
    assert -1 < shown.find("tests/system_packages.py") < shown.find('pytest -m "soak or chance"')


def install(checkout: Path) -> subprocess.Popen[str]:
    command = [sys.executable, str(checkout / "requirements" / "install.py"), "dev"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def said(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, errors = process.communicate(timeout=60)
    return process.returncode, out, errors


def test_a_half_made_environment_is_made_anew_and_two_at_once_do_it_once(checkout: Path):
    """One of them says what it does and the other waits; a third has nothing to do."""
    both = [said(each) for each in [install(checkout), install(checkout)]]
    assert [(code, errors) for code, _, errors in both] == [(0, "")] * 2
    assert sorted(out.count("\n") for _, out, _ in both) == [0, 3]
    pip = [checkout / ".venv" / "bin" / "python", "-m", "pip", "show", "--quiet", "x"]
    assert subprocess.run(pip, check=False, capture_output=True).returncode == 0
    assert said(install(checkout)) == (0, "", "")


def test_what_is_missing_is_named(checkout: Path):
    """A folder that is not writable, here since a file stands in its way."""
    shutil.rmtree(checkout / ".venv")
    (checkout / ".venv").write_text("")
    code, _, errors = said(install(checkout))
    assert code != 0
    assert "Traceback" not in errors
    assert str(checkout / ".venv") in errors
