"""Each example of `docs/tasks.md` has its documented output with the `canned` engine."""

import ast
import json
import re
from dataclasses import asdict, is_dataclass
from pathlib import Path

import httpx
import pytest

from bytezkit import Bytez
from bytezkit.types import MediaRef
from bytezkit_emulator import Emulator
from bytezkit_models.tasks import TASKS

PAGE_NAME = "docs/tasks.md"
PAGE = (Path(__file__).resolve().parents[2] / PAGE_NAME).read_text(encoding="utf-8")
EXAMPLES = re.findall(
    r'```python\n(model = .*?task="(.*?)".*?)\n```\n\n```json\n(.*?)\n```', PAGE, flags=re.DOTALL
)


def as_json(output: object) -> object:
    """Return an output as JSON, without null members."""
    if isinstance(output, MediaRef):
        return output.url
    if isinstance(output, list):
        return [as_json(item) for item in output]
    if is_dataclass(output) and not isinstance(output, type):
        return as_json(asdict(output))
    if isinstance(output, dict):
        return {name: as_json(value) for name, value in output.items() if value is not None}
    return output


@pytest.fixture(scope="module")
def client() -> Bytez:
    http_client = httpx.Client(transport=Emulator(engine="canned").transport)
    return Bytez("key", base_url="http://localhost", http_client=http_client)


@pytest.mark.parametrize(("code", "task", "output"), EXAMPLES, ids=[task for _, task, _ in EXAMPLES])
def test_example_has_documented_output(client: Bytez, code: str, task: str, output: str) -> None:
    *statements, call = ast.parse(code).body
    assert isinstance(call, ast.Expr)
    names: dict[str, object] = {"client": client}
    exec(compile(ast.Module(statements, []), PAGE_NAME, "exec"), names)
    result = eval(compile(ast.Expression(call.value), PAGE_NAME, "eval"), names)

    assert as_json(result) == as_json(json.loads(output))


def test_each_task_has_an_example() -> None:
    assert {task for _, task, _ in EXAMPLES} == set(TASKS)
