"""A task and an endpoint can be added by the steps of CONTRIBUTING.md, in a copy of the repository."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from scripts.paths import ROOT

GUIDE: Final = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PACKAGES: Final = ("overlay", "emulator", "contract", "generated", ".")
COPIED: Final = (*PACKAGES[:-1], "openapi", "scripts", "docs", "tests", "pyproject.toml", "CHANGELOG.md")


class Copy:
    """A copy of the repository, and the files that were written by hand in it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.edited: set[str] = set()

    def write(self, name: str, text: str) -> None:
        (self._root / name).write_text(text, encoding="utf-8")
        self.edited.add(name)

    def replace(self, name: str, old: str, new: str) -> None:
        text = (self._root / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, (name, old)
        self.write(name, text.replace(old, new))

    def text(self, name: str) -> str:
        return (self._root / name).read_text(encoding="utf-8")

    def run(self, *arguments: str) -> str:
        """Run Python in the copy, with its packages in front of the installed ones."""
        path = os.pathsep.join(str(self._root / package) for package in PACKAGES)
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self._root,
            env={**os.environ, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def test(self, *arguments: str) -> None:
        self.run("-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments)


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Copy]:
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, tmp_path / name)
    yield Copy(tmp_path)
    shutil.rmtree(tmp_path, ignore_errors=True)


def named_in(heading: str) -> list[re.Pattern[str]]:
    """Return patterns of the files that a section of the guide names."""
    section = GUIDE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    names = re.findall(r"`([\w./<>-]+\.(?:py|yaml|md))`", section)
    return [re.compile(re.sub(r"<\w+>", r"[\\w-]+", name.replace(".", r"\."))) for name in names]


def assert_guide_names(edited: set[str], heading: str) -> None:
    patterns = named_in(heading)
    assert [name for name in edited if not any(it.fullmatch(name) for it in patterns)] == []


CALL_TASK: Final = """
from typing import assert_type
from bytezkit import Bytez
from bytezkit.types import Classification
from bytezkit_emulator import Emulator

with Emulator() as emulator, Bytez("any-key", base_url=emulator.url) as client:
    assert "sarcasm-detection" in client.tasks.list()
    model = client.model("example/sarcasm", task="sarcasm-detection")
    output = model.run("Great.", params={"top_k": 1}).output
    assert_type(output, list[Classification])
    assert output[0].score > 0
"""


def test_add_a_task(copy: Copy) -> None:
    task = copy.text("openapi/tasks/text-classification.yaml")
    for pattern, value in {
        r"^title:.*": "title: Sarcasm detection",
        r"^description: Find.*": "description: Find whether a text is sarcastic.",
        r"^model:.*": "model: example/sarcasm",
        r"^v1:.*\n": "",
    }.items():
        task = re.sub(pattern, value, task, count=1, flags=re.MULTILINE)
    copy.write("openapi/tasks/sarcasm-detection.yaml", task)
    copy.run("-m", "scripts.generate")
    copy.run("-m", "scripts.lint")
    copy.replace(
        "tests/typing/tasks.py",
        '    "sentence-similarity":',
        '    "sarcasm-detection": ("text", "list[Classification]", None),\n    "sentence-similarity":',
    )
    copy.replace(
        "tests/end_to_end/test_tasks.py",
        '    ("sentence-similarity"',
        '    ("sarcasm-detection", "example/sarcasm", ("Great.",), CLASSIFICATION),\n'
        '    ("sentence-similarity"',
    )

    copy.write("call.py", CALL_TASK)
    copy.run("call.py")
    copy.run("-m", "mypy", "--strict", "--no-incremental", "call.py")
    tests = ["tests/end_to_end/test_tasks.py", "tests/contract/test_tasks.py", "tests/typing", "tests/wire"]
    copy.test(*tests, "-k", "sarcasm or mypy or test_every_task_has_a_case")
    copy.edited.remove("call.py")
    assert len([name for name in copy.edited if not name.startswith("tests/")]) == 1
    assert_guide_names(copy.edited, "Add a task")


CALL_ENDPOINT: Final = """
import asyncio
from bytezkit import AsyncBytez, Bytez
from bytezkit_emulator import Emulator

with Emulator() as emulator, Bytez("any-key", base_url=emulator.url) as client:
    assert client.models.list_meters() == sorted({model.meter for model in client.models.list()})

    async def list_meters() -> list[str]:
        async with AsyncBytez("any-key", base_url=emulator.url) as client:
            return await client.models.list_meters()

    assert asyncio.run(list_meters()) == client.models.list_meters()
"""


def test_add_an_endpoint(copy: Copy) -> None:
    path = copy.text("openapi/paths/v2/list-tasks.yaml")
    for old, new in {
        "listTasksV2": "listMetersV2",
        "List tasks": "List meters",
        "The names of the tasks that": "The names of the meters that",
        "The tasks.": "The meters.",
        "ListTasksResponse": "ListMetersResponse",
        "[chat, feature-extraction, text-generation]": "[md-lm, sm-lm]",
    }.items():
        path = path.replace(old, new)
    copy.write("openapi/paths/v2/list-meters.yaml", path)
    root = "openapi/openapi.yaml"
    copy.replace(
        root,
        "  /models/v2/list/clusters:\n",
        "  /models/v2/list/meters:\n    $ref: paths/v2/list-meters.yaml\n  /models/v2/list/clusters:\n",
    )
    copy.replace(
        root,
        "    ListTasksResponse:",
        "    ListMetersResponse: { $ref: components/catalog.yaml#/ListMetersResponse }\n"
        "    ListTasksResponse:",
    )
    components = copy.text("openapi/components/catalog.yaml")
    schema = re.search(r"^ListTasksResponse:\n(?: .*\n)+", components, flags=re.MULTILINE)
    assert schema is not None
    schema_of_meters = schema[0].replace("ListTasksResponse", "ListMetersResponse")
    copy.write("openapi/components/catalog.yaml", f"{components.rstrip()}\n{schema_of_meters}")

    operations = "emulator/bytezkit_emulator/_service/operations.py"
    copy.replace(
        operations,
        "def _list_clusters(",
        "def _list_meters(world: World, _: Call) -> Reply:\n"
        "    return success(list[JsonValue](sorted({model.meter for model in world.catalog.values()})))\n\n\n"
        "def _list_clusters(",
    )
    copy.replace(
        operations,
        '    "listTasksV2": _list_tasks,\n',
        '    "listTasksV2": _list_tasks,\n    "listMetersV2": _list_meters,\n',
    )
    catalog = "overlay/bytezkit/_api/catalog.py"
    copy.replace(
        catalog,
        "from bytezkit_client.api.catalog import list_models_v2,",
        "from bytezkit_client.api.catalog import list_meters_v2, list_models_v2,",
    )
    copy.replace(
        catalog,
        "def list_tasks(",
        "def list_meters(context: Context) -> Operation[list[str]]:\n"
        '    """List the names of the meters."""\n'
        "    request = built_request(list_meters_v2.build_request(), repeatable=True)\n"
        "    response = yield from _fetch(context, request, responses.ListMetersResponse)\n"
        "    return response.output\n\n\n"
        "def list_tasks(",
    )
    copy.replace(
        "overlay/bytezkit/_api/async_resources.py",
        "    async def list_raw(",
        "    async def list_meters(self) -> list[str]:\n"
        '        """List the names of the meters."""\n'
        "        return await self._session.perform(catalog.list_meters)\n\n"
        "    async def list_raw(",
    )
    copy.run("-m", "scripts.generate")
    copy.run("-m", "scripts.lint")
    copy.replace(
        "tests/wire/clients_v2.py",
        '    _python_3_0_1("list.tasks()"',
        '    _python_3_0_1("list.meters()", "GET /models/v2/list/meters", output(["md-lm"])),\n'
        '    _python_3_0_1("list.tasks()"',
    )

    copy.write("call.py", CALL_ENDPOINT)
    copy.run("call.py")
    copy.run("-m", "mypy", "--strict", "--no-incremental", "call.py", "overlay/bytezkit/_api/resources.py")
    copy.test("tests/wire", "tests/contract/test_contract.py", "-k", "meters or test_rows_reach")
    copy.edited.remove("call.py")
    assert len([name for name in copy.edited if not name.startswith("tests/")]) <= 6
    assert_guide_names(copy.edited, "Add an endpoint")
