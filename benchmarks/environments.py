"""Virtual environments of the peers, with pinned versions, made by uv in `build/bench`."""

import hashlib
import subprocess
import sys
from collections.abc import Mapping
from typing import Final

from benchmarks.stage import MeasurementError
from scripts.paths import ROOT

_FOLDER: Final = ROOT / "build" / "bench"
_PROJECT: Final = ROOT / "pyproject.toml"
_UV: Final = (sys.executable, "-m", "uv")
_HTTPX: Final = ("httpx==0.28.1", "httpcore==1.0.9", "h11==0.16.0", "anyio==4.16.0")
_AIOHTTP: Final = "aiohttp==3.14.5"

# By name of the environment, which is the name of the peer. The first pin is that of the peer itself.
REQUIREMENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "bytezkit": (*_HTTPX, "--editable", ".[cli]"),
    "bytezkit+aiohttp": (_AIOHTTP, *_HTTPX, "--editable", ".[fast]"),
    "httpx": _HTTPX,
    "openai": ("openai==3.54.0",),
    "bytez": ("bytez==3.0.1",),
    "huggingface_hub": ("huggingface_hub==2.4.0",),
    "aiohttp": (_AIOHTTP,),
    "stub-server": ("uvicorn==0.54.0", "httptools==0.9.0", "uvloop==0.23.0"),
}


def packages(*environments: str) -> tuple[str, ...]:
    """Return name and version of the packages under measurement, without repetition."""
    pins = (REQUIREMENTS[name][0].replace("==", " ") for name in environments)
    return tuple(dict.fromkeys(pins))


def program(environment: str, name: str) -> str:
    """Return the path of a program in an environment, which is installed if necessary.

    Raises:
        MeasurementError: The environment cannot be installed.
    """
    folder, requirements = _FOLDER / environment, REQUIREMENTS[environment]
    wanted = hashlib.sha256(repr(requirements).encode() + _PROJECT.read_bytes()).hexdigest()
    marker = folder / ".installed"
    if not marker.exists() or marker.read_text(encoding="utf-8") != wanted:
        for command in (
            [*_UV, "venv", "--quiet", "--clear", "--python", sys.executable, str(folder)],
            [*_UV, "pip", "install", "--quiet", "--python", str(folder), *requirements],
        ):
            if subprocess.run(command, cwd=ROOT, check=False).returncode:
                raise MeasurementError(f"{' '.join(requirements)} cannot be installed")
        marker.write_text(wanted, encoding="utf-8")
    return str(folder / "bin" / name)
