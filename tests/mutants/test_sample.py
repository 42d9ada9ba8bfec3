"""A fixed sample of the mutants that were killed before: the same tests have to kill them again."""

from collections.abc import Iterator
from typing import Final

import pytest

from tests.mutants.killed import Killer, killed
from tests.mutants.layers import LAYERS
from tests.mutants.session import Session
from tests.mutants.tasks import Trial

# One that is no more, since its code has changed, is replaced by another one of its kind.
SAMPLE: Final = (
    "fault:any-scheme",
    "fault:key-repeated",
    "fault:one-purse",
    "fault:deleted-for-everyone",
    "fault:patch-replaces",
    "fault:idle-minute-late",
    "fault:last-come-first-served",
    "fault:charged-twice",
    "fault:refused-is-charged",
    "fault:done-at-the-end",
    "fault:left-stream-stays",
    "fault:no-retry-after",
    "fault:one-request-id",
    "fault:stray-question-mark",
    "fault:other-member-echoed",
    "fault:lag-is-final",
    "code:_pool.Pool.submit `self._serve(idle, inference)` → `self._serve(idle, None)`",
    'code:_tenants.Tenants.find_by_key `"Unauthorized"` → `"XXUnauthorizedXX"`',
    "code:_validation._first `len(error.instance_path)` → `len(None)`",
)
OF_THE_DOCUMENT: Final = (
    "document:paths/~1models~1v2~1list~1clusters path changed",
    "document:paths/~1models~1v2~1{org}~1{name}/put/responses/202 status removed",
    "document:components/schemas/Cluster/required/0 required dropped",
)
SECONDS: Final = {layer.name: layer.seconds for layer in LAYERS}


def killer_of(name: str) -> Killer:
    assert name in killed(), f"{name} is not in killed.json; run `make mutants`"
    return killed()[name]


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with Session(sorted({killer_of(name).file for name in SAMPLE})) as session:
        yield session


@pytest.mark.parametrize("name", SAMPLE)
def test_a_mutant_is_killed_again(session: Session, name: str) -> None:
    killer = killer_of(name)
    trial = Trial(tests=[killer.test], seconds=SECONDS[killer.layer], mutant=name)

    assert session.run(trial).killer == killer.test


@pytest.mark.parametrize("name", OF_THE_DOCUMENT)
def test_a_mutant_of_the_document_is_killed_again(name: str) -> None:
    killer = killer_of(name)
    with Session([killer.file], killer.applied) as session:
        assert session.run(Trial(tests=[killer.test], seconds=SECONDS[killer.layer])).killer == killer.test
