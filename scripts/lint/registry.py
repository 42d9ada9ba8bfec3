"""All rules of the linter."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeAlias

from scripts.lint import (
    example_rules,
    operation_rules,
    provenance_rules,
    schema_rules,
    source_rules,
    task_rules,
)
from scripts.lint.contract import Contract
from scripts.lint.finding import Finding, Problem

Rule: TypeAlias = Callable[[Contract], Iterable[Problem]]

_RULES: Final[tuple[Rule, ...]] = (
    source_rules.valid_openapi,
    source_rules.yaml_versions,
    source_rules.bare_references,
    operation_rules.operation_id,
    operation_rules.one_tag,
    operation_rules.security_stated,
    operation_rules.error_statuses,
    operation_rules.operation_parameters,
    operation_rules.link_bodies,
    operation_rules.json_first,
    schema_rules.no_request_defaults,
    schema_rules.closed_request_unions,
    schema_rules.open_responses,
    schema_rules.open_response_enums,
    schema_rules.no_lookaround,
    schema_rules.no_properties_beside_union,
    schema_rules.no_bare_null,
    schema_rules.nullable_enum,
    schema_rules.typed_schemas,
    schema_rules.one_type,
    schema_rules.reserved_names,
    example_rules.examples_present,
    example_rules.examples_valid,
    example_rules.task_examples_valid,
    provenance_rules.provenance_present,
    provenance_rules.evidence_known,
    provenance_rules.sources_described,
    provenance_rules.no_orphans,
    task_rules.task_inputs,
    task_rules.task_stream,
    task_rules.task_model,
    task_rules.task_v1_response,
)
RULES: Final[Mapping[str, Rule]] = {rule.__name__.replace("_", "-"): rule for rule in _RULES}


def lint(contract: Contract) -> list[Finding]:
    """Return the findings of all rules.

    If the document is not valid OpenAPI, only these findings are returned, since the other rules assume a
    valid document.
    """
    findings: list[Finding] = []
    for name, rule in RULES.items():
        findings += [Finding(location, name, message) for location, message in rule(contract)]
        if findings and rule is source_rules.valid_openapi:
            break
    # Operations share components, so that a rule may report one component several times.
    return list(dict.fromkeys(findings))
