"""Compose the files below `openapi/` into one OpenAPI document.

A standard bundler follows references; this one also composes: each file in `openapi/tasks/` adds its
schemas, its examples of the run operation and its row of `x-bytez-tasks`, so that a task is one file.
Every shared component must be listed in the root document, which fixes its name and its place.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, TypeAlias, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from scripts.paths import CONTRACT

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
JsonObject: TypeAlias = "dict[str, Json]"

RUN_PATH: Final = "/models/v2/{org}/{name}"


class BundleError(Exception):
    """The files below `openapi/` do not make one document."""


def read_yaml(path: Path) -> Json:
    """Read one YAML 1.2 file."""
    try:
        return cast("Json", YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise BundleError(f"{path}: no such file") from None
    except YAMLError as error:
        raise BundleError(f"{path}: {error}") from None


def as_object(value: Json, where: str) -> JsonObject:
    """Return `value` as an object, or say where something else stands."""
    if not isinstance(value, dict):
        raise BundleError(f"{where}: expected an object, found {type(value).__name__}")
    return value


def as_strings(value: Json, where: str) -> list[str]:
    """Return `value` as a list of strings, or say where something else stands."""
    if not isinstance(value, list):
        raise BundleError(f"{where}: expected a list, found {type(value).__name__}")
    return [str(item) for item in value]


def reference_in(value: Json) -> str | None:
    """Return what `value` refers to, if it is a reference."""
    reference = value.get("$ref") if isinstance(value, dict) else None
    return reference if isinstance(reference, str) else None


def pascal_case(slug: str) -> str:
    """Spell a task's name as the prefix of its schemas: `text-generation` as `TextGeneration`."""
    return "".join(part.capitalize() for part in slug.split("-"))


def bundle(contract: Path = CONTRACT) -> JsonObject:
    """Return the whole document, with every reference pointing into its own components."""
    root_file = contract / "openapi.yaml"
    root = as_object(read_yaml(root_file), str(root_file))
    return _Bundler(contract, root).compose()


class _Bundler:
    def __init__(self, contract: Path, root: JsonObject) -> None:
        self._contract = contract
        self._root_file = contract / "openapi.yaml"
        self._root = root
        self._files: dict[Path, Json] = {}
        self._names = dict(self._index())

    def _index(self) -> list[tuple[tuple[Path, str], str]]:
        """List where each shared component stands and what it is called in the document."""
        index = []
        for section, members in as_object(self._root["components"], "components").items():
            for name, member in as_object(members, section).items():
                reference = reference_in(member)
                if reference is not None:
                    index.append((self._target(self._root_file, reference), f"#/components/{section}/{name}"))
        return index

    def compose(self) -> JsonObject:
        document = {key: value for key, value in self._root.items() if key not in ("paths", "components")}
        document["paths"] = {
            path: self._inline(self._root_file, item, f"/paths/{path}")
            for path, item in as_object(self._root["paths"], "paths").items()
        }
        document["components"] = {
            section: {
                name: self._inline(self._root_file, member, f"/components/{section}/{name}")
                for name, member in as_object(members, section).items()
            }
            for section, members in as_object(self._root["components"], "components").items()
        }
        self._add_tasks(document)
        return document

    def _add_tasks(self, document: JsonObject) -> None:
        schemas = _descend(document, "components", "schemas")
        run = _descend(document, "paths", RUN_PATH, "post")
        requests = _descend(run, "requestBody", "content", "application/json", "examples")
        responses = _descend(run, "responses", "200", "content", "application/json", "examples")
        registry: JsonObject = {}
        for file in sorted((self._contract / "tasks").glob("*.yaml")):
            task = as_object(self._resolve(file, self._load(file), ""), str(file))
            slug, prefix = file.stem, pascal_case(file.stem)
            examples = as_object(task.pop("examples"), f"{file}: examples")
            for part in ("params", "result"):
                name = f"{prefix}{part.capitalize()}"
                schemas[name] = task[part]
                task[part] = name
            for name, example in examples.items():
                pair = as_object(example, f"{file}: examples/{name}")
                requests[f"{slug}.{name}"] = {"value": pair["request"]}
                responses[f"{slug}.{name}"] = {"value": pair["response"]}
            registry[slug] = {**task, "examples": [f"{slug}.{name}" for name in examples]}
        document["x-bytez-tasks"] = registry

    def _inline(self, file: Path, value: Json, pointer: str) -> Json:
        """Replace a reference by the content it refers to, and resolve the references in it."""
        reference = reference_in(value)
        if reference is None:
            return self._resolve(file, value, pointer)
        target = self._target(file, reference)
        return self._resolve(target[0], self._referenced(file, pointer, reference), target[1])

    def _resolve(self, file: Path, value: Json, pointer: str) -> Json:
        """Copy `value`, with each reference rewritten to the component that it names."""
        if isinstance(value, list):
            return [self._resolve(file, item, f"{pointer}/{index}") for index, item in enumerate(value)]
        if not isinstance(value, dict):
            return value
        reference = reference_in(value)
        if reference is not None:
            self._referenced(file, pointer, reference)
            target = self._target(file, reference)
            if target not in self._names:
                raise BundleError(
                    f"{file}: {pointer}: {reference} is not listed in the components of openapi.yaml"
                )
            return {"$ref": self._names[target]}
        return {key: self._resolve(file, item, f"{pointer}/{key}") for key, item in value.items()}

    def _referenced(self, file: Path, pointer: str, reference: str) -> Json:
        """Return the content of a reference.

        Raises:
            BundleError: There is none; the message names the file and the pointer of the reference.
        """
        target, target_pointer = self._target(file, reference)
        try:
            value = self._load(target)
        except BundleError as error:
            raise BundleError(f"{file}: {pointer}: $ref {reference!r}: {error}") from None
        for part in target_pointer.split("/")[1:]:
            if not isinstance(value, Mapping) or part not in value:
                raise BundleError(f"{file}: {pointer}: $ref {reference!r}: {target.name} has no {part!r}")
            value = value[part]
        return value

    def _target(self, file: Path, reference: str) -> tuple[Path, str]:
        location, _, pointer = reference.partition("#")
        return ((file.parent / location).resolve() if location else file.resolve()), pointer

    def _load(self, file: Path) -> Json:
        if file not in self._files:
            self._files[file] = read_yaml(file)
        return self._files[file]


def _descend(value: Json, *keys: str) -> JsonObject:
    for key in keys:
        value = as_object(value, key)[key]
    return as_object(value, "/".join(keys))
