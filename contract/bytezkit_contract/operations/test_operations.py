"""Each operation alone, without a list of them, and all of them in sequences."""

# pyright: reportUnknownMemberType=false, reportUntypedFunctionDecorator=false
# (The types of schemathesis leave parts open.)

from bytezkit_contract._gate import SCHEMA, Case, Gate


@SCHEMA.parametrize()
def test_operation(case: Case, gate: Gate) -> None:
    gate.check(case)


def test_sequences_along_the_links(gate: Gate) -> None:
    gate.check_sequences()
