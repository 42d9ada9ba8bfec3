"""The emulator satisfies the contract for every generated request.

Every operation of the document is covered without a list of them, in all phases of schemathesis, with
the checks and statuses that `schemathesis.toml` names. No finding is accepted.
"""

import json
import tomllib
from collections import Counter

import schemathesis
from hypothesis import settings
from schemathesis.config import SchemathesisConfig

from bytezkit_contract._links import with_v1_links
from bytezkit_emulator import Emulator
from bytezkit_openapi import read_json
from scripts.paths import ROOT
from tests.contract.gate import CONFIGURATION, REPRODUCIBLE, Case

DOCUMENT = json.loads(read_json())
schema = schemathesis.openapi.from_dict(
    with_v1_links(DOCUMENT), config=SchemathesisConfig.from_path(CONFIGURATION)
)
emulator = Emulator(keys=["test-key"])
schema.app = emulator.app

# Number of responses by operation and status.
responses: Counter[tuple[str, int]] = Counter()


@schema.hook
def after_call(_: object, case: Case, response: schemathesis.Response) -> None:
    responses[case.operation.label, response.status_code] += 1


@schema.parametrize()
@settings(REPRODUCIBLE, max_examples=25)
def test_operation(case: Case) -> None:
    case.call_and_validate()


class Workflow(schema.as_state_machine()):  # type: ignore[misc]  # a base class made at run time
    """Sequences of operations along the links of the contract, each from the initial state."""

    def teardown(self) -> None:
        emulator.state.reset()


TestWorkflow = Workflow.TestCase
TestWorkflow.settings = settings(REPRODUCIBLE, max_examples=25, stateful_step_count=8)


def test_every_operation_has_returned_success_and_400() -> None:
    operations = {
        f"{method.upper()} {path}": operation["responses"]
        for path, item in DOCUMENT["paths"].items()
        for method, operation in item.items()
    }
    successful = {label for label, status in responses if 200 <= status < 300}
    rejected = {label for label, status in responses if status == 400}

    assert successful == operations.keys()
    assert rejected == {label for label, declared in operations.items() if "400" in declared}


def test_gate_is_deterministic_and_has_no_exceptions() -> None:
    gate = tomllib.loads(CONFIGURATION.read_text(encoding="utf-8"))

    assert gate["seed"] == 1
    assert gate["generation"]["deterministic"]
    assert gate.keys() & {"baseline", "filter", "hooks", "warnings"} == set()
    assert all(check["enabled"] for check in gate["checks"].values())
    assert not [path for folder in (ROOT, CONFIGURATION.parent) for path in folder.glob("*baseline*")]
