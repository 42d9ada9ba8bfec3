"""Public names, arguments and imports of the package."""

import subprocess
import sys
from typing import Any

import pytest

import bytezkit_emulator
from bytezkit_emulator import Emulator, Settings, Stub


def test_package_exports_public_names() -> None:
    assert " ".join(bytezkit_emulator.__all__) == (
        "CatalogError Clock ClockMode Dialect Emulator EngineError EngineName Fault FaultError Faults "
        "Interrupt Journal JournalEntry JournalError JournalQuery Match NearMiss OpenAIEngine Profile "
        "Refused RunCall Settings State StateError Stub StubError Stubs Then TransformersEngine When"
    )
    assert set(bytezkit_emulator.__all__) <= set(dir(bytezkit_emulator))
    for name in bytezkit_emulator.__all__:
        assert getattr(bytezkit_emulator, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = getattr(bytezkit_emulator, "noth" + "ing")


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("clock", "fast", "one of auto, manual, real, scaled"),
        ("engine", "gas", "one of canned, synthetic"),
        ("profile", "low", "one of full, serverless"),
        *(("scale", value, "a number from 0.001 to 1000000") for value in (0, float("nan"), float("inf"))),
        *(("credits", value, "0 or greater") for value in (-1, float("nan"))),
        *(("admin_token", it, "printable ASCII") for it in ("", "p\u00e4ss", "two words", "line\n")),
    ],
)
def test_invalid_argument_raises_value_error(name: str, value: Any, reason: str) -> None:
    with pytest.raises(ValueError, match=f"{name} must be {reason}"):
        Emulator(**{name: value})


def test_plan_without_runs_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^plan_concurrency must be 1 or greater$"):
        Settings(plan_concurrency=0)


def test_repr_hides_keys_and_responses() -> None:
    emulator = Emulator(keys=["my-own-key"])
    assert "my-own-key" not in f"{emulator!r} {vars(emulator)}"
    assert repr(Stub(b"a" * 1000, "b", task="text-to-image")) == (
        "Stub(<2>, model=None, task='text-to-image', then='repeat')"
    )


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("import bytezkit_emulator", "jsonschema_rs httpx httptools asyncio"),
        ("from bytezkit_emulator import Emulator; Emulator()", "httpx httptools asyncio"),
        ("from bytezkit_emulator import Emulator; Emulator().transport", "httptools"),
        ("from bytezkit_emulator import Emulator; Emulator().app", "httpx httptools"),
    ],
)
def test_optional_dependencies_are_imported_on_first_use(code: str, absent: str) -> None:
    check = f"{code}; import sys; sys.exit(', '.join(set('{absent}'.split()) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""
