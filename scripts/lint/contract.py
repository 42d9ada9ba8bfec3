"""Input of the rules: the bundled document, its source files and the documented sources of facts."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scripts.bundle import RUN_PATH, Json, JsonObject, bundle, reference_in
from scripts.paths import CONTRACT, ROOT

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_SOURCES: Final = ROOT / "docs" / "sources.md"
# The first cell of a row in the table of sources is the key.
_SOURCE_ROW: Final = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class DocumentNode:
    """An object of the document and its location. Children that are references are resolved.

    Attributes:
        document: The whole document.
        pointer: JSON pointer to the object.
        value: Members of the object.
    """

    document: JsonObject
    pointer: str
    value: JsonObject

    def at(self, *keys: str) -> "DocumentNode":
        """Return the object below these keys; an empty object if it does not exist."""
        node = self
        for key in keys:
            node = node._child(key, node.value.get(key))
        return node

    def members(self) -> Iterator[tuple[str, "DocumentNode"]]:
        """Yield the names and values of members that are objects."""
        for key, value in self.value.items():
            if isinstance(value, dict):
                yield key, self._child(key, value)

    def items(self, key: str) -> Iterator["DocumentNode"]:
        """Yield the items of the array `key`; items that are not objects are empty."""
        array = self.value.get(key)
        if isinstance(array, list):
            parent = DocumentNode(self.document, f"{self.pointer}/{key}", {})
            for index, value in enumerate(array):
                yield parent._child(str(index), value)

    def strings(self, key: str) -> list[str]:
        """Return the strings in the array `key`."""
        array = self.value.get(key)
        return [item for item in array if isinstance(item, str)] if isinstance(array, list) else []

    def _child(self, key: str, value: Json) -> "DocumentNode":
        reference = reference_in(value)
        if reference is not None:
            return DocumentNode(self.document, "#", self.document).at(
                *map(_unescape, reference.split("/")[1:])
            )
        pointer = f"{self.pointer}/{escape(key)}"
        return DocumentNode(self.document, pointer, value if isinstance(value, dict) else {})


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation.

    Attributes:
        path: Path template.
        node: The operation object.
        path_item: The object that contains the operation.
    """

    path: str
    node: DocumentNode
    path_item: DocumentNode

    @property
    def parameters(self) -> list[DocumentNode]:
        """Parameters of the operation and of its path."""
        return [*self.path_item.items("parameters"), *self.node.items("parameters")]

    @property
    def body(self) -> DocumentNode | None:
        """The request body; None if the operation has no body."""
        return self.node.at("requestBody") if "requestBody" in self.node.value else None

    @property
    def responses(self) -> list[tuple[str, DocumentNode]]:
        """Statuses and responses."""
        return list(self.node.at("responses").members())


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """Input of the rules.

    Attributes:
        document: The bundled document.
        sources: Keys of the sources that `docs/sources.md` describes.
        files: Text of each source file by its path.
    """

    document: JsonObject
    sources: frozenset[str]
    files: Mapping[str, str]

    @property
    def root(self) -> DocumentNode:
        """The whole document."""
        return DocumentNode(self.document, "#", self.document)

    @property
    def operations(self) -> Iterator[Operation]:
        """All operations of the document."""
        for path, item in self.root.at("paths").members():
            for method, node in item.members():
                if method in METHODS:
                    yield Operation(path, node, item)

    @property
    def run(self) -> DocumentNode:
        """The operation that runs a model."""
        return self.root.at("paths", RUN_PATH, "post")

    @property
    def tasks(self) -> Iterator[tuple[str, DocumentNode]]:
        """Names and entries of the task registry."""
        return self.root.at("x-bytez-tasks").members()

    @property
    def v1_entries(self) -> list[DocumentNode]:
        """The v1 descriptions of tasks; v1 does not have all tasks."""
        return [task.at("v1") for _, task in self.tasks if "v1" in task.value]

    def task_schemas(self, member: str) -> list[tuple[str, DocumentNode]]:
        """Return names and schemas of the member `params` or `result` of all tasks and of their variants."""
        tasks = [task for _, task in self.tasks]
        variants = [
            it for task in tasks if "variants" in task.value for _, it in task.at("variants").members()
        ]
        names = dict.fromkeys(str(entry.value.get(member)) for entry in (*tasks, *variants))
        return [(name, self.root.at("components", "schemas", name)) for name in names]


def escape(key: str) -> str:
    """Escape a key for a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def _unescape(key: str) -> str:
    # The order matters: `~01` is the key `~1`, not `/`.
    return key.replace("~1", "/").replace("~0", "~")


def read_contract(folder: Path = CONTRACT, sources: Path = _SOURCES) -> Contract:
    """Read the contract and the documented sources.

    Args:
        folder: Folder of the source files.
        sources: Page that describes the sources of facts.

    Raises:
        BundleError: The source files do not form a document.
    """
    return Contract(
        document=bundle(folder),
        sources=frozenset(_SOURCE_ROW.findall(sources.read_text(encoding="utf-8"))),
        files={
            file.relative_to(folder.parent).as_posix(): file.read_text(encoding="utf-8")
            for file in sorted(folder.rglob("*.yaml"))
        },
    )
