"""The contract as the rules see it: the bundled document, the source files and the described sources."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scripts.bundle import RUN_PATH, Json, JsonObject, bundle, reference_in
from scripts.paths import CONTRACT, ROOT

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_SOURCES: Final = ROOT / "docs" / "sources.md"
# A row of the table of sources starts with the key.
_SOURCE_ROW: Final = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Part:
    """An object of the document and where it stands; what refers to another object is that object."""

    document: JsonObject
    pointer: str
    value: JsonObject

    def at(self, *keys: str) -> "Part":
        """Return the object below these keys, an empty one where there is none."""
        part = self
        for key in keys:
            part = part._child(key, part.value.get(key))
        return part

    def members(self) -> Iterator[tuple[str, "Part"]]:
        """List the members that are objects, by name."""
        for key, value in self.value.items():
            if isinstance(value, dict):
                yield key, self._child(key, value)

    def items(self, key: str) -> Iterator["Part"]:
        """List the objects in the array `key`."""
        array = self.value.get(key)
        if isinstance(array, list):
            holder = Part(self.document, f"{self.pointer}/{key}", {})
            for index, value in enumerate(array):
                yield holder._child(str(index), value)

    def strings(self, key: str) -> list[str]:
        """Return the strings in the array `key`."""
        array = self.value.get(key)
        return [item for item in array if isinstance(item, str)] if isinstance(array, list) else []

    def _child(self, key: str, value: Json) -> "Part":
        reference = reference_in(value)
        if reference is not None:
            return Part(self.document, "#", self.document).at(*map(_unescape, reference.split("/")[1:]))
        pointer = f"{self.pointer}/{escape(key)}"
        return Part(self.document, pointer, value if isinstance(value, dict) else {})


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation, with the path that it belongs to."""

    path: str
    part: Part
    path_item: Part

    @property
    def parameters(self) -> list[Part]:
        """Its parameters, those of its path included."""
        return [*self.path_item.items("parameters"), *self.part.items("parameters")]

    @property
    def body(self) -> Part | None:
        """Its request body."""
        return self.part.at("requestBody") if "requestBody" in self.part.value else None

    @property
    def responses(self) -> list[tuple[str, Part]]:
        """Its responses by status."""
        return list(self.part.at("responses").members())


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What the rules read.

    Attributes:
        document: The bundle.
        sources: The keys that `docs/sources.md` describes.
        files: The text of each source file, by its path.
    """

    document: JsonObject
    sources: frozenset[str]
    files: Mapping[str, str]

    @property
    def root(self) -> Part:
        """The whole document."""
        return Part(self.document, "#", self.document)

    @property
    def operations(self) -> Iterator[Operation]:
        """All operations."""
        for path, item in self.root.at("paths").members():
            for method, part in item.members():
                if method in METHODS:
                    yield Operation(path, part, item)

    @property
    def run(self) -> Part:
        """The operation that runs a model."""
        return self.root.at("paths", RUN_PATH, "post")

    @property
    def tasks(self) -> Iterator[tuple[str, Part]]:
        """The rows of the task registry."""
        return self.root.at("x-bytez-tasks").members()

    @property
    def older_rows(self) -> list[Part]:
        """What the rows of tasks say of the older API, which does not run all of them."""
        return [task.at("v1") for _, task in self.tasks if "v1" in task.value]

    def task_schemas(self, member: str) -> list[tuple[str, Part]]:
        """Return the schema that each task names as `params` or `result`, by the schema's name."""
        names = [str(task.value.get(member)) for _, task in self.tasks]
        return [(name, self.root.at("components", "schemas", name)) for name in names]


def escape(key: str) -> str:
    """Spell a key as a part of a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def _unescape(part: str) -> str:
    return part.replace("~1", "/").replace("~0", "~")


def read_contract(folder: Path = CONTRACT, sources: Path = _SOURCES) -> Contract:
    """Bundle the contract and read what else the rules need."""
    return Contract(
        document=bundle(folder),
        sources=frozenset(_SOURCE_ROW.findall(sources.read_text(encoding="utf-8"))),
        files={
            file.relative_to(folder.parent).as_posix(): file.read_text(encoding="utf-8")
            for file in sorted(folder.rglob("*.yaml"))
        },
    )
