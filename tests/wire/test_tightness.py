"""Every optional member and alternative type of the document occurs in an answer, or is listed here."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final

import httpx

from tests.emulator.contract_check import admits, operation_of, resolved
from tests.wire.test_rows import HOST, ROWS, enter_state, make_emulator

TYPES: Final[Mapping[type, set[str]]] = {
    type(None): {"null"},
    bool: {"boolean"},
    int: {"integer"},
    float: {"number"},
    str: {"string"},
    list: {"array"},
    dict: {"object"},
}
# Options of the document that the emulator never uses.
LEFT_OPEN: Final = {
    *("Capacity/min is never missing", "CatalogModelV1/modelId is never missing"),
    *("CatalogModelV1/ramRequired is never missing", "CatalogModelV1/task is never missing"),
    *("Cluster/created is never missing", "Cluster/inferences is never missing"),
    *("Cluster/instances is never missing", "Cluster/lastInference is never missing"),
    *("Cluster/modelId is never missing", "Cluster/modified is never missing"),
    *("Cluster/timeout is never missing", "ClusterResponse/cluster is never missing"),
    *("ClusterResponse/error is never missing", "ClusterResponse/error is never string"),
    *("ClusterResponse/output is never missing", "CreateClusterResponse/error is never missing"),
    *("CreateClusterResponse/error is never string", "DeleteClusterResponse/error is never missing"),
    *("DeleteClusterResponse/error is never string", "DeleteClusterResponse/output is never missing"),
    *("DeleteClusterResponse/output is never string", "ErrorResponse/output is never missing"),
    *("ErrorResponse/output is never string", "InstanceV1/expirationPeriodMinutes is never number"),
    *("JobV1/endTime is never null", "JobV1/model is never missing"),
    *("ListClustersResponse/error is never missing", "ListClustersResponse/error is never string"),
    *("ListModelsResponse/error is never missing", "ListModelsResponse/error is never string"),
    *("ListTasksResponse/error is never missing", "ListTasksResponse/error is never string"),
    "LoadResponseV1/concurrency is never missing",
    "PaymentRequiredResponse/message is never missing",
    "PaymentRequiredResponse/output is never missing",
    "PaymentRequiredResponse/output is never string",
    "PaymentRequiredResponse/status is never missing",
    *("RequestModelResponse/error is never missing", "RequestModelResponse/error is never string"),
    *("RunResponse/error is never missing", "RunResponse/error is never string"),
    "loadModelV1 429 headers/retry-after is never missing",
}


class Stubs:
    """Collects the types and missing members seen per schema, by the place of the schema in the document."""

    def __init__(self) -> None:
        self._schemas: dict[str, Any] = {}
        self._types: dict[str, set[str]] = defaultdict(set)
        self._lacking: dict[str, set[str]] = defaultdict(set)
        self.undocumented: set[str] = set()

    def read_headers(self, place: str, declared: Mapping[str, Any], headers: httpx.Headers) -> None:
        required = [name.lower() for name, header in declared.items() if resolved(header).get("required")]
        schema = {"properties": {name.lower(): {} for name in declared}, "required": required}
        self._read_members(f"{place} headers", schema, headers)

    def read(self, place: str, schema: Any, value: object) -> None:
        if "$ref" in schema:
            place, schema = schema["$ref"].rpartition("/")[2], resolved(schema)
        self._schemas[place] = schema
        self._types[place] |= TYPES[type(value)]
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

    def left_open(self) -> Iterator[str]:
        """Yield the options that no answer used."""
        for place, schema in self._schemas.items():
            declared = schema.get("type", [])
            for name in {declared} if isinstance(declared, str) else set(declared):
                if name not in self._types[place]:
                    yield f"{place} is never {name}"
            if place in self._lacking:
                optional = schema["properties"].keys() - schema.get("required", ())
                for name in optional - self._lacking[place]:
                    yield f"{place}/{name} is never missing"

    def _read_members(self, place: str, schema: Any, members: Mapping[str, object]) -> None:
        self._schemas[place] = schema
        self._lacking[place] |= schema["properties"].keys() - members.keys()


def answers_to_all_rows() -> Stubs:
    answers = Stubs()
    for row in ROWS:
        emulator = make_emulator(row)
        with httpx.Client(transport=emulator.transport, base_url=HOST) as client:
            enter_state(row.state, emulator, client)
            response = client.request(row.method, row.target, headers=row.headers, content=row.body)
        operation = operation_of(row.method, row.target)
        assert operation is not None
        declared = resolved(operation["responses"][str(response.status_code)])
        place = f"{operation['operationId']} {response.status_code}"
        answers.read_headers(place, declared.get("headers", {}), response.headers)
        media_type = response.headers["content-type"].partition(";")[0]
        if media_type == "application/json":
            answers.read(place, declared["content"][media_type]["schema"], response.json())
    return answers


def test_document_has_no_other_unused_options() -> None:
    answers = answers_to_all_rows()

    assert answers.undocumented == set()
    assert set(answers.left_open()) == LEFT_OPEN
