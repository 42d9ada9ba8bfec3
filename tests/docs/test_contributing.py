"""The steps of CONTRIBUTING.md add a task and an endpoint, in a copy of the repository."""

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

PACKAGES: Final = ("overlay", "emulator", "contract", "generated", ".")
COPIED: Final = (
    *PACKAGES[:-1],
    "openapi",
    "scripts",
    "docs",
    "tests",
    "pyproject.toml",
    "CHANGELOG.md",
    "LICENSE",
)


class Copy:
    """A copy of the repository, and the files that the test has edited."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.edited: set[str] = set()

    def text(self, name: str) -> str:
        return (self._root / name).read_text(encoding="utf-8")

    def write(self, name: str, text: str) -> None:
        (self._root / name).write_text(text, encoding="utf-8")
        self.edited.add(name)

    def insert(self, name: str, anchor: str, text: str) -> None:
        """Insert a text in front of its only anchor."""
        before = self.text(name)
        assert before.count(anchor) == 1, (name, anchor)
        self.write(name, before.replace(anchor, text + anchor))

    def run(self, *arguments: str) -> None:
        """Run a module in the copy, with its packages in front of the installed ones."""
        path = os.pathsep.join(str(self._root / package) for package in PACKAGES)
        done = subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=self._root,
            env={**os.environ, "PYTHONPATH": path},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout

    def generate(self) -> None:
        self.run("scripts.generate")
        self.run("scripts.lint")

    def check(self, program: str, checked: tuple[str, ...], tests: tuple[str, ...], selection: str) -> None:
        """Run a program, type check it with other files, and run tests."""
        (self._root / "call.py").write_text(program, encoding="utf-8")
        self.run("call")
        self.run("mypy", "--strict", "--no-incremental", "call.py", *checked)
        self.run("pytest", "-q", "-p", "no:cacheprovider", *tests, "-k", selection)

    def assert_guide_names_edited_files(self, heading: str) -> None:
        guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
        section = guide.partition(f"## {heading}\n")[2].partition("\n## ")[0]
        names = re.findall(r"`([\w./<>-]+\.(?:py|yaml|md))`", section)
        named = "|".join(re.sub(r"<\w+>", r"[\\w-]+", name.replace(".", r"\.")) for name in names)
        assert [name for name in self.edited if not re.fullmatch(named, name)] == []


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Copy]:
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, tmp_path / name)
    yield Copy(tmp_path)
    shutil.rmtree(tmp_path, ignore_errors=True)


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


@pytest.mark.slow
def test_steps_add_a_task(copy: Copy) -> None:
    task = copy.text("openapi/tasks/text-classification.yaml")
    for pattern, value in {
        r"^title:.*": "title: Sarcasm detection",
        r"^description: Find.*": "description: Find whether a text is sarcastic.",
        r"^model:.*": "model: example/sarcasm",
        r"^v1:.*\n": "",
    }.items():
        task = re.sub(pattern, value, task, count=1, flags=re.MULTILINE)
    copy.write("openapi/tasks/sarcasm-detection.yaml", task)
    copy.generate()
    types = '    "sarcasm-detection": ("text", "list[Classification]", None),\n'
    copy.insert("tests/typing/tasks.py", '    "sentence-similarity":', types)
    case = "  sarcasm-detection: {model: example/sarcasm, input: [Great.], output: *classification}\n"
    copy.insert("tests/end_to_end/tasks.yaml", "  sentence-similarity:", case)

    tests = ("tests/end_to_end/test_tasks.py", "tests/contract/test_tasks.py", "tests/typing", "tests/wire")
    copy.check(CALL_TASK, (), tests, "sarcasm or mypy or every")
    assert len([name for name in copy.edited if not name.startswith("tests/")]) == 1
    copy.assert_guide_names_edited_files("Add a task")


CALL_ENDPOINT: Final = """
from bytezkit import Bytez
from bytezkit_emulator import Emulator

with Emulator() as emulator, Bytez("any-key", base_url=emulator.url) as client:
    assert client.models.list_meters() == sorted({model.meter for model in client.models.list()})
"""
HANDLER: Final = """\
def _list_meters(world: World, _: Call) -> Reply:
    return success(list[JsonValue](sorted({model.meter for model in world.catalog.values()})))


"""
OPERATION: Final = '''\
def list_meters(context: Context) -> Operation[list[str]]:
    """List the names of the meters."""
    request = built_request(list_meters_v2.build_request(), repeatable=True)
    response = yield from _fetch(context, request, responses.ListMetersResponse)
    return response.output


'''
METHOD: Final = '''\
    async def list_meters(self) -> builtins.list[str]:
        """List the names of the meters."""
        return await self._session.perform(_api.catalog.list_meters)

'''


@pytest.mark.slow
def test_steps_add_an_endpoint(copy: Copy) -> None:
    path = copy.text("openapi/paths/v2/list-tasks.yaml").replace("Tasks", "Meters").replace("tasks", "meters")
    path = path.replace("[chat, feature-extraction, text-generation]", "[md-lm, sm-lm]")
    copy.write("openapi/paths/v2/list-meters.yaml", path)
    root = "openapi/openapi.yaml"
    route = "  /models/v2/list/meters:\n    $ref: paths/v2/list-meters.yaml\n"
    copy.insert(root, "  /models/v2/list/clusters:\n", route)
    reference = "{ $ref: components/catalog.yaml#/ListMetersResponse }"
    copy.insert(root, "    ListTasksResponse:", f"    ListMetersResponse: {reference}\n")
    components = copy.text("openapi/components/catalog.yaml")
    [schema] = re.findall(r"^ListTasksResponse:\n(?: .*\n)+", components, flags=re.MULTILINE)
    schema = schema.replace("ListTasksResponse", "ListMetersResponse")
    copy.write("openapi/components/catalog.yaml", f"{components.rstrip()}\n{schema}")

    operations = "emulator/bytezkit_emulator/_service/operations.py"
    copy.insert(operations, "def _list_clusters(", HANDLER)
    copy.insert(operations, '    "listTasksV2": _list_tasks,\n', '    "listMetersV2": _list_meters,\n')
    catalog = "overlay/bytezkit/_api/catalog.py"
    copy.insert(catalog, "list_models_v2, list_", "list_meters_v2, ")
    copy.insert(catalog, "def list_tasks(", OPERATION)
    copy.insert("overlay/bytezkit/_api/async_resources.py", "    async def list_raw(", METHOD)
    copy.generate()
    row = "  - call: list.meters()\n    request: GET /models/v2/list/meters\n    output: [md-lm]\n"
    copy.insert("tests/wire/clients_v2.yaml", "  - call: list.tasks()", row)

    checked = ("overlay/bytezkit/_api/resources.py",)
    tests = ("tests/wire", "tests/contract/test_contract.py")
    copy.check(CALL_ENDPOINT, checked, tests, "meters or (test_rows and every)")
    assert len([name for name in copy.edited if not name.startswith("tests/")]) <= 6
    copy.assert_guide_names_edited_files("Add an endpoint")
