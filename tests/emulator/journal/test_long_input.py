"""Long input costs the journal no more than its length."""

import pytest

from bytezkit_emulator import Emulator
from bytezkit_emulator._journal.near_miss import nearest_routes
from bytezkit_emulator._journal.redaction import Redactor
from tests.emulator.clients import (
    KEY,
    TASKS,
    V1_LIST,
    control_error,
    error,
    open_unchecked_client,
    v1_error,
)


def test_long_url_returns_414_and_is_not_recorded() -> None:
    emulator = Emulator()
    with open_unchecked_client(emulator, authorization=KEY) as client:
        longest = "x" * (8192 - len(TASKS))
        assert client.get(f"{TASKS}?{longest}").status_code == 200
        reason = "url: longer than 8192 characters"
        assert error(client.get(f"{TASKS}?{longest}x"), 414) == reason
        assert v1_error(client.get(f"{V1_LIST}/{KEY}{longest}{longest}"), 414) == reason
        assert control_error(client.get(f"/_emulator/journal?path={longest}x"), 414) == reason
    entries = emulator.journal.entries(status=414)
    assert [(it.path, it.query, it.near_miss) for it in entries] == [("/", "", None), ("/model/", "", None)]


# In quadratic time, each would take hours.
@pytest.mark.parametrize("part", ["a", "?", "a?"])
def test_redaction_takes_linear_time(part: str) -> None:
    query = part * 500_000
    assert Redactor({}, query, None).query(query) == query


def test_long_path_is_similar_to_no_route() -> None:
    assert nearest_routes("GET", f"/models/v2/list/task{'x' * 1_000_000}", [("GET", TASKS)]) == ()
