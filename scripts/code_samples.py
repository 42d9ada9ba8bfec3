"""Adds code samples to each operation of a document: curl, Python with httpx, and TypeScript with `fetch`."""

import json
import re
from textwrap import indent
from typing import Final, NamedTuple

from scripts.bundle import Json, JsonObject, as_list, as_object, reference_in
from scripts.task_parts import JSON, examples_of

# Prefix of the media types of streams.
_TEXT: Final = "text/"
# A run waits until its model has started.
_TIMEOUT_SECONDS: Final = 600
_PYTHON: Final = {"true": "True", "false": "False", "null": "None"}


class _Request(NamedTuple):
    """Request of the samples.

    Attributes:
        method: Its method in capitals.
        url: Its URL.
        body: Its body; None if it has none.
        media_type: Media type of the response.
    """

    method: str
    url: str
    body: Json
    media_type: str

    @property
    def file_name(self) -> str:
        """File for a response that is neither JSON nor text."""
        return f"output.{self.media_type.partition('/')[2]}"


def with_code_samples(document: JsonObject) -> JsonObject:
    """Return the document with `x-codeSamples`, which send the first example of the operation.

    Args:
        document: A published document.
    """
    paths: JsonObject = {
        path: {
            method: {
                **as_object(it, method),
                "x-codeSamples": _samples(document, path, method, as_object(it, method)),
            }
            for method, it in as_object(item, path).items()
        }
        for path, item in as_object(document["paths"], "paths").items()
    }
    return {**document, "paths": paths}


def _samples(document: JsonObject, path: str, method: str, operation: JsonObject) -> list[Json]:
    body = _body(operation)
    request = _Request(method.upper(), _url(document, path, operation), body, _media_type(operation, body))
    sources = {"Shell": _curl, "Python": _python, "TypeScript": _typescript}
    return [{"lang": language, "source": source(request)} for language, source in sources.items()]


def _url(document: JsonObject, path: str, operation: JsonObject) -> str:
    """Return the URL with the examples of the path parameters, and without query and fragment."""
    shared = as_object(as_object(document["components"], "components")["parameters"], "parameters")
    server = as_object(as_list(document["servers"], "servers")[0], "servers/0")
    url = f"{server['url']}{path.partition('#')[0]}"
    for it in as_list(operation.get("parameters", []), "parameters"):
        reference = reference_in(it)
        parameter = as_object(shared[reference.rpartition("/")[2]] if reference else it, "parameter")
        if parameter["in"] == "path":
            url = url.replace(f"{{{parameter['name']}}}", str(parameter["example"]))
    return url


def _body(operation: JsonObject) -> Json:
    if "requestBody" not in operation:
        return None
    examples = examples_of(as_object(operation["requestBody"], "requestBody"))
    return as_object(next(iter(examples.values())), "example")["value"]


def _media_type(operation: JsonObject, body: Json) -> str:
    responses = as_object(operation["responses"], "responses")
    [success] = [as_object(it, status) for status, it in responses.items() if status.startswith("2")]
    media_types = [*as_object(success["content"], "content")]
    is_stream = isinstance(body, dict) and body.get("stream") is True
    streams = [it for it in media_types if is_stream and it.startswith(_TEXT)]
    return [*streams, *media_types][0]


def _curl(request: _Request) -> str:
    lines = [f"curl --request {request.method} {request.url}", '--header "Authorization: Key $BYTEZ_KEY"']
    if request.body is not None:
        body = _json(request.body).replace("'", r"'\''")
        lines += [f"--header 'Content-Type: {JSON}'", f"--data '{body}'"]
    if request.media_type.startswith(_TEXT):
        lines.append("--no-buffer")
    elif request.media_type != JSON:
        lines.append(f"--output {request.file_name}")
    return " \\\n  ".join(lines)


def _python(request: _Request) -> str:
    arguments = [
        f'"{request.method}"',
        f'"{request.url}"',
        'headers={"Authorization": f"Key {os.environ[\'BYTEZ_KEY\']}"}',
    ]
    if request.body is not None:
        # A literal at the end of a line is not part of a string.
        body = re.sub(r"(true|false|null)(?=,?$)", lambda it: _PYTHON[it[0]], _json(request.body), flags=re.M)
        arguments.append(f"json={body}")
    arguments.append(f"timeout={_TIMEOUT_SECONDS}")
    lines = indent(",\n".join(arguments), "    ")
    call = f"(\n{lines},\n)"
    imports = "import os\n\nimport httpx\n\n"
    if request.media_type.startswith(_TEXT):
        return (
            f"{imports}with httpx.stream{call} as response:\n"
            "    response.raise_for_status()\n"
            "    for text in response.iter_text():\n"
            '        print(text, end="", flush=True)'
        )
    response = f"response = httpx.request{call}\nresponse.raise_for_status()\n"
    if request.media_type == JSON:
        return f"{imports}{response}print(response.json())"
    imports = imports.replace("import os\n", "import os\nfrom pathlib import Path\n")
    return f'{imports}{response}Path("{request.file_name}").write_bytes(response.content)'


def _typescript(request: _Request) -> str:
    headers = ["Authorization: `Key ${process.env.BYTEZ_KEY}`"]
    options = [f'method: "{request.method}"']
    if request.body is not None:
        headers.append(f'"Content-Type": "{JSON}"')
        options.append(f"body: JSON.stringify({_json(request.body)})")
    options.insert(1, f"headers: {{ {', '.join(headers)} }}")
    lines = indent(",\n".join(options), "  ")
    call = (
        f'const response = await fetch("{request.url}", {{\n{lines},\n}});\n'
        "if (!response.ok) throw new Error(await response.text());\n"
    )
    if request.media_type.startswith(_TEXT):
        return (
            f"{call}for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {{\n"
            "  process.stdout.write(text);\n}"
        )
    if request.media_type == JSON:
        return f"{call}console.log(await response.json());"
    return (
        f'import {{ writeFile }} from "node:fs/promises";\n\n{call}'
        f'await writeFile("{request.file_name}", new Uint8Array(await response.arrayBuffer()));'
    )


def _json(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
