"""Describes in Markdown what each task takes and returns."""

from collections.abc import Collection
from typing import Final

from scripts.bundle import RUN_PATH, JsonObject, as_object, as_strings, schema_reference
from scripts.markdown import markdown_table
from scripts.task_parts import operation_at, success_of

_INTRODUCTION: Final = """
**Tasks.** The task of a model determines the members of the request, the member `output` of the response,
and the media type of a stream. A question mark follows the name of an optional member.

"""
_MEDIA: Final = "*media*"
# Schemas that the table names, and that a list below it describes.
_NAMED: Final = ("ChatMessage", "GenerationParams")
# Members of each input that do not depend on the task.
_OPTIONS: Final = ("params", "stream", "json", "autoScale")


def with_task_overview(document: JsonObject) -> JsonObject:
    """Return the document with a table of all tasks at the end of its description.

    Args:
        document: The bundled document.
    """
    info = as_object(document["info"], "info")
    return {**document, "info": {**info, "description": f"{info['description']}{_overview(document)}"}}


def task_description(document: JsonObject, entry: JsonObject) -> str:
    """Return the description of a task, followed by what it takes and returns.

    Args:
        document: The bundled document.
        entry: Entry of the task in the registry.
    """
    reader = _Reader(document)
    request, output = (
        f"- {part}\n" for part in (f"Request: {reader.request(entry)}", f"Output: {reader.output(entry)}")
    )
    return f"{str(entry['description']).strip()}\n\n{request}{output}"


def _overview(document: JsonObject) -> str:
    reader = _Reader(document, _NAMED)
    tasks = {
        slug: as_object(entry, slug)
        for slug, entry in as_object(document["x-bytez-tasks"], "x-bytez-tasks").items()
    }
    # Without a code span the names of tasks break at hyphens, and the table fits narrow pages.
    rows = [
        (slug, reader.request(it), f"{reader.output(it)}{reader.variants(it)}{reader.stream(it)}")
        for slug, it in tasks.items()
    ]
    table = markdown_table(("Task", "Request", "Output"), rows)
    expanding = _Reader(document)
    notes = [f"- `{name}`: `{expanding.type_of(schema_reference(name))}`\n" for name in _NAMED]
    return f"{_INTRODUCTION}{table}\n{''.join(notes)}- {_MEDIA}: {reader.media()}\n"


class _Reader:
    """Describes schemas in a notation like that of TypeScript.

    Args:
        document: The bundled document.
        named: Names of the schemas that are named in place of their members.
    """

    def __init__(self, document: JsonObject, named: Collection[str] = ()) -> None:
        self._schemas = as_object(as_object(document["components"], "components")["schemas"], "schemas")
        self._contents = as_object(success_of(operation_at(document, RUN_PATH))["content"], "content")
        self._named = named

    def request(self, entry: JsonObject) -> str:
        """Return the members of the request of a task, without the options of all tasks."""
        params = self.type_of(schema_reference(str(entry["params"])))
        inputs = ", or ".join(self._input(name) for name in as_strings(entry["inputs"], "inputs"))
        return "; ".join(it for it in (inputs, f"`params?: {params}`" if params != "{}" else "") if it)

    def output(self, entry: JsonObject) -> str:
        """Return the type of the output of a task or of a variant."""
        return f"`{self.type_of(schema_reference(str(entry['result'])))}`"

    def variants(self, entry: JsonObject) -> str:
        """Return the other types of the output of a task, with the parameters that select them."""
        text = ""
        for name, variant in as_object(entry.get("variants", {}), "variants").items():
            sent = as_object(as_object(variant, name).get("sends", {}), name)
            text += f", or{''.join(f' with `{it}`' for it in sent)} {self.output(as_object(variant, name))}"
        return text

    def stream(self, entry: JsonObject) -> str:
        """Return the media type of the stream of a task, after a separator; empty if it does not stream."""
        if entry["stream"] == "none":
            return ""
        prefix = "text/" if entry["stream"] == "text" else f"{entry['kind']}/"
        return "".join(f"; stream: `{name}`" for name in self._contents if name.startswith(prefix))

    def media(self) -> str:
        """Return the members that contain media, of which a request has one."""
        members = as_object(as_object(self._schemas["MediaInput"], "MediaInput")["properties"], "properties")
        return f"one of the strings {', '.join(f'`{it}`' for it in members if it not in _OPTIONS)}"

    def _input(self, name: str) -> str:
        schema = as_object(self._schemas[name], name)
        members = as_object(schema["properties"], name)
        required = as_strings(schema.get("required", []), name)
        media = [] if members.keys() <= {*required, *_OPTIONS} else [_MEDIA if self._named else self.media()]
        return ", ".join(
            [*(f"`{it}: {self.type_of(as_object(members[it], it))}`" for it in required), *media]
        )

    def type_of(self, schema: JsonObject) -> str:
        """Return the type of the values of a schema."""
        match schema:
            case {"$ref": str(reference)}:
                name = _target(reference)
                text = name if name in self._named else self.type_of(as_object(self._schemas[name], name))
            case {"oneOf": list(schemas)}:
                text = " or ".join(self.type_of(as_object(it, "oneOf")) for it in schemas)
            case {"type": list(types)}:
                text = " or ".join(self.type_of({**schema, "type": it}) for it in types)
            case {"type": "array", "items": dict(items)}:
                text = f"{self.type_of(items)}[]"
            case {"type": "object", "properties": dict(members)}:
                required = as_strings(schema.get("required", []), "required")
                types_by_name = {
                    f"{it}{'' if it in required else '?'}": self.type_of(as_object(member, it))
                    for it, member in members.items()
                }
                text = f"{{{', '.join(f'{name}: {type_}' for name, type_ in types_by_name.items())}}}"
            case {"format": "uri"}:
                text = "URL"
            case _:
                text = str(schema.get("type", "any"))
        return text


def _target(reference: str) -> str:
    return reference.rpartition("/")[2]
