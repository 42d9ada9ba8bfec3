"""Generates, compiles and runs the client of a generator."""

import re
import shutil
from dataclasses import dataclass
from typing import Final

from bytezkit_emulator import Emulator
from scripts.languages.generators import DOCUMENT_NAME, Generator
from scripts.languages.services import Services
from scripts.languages.tools import (
    BUILD_FOLDER,
    PROBES,
    UnavailableError,
    extract_debian_packages,
    require,
    run,
)
from scripts.paths import GENERATED, ROOT

STAGES: Final = ("generated", "compiled", "ran")
_DOCUMENT: Final = ROOT / GENERATED / "bytezkit_openapi" / DOCUMENT_NAME
# Output of a tour: a line per step.
_OUTPUT: Final = re.compile(
    r"cluster 2\n"
    r"run (?P<text>Once upon a time at the café .+)\n"
    r"stream (?P<pieces>\d+) (?P=text)\n"
    r"bytes (?P<bytes>\d+)\n"
    r"error 404 Model does not exist or has yet to be added to the Bytez catalog\n"
)
_REQUESTS: Final = (
    ("createClusterV2", 202),
    ("readClusterV2", 200),
    ("deleteClusterV2", 200),
    *[("runModelV2", 200)] * 3,
    ("runModelV2", 404),
)
_BYTES_REQUEST: Final = 5


@dataclass(frozen=True, slots=True)
class Result:
    """Result of a generator.

    Attributes:
        generator: The generator.
        completed: Number of completed stages.
        reason: Reason why the next stage was not possible; empty if all stages are complete.
    """

    generator: Generator
    completed: int
    reason: str = ""


def run_generator(generator: Generator, services: Services) -> Result:
    """Generate, compile and run a client.

    A missing tool ends the run early, without an error.

    Raises:
        SystemExit: A generator, compiler or tour fails.
    """
    folder = BUILD_FOLDER / generator.probes[-1]
    completed = 0
    try:
        _prepare(generator)
        run(generator.generate, folder)
        completed += 1
        if generator.tour:
            # A shell that compiles would report a missing program as a failure.
            require(generator.tour[0])
        for command in generator.compile:
            run(command, folder)
        if generator.missing:
            return Result(generator, completed, generator.missing)
        completed += 1
        _tour(generator, services.emulator, services.emulator.url, is_direct=True)
        # Prism buffers a stream, and decodes the bytes of a file as text.
        _tour(generator, services.emulator, services.proxy, is_direct=False)
    except UnavailableError as error:
        return Result(generator, completed, str(error))
    return Result(generator, len(STAGES))


def _prepare(generator: Generator) -> None:
    """Write the build folder of a generator, without the files of an earlier run.

    Raises:
        UnavailableError: A Debian package cannot be downloaded.
    """
    folder = BUILD_FOLDER / generator.probes[-1]
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path.name == "debian":
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    for probe in generator.probes:
        if (PROBES / probe).exists():
            shutil.copytree(PROBES / probe, folder, dirs_exist_ok=True)
    shutil.copy(_DOCUMENT, folder)
    if generator.debian:
        extract_debian_packages(generator.debian, folder)


def _tour(generator: Generator, emulator: Emulator, url: str, *, is_direct: bool) -> None:
    emulator.state.reset()
    emulator.journal.clear()
    output = run([*generator.tour, url], BUILD_FOLDER / generator.probes[-1])
    entries = emulator.journal.entries()
    if fragments := [entry.path for entry in entries if re.search("#|%23", f"{entry.path}?{entry.query}")]:
        raise SystemExit(f"{generator.name}: sent the fragment: {fragments}")
    found = _OUTPUT.fullmatch(output)
    requests = tuple((entry.operation, entry.status) for entry in entries)
    if found is None or requests != _REQUESTS:
        raise SystemExit(f"{generator.name}: unexpected output or requests\n{output}\n{requests}")
    if is_direct and (int(found["pieces"]) > 1) != generator.streams:
        raise SystemExit(f"{generator.name}: received the stream in {found['pieces']} pieces")
    sent = entries[_BYTES_REQUEST].sent
    if is_direct and int(found["bytes"]) != sent:
        raise SystemExit(f"{generator.name}: received {found['bytes']} bytes of {sent}")
