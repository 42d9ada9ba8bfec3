"""Each example of `docs/testing.md` is a file of tests that passes as it stands, in parallel too."""

import re
from pathlib import Path

import pytest

PAGE = (Path(__file__).resolve().parents[2] / "docs/testing.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
[ANSWERS] = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)


def test_examples(pytester: pytest.Pytester) -> None:
    assert len(EXAMPLES) >= 5
    pytester.makefile(".yaml", answers=ANSWERS)
    for number, example in enumerate(EXAMPLES):
        pytester.makepyfile(**{f"test_{number}": example})

    # In a process of its own, where nothing but the installed plugin gives the fixtures.
    result = pytester.runpytest_subprocess("-n", "2", "--strict-markers", "-W", "error")

    tests = sum(
        len(re.findall(r"^ *(?:async )?def test_", example, flags=re.MULTILINE)) for example in EXAMPLES
    )
    result.assert_outcomes(passed=tests)
