"""The Debian packages that tests need: installed when we are root, else named (`make test` runs this)."""
# ruff: noqa: T201 - its output is what it is for

import os
import shutil
import subprocess
import sys
from pathlib import Path

POSTGRESQL = Path("/usr/lib/postgresql/15/bin")

# Debian package -> the program of it that tests run
PACKAGES = (
    ("curl", "curl"),
    ("postgresql-15", str(POSTGRESQL / "postgres")),
    ("strace", "strace"),
    ("util-linux", "unshare"),
)

# postgresql-common reads this folder; without it the package would start a server of its own
CLUSTER_SETTINGS = Path("/etc/postgresql-common/createcluster.d/sensorium-tests.conf")


def missing() -> list[str]:
    """The packages whose program is not there."""
    return [package for package, program in PACKAGES if shutil.which(program) is None]


def install(packages: list[str]) -> None:
    """Install Debian packages. What goes wrong shows in what is missing afterwards."""
    if "postgresql-15" in packages and not CLUSTER_SETTINGS.exists():
        CLUSTER_SETTINGS.parent.mkdir(parents=True, exist_ok=True)
        CLUSTER_SETTINGS.write_text("create_main_cluster = false\n")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-qq", "--no-install-recommends", *packages],
    ):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            print(f"{' '.join(command)}: {done.stderr.strip()}", file=sys.stderr)


def main() -> int:
    """Install what is missing where that is possible. 1 under CI when something stays missing."""
    wanted = missing()
    if wanted and os.geteuid() == 0 and shutil.which("apt-get"):
        install(wanted)
        wanted = missing()
    if wanted:
        print(f"missing, tests that need them are skipped: {' '.join(wanted)} (apt-get install ...)")
    return 1 if wanted and "CI" in os.environ else 0


if __name__ == "__main__":
    sys.exit(main())
