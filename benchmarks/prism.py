"""Prism with pinned versions, installed by npm in `build/bench/prism`.

Node is pinned too, because Prism needs a newer version than many machines have.
"""

import shutil
import subprocess
from typing import Final

from benchmarks.servers import PORT
from benchmarks.stage import MeasurementError
from scripts.paths import GENERATED, ROOT

VERSION: Final = "5.16.0"
NODE_VERSION: Final = "24.18.1"
_FOLDER: Final = ROOT / "build" / "bench" / "prism"
_PROGRAMS: Final = _FOLDER / "node_modules" / ".bin"
_DOCUMENT: Final = ROOT / GENERATED / "bytezkit_openapi" / "openapi.json"


def prism_command() -> tuple[str, ...]:
    """Return the command that mocks our document with validation; Prism is installed if necessary.

    Raises:
        MeasurementError: Prism cannot be installed.
    """
    marker = _FOLDER / f".installed-{VERSION}-{NODE_VERSION}"
    if not marker.exists():
        npm = shutil.which("npm")
        _FOLDER.mkdir(parents=True, exist_ok=True)
        options = [
            "--no-package-lock",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
            "--prefix",
            str(_FOLDER),
        ]
        packages = [f"@stoplight/prism-cli@{VERSION}", f"node@{NODE_VERSION}"]
        if npm is None or subprocess.run([npm, "install", *options, *packages], check=False).returncode:
            raise MeasurementError("npm cannot install Prism")
        marker.touch()
    node, prism = str(_PROGRAMS / "node"), str(_PROGRAMS / "prism")
    return (node, prism, "mock", "--errors", "--port", PORT, str(_DOCUMENT))
