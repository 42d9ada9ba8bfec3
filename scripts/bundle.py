"""Bundles the files in `openapi/` into one OpenAPI document.

In addition to resolving references, as standard bundlers do, each file in `openapi/tasks/` is added to the
document: its schemas, its examples of the run operation and its entry in `x-bytez-tasks`. Thus a task needs
only one file. An operation with `x-alias` gets a copy at that path, with provenance of its own and an
operation id that ends in `AliasV2`. The root document lists every shared component, which determines its name
and position.
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
V1_RUN_PATH: Final = "/model/run"
# Extension of the copy of an operation: the id of the original.
ALIAS_OF: Final = "x-alias-of"


class BundleError(Exception):
    """The files in `openapi/` do not form a document; the message names file and pointer."""


def read_yaml(path: Path) -> Json:
    """Read a YAML 1.2 file.

    Raises:
        BundleError: The file does not exist or is not valid YAML.
    """
    try:
        return cast("Json", YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise BundleError(f"{path}: no such file") from None
    except YAMLError as error:
        raise BundleError(f"{path}: {error}") from None


def as_object(value: Json, location: str) -> JsonObject:
    """Return the value as an object.

    Raises:
        BundleError: The value has another type; the message names `location`.
    """
    if not isinstance(value, dict):
        raise BundleError(f"{location}: expected an object, found {type(value).__name__}")
    return value


def as_list(value: Json, location: str) -> list[Json]:
    """Return the value as a list.

    Raises:
        BundleError: The value has another type; the message names `location`.
    """
    if not isinstance(value, list):
        raise BundleError(f"{location}: expected a list, found {type(value).__name__}")
    return value


def as_strings(value: Json, location: str) -> list[str]:
    """Return the value as a list of strings; errors as for `as_list`."""
    return [str(item) for item in as_list(value, location)]


def reference_in(value: Json) -> str | None:
    """Return the target of a reference; None for other values."""
    reference = value.get("$ref") if isinstance(value, dict) else None
    return reference if isinstance(reference, str) else None


def schema_reference(name: str) -> JsonObject:
    """Return a reference to a schema component."""
    return {"$ref": f"#/components/schemas/{name}"}


def pascal_case(slug: str) -> str:
    """Return the prefix of a task's schemas: `TextGeneration` for `text-generation`."""
    return "".join(part.capitalize() for part in slug.split("-"))


def bundle(contract: Path = CONTRACT) -> JsonObject:
    """Return the bundled document, in which every reference refers to its components.

    Args:
        contract: Folder of the source files.

    Raises:
        BundleError: The files do not form a document.
    """
    root_file = contract / "openapi.yaml"
    root = as_object(read_yaml(root_file), str(root_file))
    return _Bundler(contract, root).compose()


