"""Requests to each operation separately, and sequences of requests."""

# pyright: reportUnknownMemberType=false, reportUntypedFunctionDecorator=false
# (schemathesis is partly untyped; pyright allows no reason in the line above.)

import pytest

from bytezkit_contract._schema_checks import SCHEMA, Case, SchemaChecks


# pytest 9.2 derives the id of a test from its original name. Schemathesis passes the name with the operation
# as the original name only if the test has another parameter; without one, all operations have the same id.
@pytest.mark.parametrize("source", ["generated"])
@SCHEMA.parametrize()
def test_operation(case: Case, source: str, schema_checks: SchemaChecks) -> None:  # noqa: ARG001  # only for the id
    schema_checks.check(case)


def test_sequences_along_the_links(schema_checks: SchemaChecks) -> None:
    schema_checks.check_sequences()
