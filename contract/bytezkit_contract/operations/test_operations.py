"""Requests to each operation separately, and sequences of requests."""

# pyright: reportUnknownMemberType=false, reportUntypedFunctionDecorator=false
# (schemathesis is partly untyped; pyright allows no reason in the line above.)

from bytezkit_contract._schema_checks import SCHEMA, Case, SchemaChecks


@SCHEMA.parametrize()
def test_operation(case: Case, schema_checks: SchemaChecks) -> None:
    schema_checks.check(case)


def test_sequences_along_the_links(schema_checks: SchemaChecks) -> None:
    schema_checks.check_sequences()