class _Bundler:
    def __init__(self, contract: Path, root: JsonObject) -> None:
        self._contract = contract
        self._root_file = contract / "openapi.yaml"
        self._root = root
        self._files: dict[Path, Json] = {}
        self._references = dict(self._shared_components())

    def _shared_components(self) -> list[tuple[tuple[Path, str], str]]:
        """Return file and pointer of each shared component, with its reference in the document."""
        components = []
        for section, members in as_object(self._root["components"], "components").items():
            for name, member in as_object(members, section).items():
                reference = reference_in(member)
                if reference is not None:
                    components.append(
                        (self._location(self._root_file, reference), f"#/components/{section}/{name}")
                    )
        return components

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
        _add_aliases(as_object(document["paths"], "paths"))
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
            for name, variant in as_object(task.get("variants", {}), f"{file}: variants").items():
                _add_variant(schemas, task, f"{prefix}{pascal_case(name)}", as_object(variant, name))
            for name, example in examples.items():
                members = as_object(example, f"{file}: examples/{name}")
                requests[f"{slug}.{name}"] = {"value": members["request"]}
                responses[f"{slug}.{name}"] = {"value": members["response"]}
            registry[slug] = {**task, "examples": [f"{slug}.{name}" for name in examples]}
        document["x-bytez-tasks"] = registry

    def _inline(self, file: Path, value: Json, pointer: str) -> Json:
        """Return the target of a reference, or the value itself, with all references resolved."""
        reference = reference_in(value)
        if reference is None:
            return self._resolve(file, value, pointer)
        target = self._location(file, reference)
        return self._resolve(target[0], self._target_value(file, pointer, reference), target[1])

    def _resolve(self, file: Path, value: Json, pointer: str) -> Json:
        """Return a copy of the value whose references refer to components of the document."""
        if isinstance(value, list):
            return [self._resolve(file, item, f"{pointer}/{index}") for index, item in enumerate(value)]
        if not isinstance(value, dict):
            return value
        reference = reference_in(value)
        if reference is not None:
            # Only for the error: a wrong reference is reported as missing, not as unlisted.
            self._target_value(file, pointer, reference)
            target = self._location(file, reference)
            if target not in self._references:
                raise BundleError(
                    f"{file}: {pointer}: {reference} is not listed in the components of openapi.yaml"
                )
            return {"$ref": self._references[target]}
        return {key: self._resolve(file, item, f"{pointer}/{key}") for key, item in value.items()}

    def _target_value(self, file: Path, pointer: str, reference: str) -> Json:
        """Return the target of a reference.

        Raises:
            BundleError: The target does not exist; the message names file and pointer of the reference.
        """
        target, target_pointer = self._location(file, reference)
        try:
            value = self._load(target)
        except BundleError as error:
            raise BundleError(f"{file}: {pointer}: $ref {reference!r}: {error}") from None
        for key in target_pointer.split("/")[1:]:
            if not isinstance(value, Mapping) or key not in value:
                raise BundleError(f"{file}: {pointer}: $ref {reference!r}: {target.name} has no {key!r}")
            value = value[key]
        return value

    def _location(self, file: Path, reference: str) -> tuple[Path, str]:
        location, _, pointer = reference.partition("#")
        return ((file.parent / location).resolve() if location else file.resolve()), pointer

    def _load(self, file: Path) -> Json:
        if file not in self._files:
            self._files[file] = read_yaml(file)
        return self._files[file]


def _add_variant(schemas: JsonObject, task: JsonObject, prefix: str, variant: JsonObject) -> None:
    """Add the schemas of a variant: its result, and its parameters if it has arguments of its own."""
    variant["params"] = task["params"]
    arguments = variant.pop("arguments", None)
    if arguments is not None:
        params = as_object(schemas[str(task["params"])], prefix)
        properties = as_object(params["properties"], prefix) | as_object(arguments, prefix)
        variant["params"] = f"{prefix}Params"
        schemas[f"{prefix}Params"] = {**params, "properties": properties}
    schemas[f"{prefix}Result"] = variant["result"]
    variant["result"] = f"{prefix}Result"


def _add_aliases(paths: JsonObject) -> None:
    """Add a copy of each operation with `x-alias`."""
    for path, item in list(paths.items()):
        for method, it in as_object(item, path).items():
            operation = as_object(it, f"{path}/{method}")
            if "x-alias" not in operation:
                continue
            alias = dict(as_object(operation["x-alias"], f"{path}/{method}/x-alias"))
            operation_id = str(operation["operationId"])
            copy = {key: value for key, value in operation.items() if key != "x-alias"}
            copied = as_object(paths.setdefault(str(alias.pop("path")), {}), path)
            copied[method] = {
                **copy,
                "operationId": f"{operation_id.removesuffix('V2')}AliasV2",
                ALIAS_OF: operation_id,
                **alias,
            }


def _descend(value: Json, *keys: str) -> JsonObject:
    for key in keys:
        value = as_object(value, key)[key]
    return as_object(value, "/".join(keys))
