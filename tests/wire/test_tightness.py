"""Every optional member and alternative type of the document occurs in a response, or is listed here."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final

import httpx

from tests.emulator.contract_check import admits, resolved
from tests.wire.test_rows import ROWS, operation, send

KINDS: Final = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
}
# Options of the document that no response of the emulator uses.
ALWAYS_NULL: Final = (
    *(f"{name}Response/output" for name in ("DeleteCluster", "Error", "PaymentRequired")),
    *(f"{name}Response/error" for name in ("Cluster", "CreateCluster", "DeleteCluster", "ListClusters")),
    *(f"{name}Response/error" for name in ("ListModels", "ListTasks", "RequestModel", "Run")),
)
ALWAYS_PRESENT: Final = (
    *(f"Cluster/{it}" for it in ("created", "inferences", "instances", "lastInference", "modelId")),
    *("Cluster/modified", "Cluster/timeout", "ClusterResponse/cluster", "ClusterResponse/output"),
    *("Capacity/min", "CatalogModelV1/modelId", "CatalogModelV1/ramRequired", "CatalogModelV1/task"),
    *("JobV1/model", "LoadResponseV1/concurrency", "PaymentRequiredResponse/message"),
    *("PaymentRequiredResponse/status", "loadModelV1 429 headers/retry-after"),
    *("ChatCompletion/model", "ChatCompletion/usage", "ChatCompletionChoice/logprobs", "EmbeddingList/usage"),
    *(f"Completion/choices/items/{it}" for it in ("finish_reason", "logprobs")),
    *("Completion/model", "Completion/usage", "OpenaiModel/created", "OpenaiModel/owned_by"),
    *(f"ModelResponse/{it}" for it in ("created_at", "output", "output_text", "status", "usage")),
    *(f"ModelResponseItem/{it}" for it in ("content", "id", "role", "status")),
    *("ModelResponseText/annotations", "ModelResponseText/logprobs"),
    *(f"ModelResponseUsage/input_tokens_details{it}" for it in ("", "/cached_tokens")),
    *(f"ModelResponseUsage/output_tokens_details{it}" for it in ("", "/reasoning_tokens")),
)
# Members that OpenAI's clients read, and no document of the vendor names.
UNDOCUMENTED: Final = {
    *(f"ModelResponse/{it}" for it in ("error", "incomplete_details", "instructions", "metadata")),
    *(
        f"ModelResponse/{it}"
        for it in ("parallel_tool_calls", "temperature", "tool_choice", "tools", "top_p")
    ),
}
UNUSED: Final = {
    *(f"{member} is never {kind}" for member in ALWAYS_NULL for kind in ("missing", "string")),
    *(f"{member} is never missing" for member in ALWAYS_PRESENT),
    "InstanceV1/expirationPeriodMinutes is never number",
    "JobV1/endTime is never null",
    *(f"{it}/finish_reason is never null" for it in ("ChatCompletionChoice", "Completion/choices/items")),
    "ChatCompletionAnswer/content is never null",
}


class SeenOptions:
    """Collects types and missing members in responses, by the place of their schema in the document."""

    def __init__(self) -> None:
        self._schemas: dict[str, Any] = {}
        self._types: dict[str, set[str]] = defaultdict(set)
        self._missing: dict[str, set[str]] = defaultdict(set)
        self.undocumented: set[str] = set()

    def read_headers(self, place: str, declared: Mapping[str, Any], headers: httpx.Headers) -> None:
        required = [name.lower() for name, header in declared.items() if resolved(header).get("required")]
        schema = {"properties": {name.lower(): {} for name in declared}, "required": required}
        self._read_members(f"{place} headers", schema, headers)

    def read(self, place: str, schema: Any, value: object) -> None:
        if "$ref" in schema:
            place, schema = schema["$ref"].rpartition("/")[2], resolved(schema)
        self._schemas[place] = schema
        self._types[place].add(KINDS.get(type(value), "null"))
        for number, alternative in enumerate(schema.get("oneOf", schema.get("anyOf", ()))):
            if admits(alternative, value):
                self.read(f"{place}/{number}", alternative, value)
        if isinstance(value, dict) and "properties" in schema:
            self._read_members(place, schema, value)
            self.undocumented |= {f"{place}/{name}" for name in value.keys() - schema["properties"].keys()}
            for name in schema["properties"].keys() & value.keys():
                self.read(f"{place}/{name}", schema["properties"][name], value[name])
        if isinstance(value, list) and "items" in schema:
            for item in value:
                self.read(f"{place}/items", schema["items"], item)

    def unused(self) -> Iterator[str]:
        """Yield the options that no response used."""
        for place, schema in self._schemas.items():
            declared = schema.get("type", [])
            for name in {declared} if isinstance(declared, str) else set(declared):
                if name not in self._types[place]:
                    yield f"{place} is never {name}"
            if place in self._missing:
                optional = schema["properties"].keys() - schema.get("required", ())
                for name in optional - self._missing[place]:
                    yield f"{place}/{name} is never missing"

    def _read_members(self, place: str, schema: Any, members: Mapping[str, object]) -> None:
        self._schemas[place] = schema
        self._missing[place] |= schema["properties"].keys() - members.keys()


def test_document_has_no_undocumented_or_other_unused_options() -> None:
    seen = SeenOptions()
    for row in ROWS:
        response = send(row)
        declared = resolved(operation(row)["responses"][str(response.status_code)])
        place = f"{operation(row)['operationId']} {response.status_code}"
        seen.read_headers(place, declared.get("headers", {}), response.headers)
        if response.headers["content-type"] == "application/json":
            seen.read(place, declared["content"]["application/json"]["schema"], response.json())

    assert seen.undocumented == UNDOCUMENTED
    assert set(seen.unused()) == UNUSED


def test_v1_run_has_an_output_or_a_file() -> None:
    run = {"$ref": "#/components/schemas/RunResponseV1"}
    assert not any(admits(run, {name: None}) for name in ("error", "output_png", "output_wav", "output_mp4"))
    assert all(admits(run, {name: "a"}) for name in ("output", "output_png", "output_wav", "output_mp4"))
