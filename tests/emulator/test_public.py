"""What the package shows, and what it leaves alone."""

import ast
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import bytezkit_emulator
from bytezkit_emulator import Emulator

SOURCES = sorted(Path(bytezkit_emulator.__file__).parent.rglob("*.py"))


def test_the_public_names() -> None:
    assert bytezkit_emulator.__all__ == [
        "CatalogError",
        "Clock",
        "ClockMode",
        "Dialect",
        "Emulator",
        "EngineName",
        "Fault",
        "FaultError",
        "Faults",
        "Interrupt",
        "Journal",
        "JournalEntry",
        "JournalError",
        "JournalQuery",
        "Match",
        "NearMiss",
        "Profile",
        "Refused",
        "RunCall",
        "Settings",
        "State",
        "StateError",
        "Stub",
        "StubError",
        "Stubs",
        "Then",
        "When",
    ]
    assert set(bytezkit_emulator.__all__) <= set(dir(bytezkit_emulator))
    for name in bytezkit_emulator.__all__:
        assert getattr(bytezkit_emulator, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = getattr(bytezkit_emulator, "noth" + "ing")


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: Emulator(clock="fast"), "clock must be one of auto, manual, real, scaled"),  # type: ignore[arg-type]
        (lambda: Emulator(engine="gas"), "engine must be one of canned, synthetic"),  # type: ignore[arg-type]
        (lambda: Emulator(profile="low"), "profile must be one of full, serverless"),  # type: ignore[arg-type]
        (lambda: Emulator(scale=0), "scale must be a number from 0.001 to 1000000"),
        (lambda: Emulator(scale=float("nan")), "scale must be a number from 0.001 to 1000000"),
        (lambda: Emulator(scale=float("inf")), "scale must be a number from 0.001 to 1000000"),
        (lambda: Emulator(credits=-1), "credits must be a number from 0 on"),
        (lambda: Emulator(credits=float("nan")), "credits must be a number from 0 on"),
    ],
)
def test_wrong_arguments(make: Callable[[], Emulator], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        make()


def test_the_key_is_in_no_text() -> None:
    emulator = Emulator(keys=["my-own-key"])
    assert "my-own-key" not in repr(emulator)
    assert "my-own-key" not in str(vars(emulator))


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_what_the_emulator_imports(source: Path) -> None:
    tree = ast.parse(source.read_text(encoding="utf-8"))
    found = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    found |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    packages = {name.partition(".")[0] for name in found}
    assert not packages & {"bytezkit", "scripts", "tests"}
    own = {"httpx_transport.py", "_emulator.py"}
    assert source.name in own or "httpx" not in packages


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("import bytezkit_emulator", "jsonschema_rs httpx httptools asyncio"),
        ("from bytezkit_emulator import Emulator; Emulator()", "httpx httptools asyncio"),
        ("from bytezkit_emulator import Emulator; Emulator().transport", "httptools"),
        ("from bytezkit_emulator import Emulator; Emulator().app", "httpx httptools"),
    ],
)
def test_nothing_is_imported_before_it_is_used(code: str, absent: str) -> None:
    check = f"{code}; import sys; sys.exit(', '.join(set('{absent}'.split()) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""
