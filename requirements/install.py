"""Make .venv and install one list of pinned packages in it: `python3 requirements/install.py runtime`.

`make` runs this with the machine's own Python, so nothing but the standard library is used, in words that an
older Python understands too.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
PIP = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
OLDEST = (3, 11)
LISTS = ["runtime", "dev"]  # each is installed over the one before it


def main() -> int:
    """Install the lists up to the one named, where that is still to be done. 1 when it cannot be done."""
    if sys.version_info < OLDEST:
        found = ".".join(map(str, sys.version_info[:2]))
        return _refuse(
            f"Python 3.11 or newer is needed; this is {found}. Name another: make PYTHON=python3.12 run"
        )
    wanted = LISTS[: LISTS.index(sys.argv[1]) + 1]
    with Path(__file__).open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two at once: the second waits and has nothing to do
        if all(map(_is_done, wanted)):
            return 0
        try:
            if not _has_pip() and not _make_environment():
                return 1
            for name in wanted:
                if not _is_done(name):
                    _install(name)
        except subprocess.CalledProcessError as error:
            return error.returncode  # what went wrong it has said itself
        except OSError as error:
            return _refuse(str(error))
    return 0


def _is_done(name: str) -> bool:
    """Whether a list was installed as it is now, and after the one before it."""
    made_from = [_packages(name), ROOT / "pyproject.toml", Path(__file__)]
    made_from += [_stamp(each) for each in LISTS[: LISTS.index(name)]]
    if not all(path.exists() for path in [_stamp(name), *made_from]):
        return False
    return _stamp(name).stat().st_mtime >= max(path.stat().st_mtime for path in made_from)


def _install(name: str) -> None:
    number = _packages(name).read_text().count("==")
    print(f"Installing {number} packages in .venv; the first time this takes some minutes.", flush=True)
    subprocess.run([*PIP, "--require-hashes", "-r", str(_packages(name))], check=True)
    if name == "runtime":
        command = [*PIP, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
        subprocess.run(command, check=True)
    _stamp(name).touch()


def _packages(name: str) -> Path:
    return ROOT / "requirements" / f"{name}.txt"


def _stamp(name: str) -> Path:
    return VENV / f".{name}"


def _make_environment() -> bool:
    """Make .venv anew. On Debian a Python comes without what that takes; root gets it installed."""
    package = f"python3.{sys.version_info.minor}-venv"
    have = [sys.executable, "-c", "import ensurepip"]
    if subprocess.run(have, capture_output=True, check=False).returncode != 0:
        if os.geteuid() != 0 or shutil.which("apt-get") is None:
            _refuse(
                "This Python cannot make a virtual environment. On Debian and Ubuntu: "
                f"sudo apt-get install {package}"
            )
            return False
        print(f"Installing the Debian package {package}.", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update"], ["install", "--no-install-recommends", "--yes", package]):
            command = ["apt-get", "-qq", *words]
            subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
    print(f"Making .venv with {sys.executable}.", flush=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
    return True


def _has_pip() -> bool:
    """Whether there is a .venv that is whole: not when its making was cut off, or its Python is gone."""
    if not PYTHON.exists():
        return False
    return (
        subprocess.run([str(PYTHON), "-m", "pip", "--version"], capture_output=True, check=False).returncode
        == 0
    )


def _refuse(why: str) -> int:
    print(why, file=sys.stderr)
    return 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:  # the next run goes on with what is there
        sys.exit(130)
