"""The examples of `docs/faults.md`: the tests pass as they stand, and the file is one of faults."""

import re
from pathlib import Path

import pytest

from bytezkit_emulator import Emulator

PAGE = (Path(__file__).resolve().parents[2] / "docs/faults.md").read_text(encoding="utf-8")
[TESTS] = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
[FILE] = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)


def test_the_tests(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TESTS)
    pytester.runpytest_subprocess("--strict-markers", "-W", "error").assert_outcomes(passed=2)


def test_the_file(tmp_path: Path) -> None:
    file = tmp_path / "faults.yaml"
    file.write_text(FILE, encoding="utf-8")
    assert [fault.name for fault in Emulator(faults=file).faults.list()] == [
        "second-run-is-reset",
        "busy",
        "slow-media",
    ]
