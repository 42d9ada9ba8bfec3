"""Where the contenders run: each package, pinned, in an environment of its own."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Final

from scripts.paths import ROOT

_FOLDER: Final = ROOT / "build" / "bench"
_PROJECT: Final = ROOT / "pyproject.toml"
_NEEDED: Final = ("plain", "stub")
_UV: Final = (sys.executable, "-m", "uv")

# `plain` is the client with what it needs, httpx among that; `fast` has its extra; `stub` serves the stub.
REQUIREMENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "plain": ("--editable", "."),
    "fast": ("--editable", ".[fast]"),
    "stub": ("httptools==0.9.0", "uvicorn==0.54.0", "uvloop==0.23.0"),
    "aiohttp": ("aiohttp==3.14.5",),
    "bytez": ("bytez==3.0.1",),
    "huggingface_hub": ("huggingface_hub==2.4.0",),
    "openai": ("openai==3.54.0",),
    "pyqwest": ("pyqwest==0.12.0",),
    "requests": ("requests==2.34.2",),
    "urllib3": ("urllib3==2.8.0",),
}


class UnavailableError(Exception):
    """An environment can not be had here; the text says why."""


def python(environment: str) -> str:
    """Return the interpreter of an environment."""
    return str(_FOLDER / environment / "bin" / "python")


def install_all() -> dict[str, str]:
    """Install what is not there yet; return which environments can not be had, and why.

    Raises:
        SystemExit: One of them is needed by all others.
    """
    absent = {}
    for environment in REQUIREMENTS:
        try:
            _install(environment)
        except UnavailableError as error:
            if environment in _NEEDED:
                raise SystemExit(str(error)) from None
            absent[environment] = str(error)
    return absent


def _install(environment: str) -> None:
    """Install an environment.

    Raises:
        UnavailableError: It can not be installed.
    """
    requirements = REQUIREMENTS[environment]
    wanted = hashlib.sha256(repr(requirements).encode() + _PROJECT.read_bytes()).hexdigest()
    folder = _FOLDER / environment
    finished = folder / ".installed"
    if finished.exists() and finished.read_text(encoding="utf-8") == wanted:
        return
    for command in (
        [*_UV, "venv", "--quiet", "--clear", "--python", sys.executable, str(folder)],
        [*_UV, "pip", "install", "--quiet", "--python", str(folder), *requirements],
    ):
        if subprocess.run(command, cwd=ROOT, check=False).returncode:
            raise UnavailableError(f"{' '.join(requirements)} can not be installed")
    finished.write_text(wanted, encoding="utf-8")


def versions(environment: str) -> dict[str, str]:
    """Return the versions of the packages in an environment."""
    listing = [*_UV, "pip", "list", "--quiet", "--format=json", "--python", python(environment)]
    done = subprocess.run(listing, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    return {it["name"]: it["version"] for it in json.loads(done.stdout)}
