"""Prism, pinned, on a Node that is pinned as well: it needs a newer one than many machines have."""

import shutil
import subprocess
from typing import Final

from scripts.paths import GENERATED, ROOT

VERSION: Final = "5.16.0"
NODE: Final = "24.18.1"
_FOLDER: Final = ROOT / "build" / "prism" / VERSION
_BIN: Final = _FOLDER / "node_modules" / ".bin"
_DOCUMENT: Final = ROOT / GENERATED / "bytezkit_openapi" / "openapi.json"


class UnavailableError(Exception):
    """Prism can not be had here; the text says why."""


def install() -> None:
    """Install it where it is not yet.

    Raises:
        UnavailableError: There is no npm, or the packages can not be fetched.
    """
    finished = _FOLDER / ".installed"
    if finished.exists():
        return
    npm = shutil.which("npm")
    if npm is None:
        raise UnavailableError("npm is not on the PATH")
    packages = [f"@stoplight/prism-cli@{VERSION}", f"node@{NODE}"]
    quiet = ["--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"]
    _FOLDER.mkdir(parents=True, exist_ok=True)
    command = [npm, "install", *quiet, "--prefix", str(_FOLDER), *packages]
    if subprocess.run(command, check=False).returncode:
        raise UnavailableError("the pinned packages can not be fetched")
    finished.touch()


def prism(port: int) -> list[str]:
    """Return the command that serves our document, with validation, and writes lines about each request."""
    options = ["--errors", "--port", str(port)]
    return [str(_BIN / "node"), str(_BIN / "prism"), "mock", *options, str(_DOCUMENT)]


def silent_prism(port: int) -> list[str]:
    """Return the command that does the same and writes nothing."""
    return [*prism(port), "--verboseLevel", "silent"]
