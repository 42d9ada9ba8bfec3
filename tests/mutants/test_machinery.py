"""What runs the mutants: a survivor is reported, a change is really made, and nothing runs for ever."""

from collections.abc import Iterator
from typing import Final

import pytest

from tests.mutants.code import code_mutants
from tests.mutants.judgements import Judgement
from tests.mutants.killed import Killer
from tests.mutants.layers import LAYERS
from tests.mutants.mutant import CODE, DOCUMENT, FAULT, Mutant, one_in
from tests.mutants.session import Session, UnusableRunError
from tests.mutants.table import Results, table
from tests.mutants.tasks import Survey, Trial, Verdict

CAPACITY: Final = "tests/emulator/test_capacity.py"
TENANTS: Final = "tests/emulator/test_tenants.py"
KILLER: Final = Killer(applied="x", layer="wire", test="tests/wire/test_rows.py::test", requests=3)


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with Session([CAPACITY, TENANTS]) as session:
        yield session


def planted(origin: str, number: int) -> Mutant:
    return Mutant(name=f"{origin}:planted-{number}", kind="planted", what="Nothing.", apply=lambda: None)  # type: ignore[arg-type, return-value]  # it is not applied


def results(survivors: int, *, of: int, false_positives: tuple[str, ...] = ()) -> Results:
    """Return results of faults of which the first ones survive."""
    mutants = [planted(FAULT, number) for number in range(of)]
    judgements = [
        Judgement(name=it.name, killer=None if number < survivors else KILLER, by_seed=(3, None, 5))
        for number, it in enumerate(mutants)
    ]
    found = {FAULT: mutants, DOCUMENT: [], CODE: []}
    return Results(found, mutants, judgements, {LAYERS[0]: false_positives})


class TestSession:
    def test_what_no_test_notices_survives(self, session: Session) -> None:
        trial = Trial(tests=[CAPACITY], seconds=10, mutant="fault:one-world")
        assert session.run(trial) == Verdict(None, 0)

    def test_a_fault_is_made_for_one_trial_alone(self, session: Session) -> None:
        trial = Trial(tests=[TENANTS], seconds=10, mutant="fault:one-world")
        verdict = session.run(trial)
        assert verdict.killer == f"{TENANTS}::test_every_well_formed_key_has_its_own_world"
        assert verdict.requests == 3
        assert session.run(Trial(tests=[TENANTS], seconds=10)).killer is None

    def test_code_is_changed(self, session: Session) -> None:
        name = next(it.name for it in code_mutants() if it.name.startswith("code:_tenants.Tenants.find "))
        killer = session.run(Trial(tests=[TENANTS], seconds=10, mutant=name)).killer
        assert killer is not None

    def test_which_tests_call_what(self, session: Session) -> None:
        reach = session.survey(Survey(tests=[TENANTS], seconds=10))
        assert all(
            test.startswith(TENANTS) for test in reach["bytezkit_emulator._model.tenants.Tenants.find"]
        )
        assert "bytezkit_emulator._service.v1_operations._load_model" not in reach

    def test_a_mutant_that_is_not_there_is_not_one_that_survives(self, session: Session) -> None:
        with pytest.raises(UnusableRunError, match="there is no mutant fault:nothing"):
            session.run(Trial(tests=[CAPACITY], seconds=10, mutant="fault:nothing"))
        with pytest.raises(UnusableRunError, match="there is no such test"):
            session.run(Trial(tests=["tests/nowhere"], seconds=10))


@pytest.mark.parametrize(
    "name",
    [
        "document:paths/~1models~1v2~1list~1tasks/get/responses/200 status removed",
        "served:paths/~1models~1v2~1list~1tasks path changed",
    ],
)
def test_a_change_of_the_document_is_seen(name: str) -> None:
    with Session([TENANTS], name) as session:
        killer = session.run(Trial(tests=[TENANTS], seconds=10)).killer
    assert killer is not None
    assert killer.startswith(f"{TENANTS}::test_every_form_of_authorization")


class TestChoice:
    def test_one_in_so_many_is_chosen(self) -> None:
        mutants = [planted(FAULT, number) for number in range(17)]
        assert len(one_in(8, mutants)) == 3
        assert one_in(1, mutants) == mutants

    def test_what_is_added_elsewhere_leaves_the_choice_as_it_is(self) -> None:
        mutants = [planted(FAULT, number) for number in range(16)]
        before = {it.name for it in one_in(8, mutants)}
        after = {it.name for it in one_in(8, [planted(FAULT, 99), *mutants])}
        assert len(before - after) <= 1


class TestReport:
    def test_a_survivor_needs_a_reason(self) -> None:
        assert results(1, of=100).complaints({}) == ["fault:planted-0 survives, without a reason"]
        assert "- fault:planted-0: **no reason**" in table(results(1, of=100))

    def test_a_survivor_that_was_killed_before(self) -> None:
        complaints = results(1, of=100).complaints({"fault:planted-0": KILLER})
        assert "fault:planted-0 survives what killed it before" in complaints

    def test_too_many_survivors(self) -> None:
        assert "of the mutants made by hand, only 94.0 % are killed" in results(6, of=100).complaints({})
        assert not any("only" in it for it in results(5, of=100).complaints({}))

    def test_a_false_positive(self) -> None:
        found = results(0, of=1, false_positives=("tests/wire/test_rows.py::test (seed 3)",))
        assert found.complaints({}) == ["wire: tests/wire/test_rows.py::test (seed 3), and nothing is wrong"]

    def test_the_row_of_a_fault(self) -> None:
        assert "| planted-0 | Nothing. | wire | 3 | 2 of 3 | 4 |" in table(results(0, of=1))
