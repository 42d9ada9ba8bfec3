"""Keys, the client of a process, fatal errors and wrong arguments of `RunBatch`."""

import pickle
import traceback
from typing import Any, Final

import pytest

from bytezkit._bulk.clients import client_of_process
from bytezkit.bulk import RunBatch
from bytezkit.errors import AuthenticationError, ConfigurationError, PaymentRequiredError
from bytezkit_emulator import Emulator, Refused, Stub
from tests.overlay.bulk.conftest import GPT2, KEY, received_texts

ROWS: Final = [{"text": str(number)} for number in range(100)]


def fetch_key() -> str:
    return KEY


def fetch_nothing() -> str:
    return ""


def make(**options: Any) -> RunBatch:
    return RunBatch(GPT2, task="text-generation", input="text", **options)


def test_pickle_contains_no_key(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    for run in (make(), make(api_key=fetch_key, provider_key=fetch_key)):
        run(ROWS[:1])
        content = pickle.dumps(run)
        assert KEY.encode() not in content
        assert KEY not in repr(run) + str(vars(run))
        if run._api_key is not None:
            monkeypatch.delenv("BYTEZ_KEY")
        assert pickle.loads(content)(ROWS[:1])[0]["output_error"] is None


@pytest.mark.parametrize("name", ["api_key", "provider_key"])
def test_key_is_refused(name: str) -> None:
    options: dict[str, Any] = {name: KEY}
    with pytest.raises(TypeError, match=f"{name} must be a function") as caught:
        make(**options)
    frames = traceback.StackSummary.extract(traceback.walk_tb(caught.tb), capture_locals=True)
    shown = [
        line for frame in frames if "bytezkit/" in frame.filename for line in (frame.locals or {}).values()
    ]
    assert shown
    assert KEY not in str(shown)


def test_change_of_key_or_address_replaces_the_client(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make()
    run(ROWS[:1])
    with client_of_process(None) as client, client_of_process(None) as same:
        assert client is same
        monkeypatch.setenv("BYTEZ_KEY", "wrong")
        with pytest.raises(AuthenticationError):
            run(ROWS[:1])
        # The client in use stays open.
        assert client.model(GPT2, task="text-generation").run("a").output
    monkeypatch.setenv("BYTEZ_KEY", f"other-{KEY}")
    run(ROWS[:1])
    with pytest.raises(RuntimeError, match="closed"):
        client.models.list()
    monkeypatch.setenv("BYTEZ_BASE_URL", "ftp://a")
    with pytest.raises(ConfigurationError):
        run(ROWS[:1])
    with pytest.raises(ConfigurationError):
        make(api_key=fetch_nothing)(ROWS[:1])


@pytest.mark.parametrize(("status", "error"), [(401, AuthenticationError), (402, PaymentRequiredError)])
def test_account_error_is_raised(emulator: Emulator, status: int, error: type[Exception]) -> None:
    emulator.stubs.add(Stub("The end.", Refused(status, "No"), model=GPT2))
    with pytest.raises(error) as caught:
        make(concurrency=4)(ROWS)
    assert len(received_texts(emulator)) <= 8
    assert isinstance(pickle.loads(pickle.dumps(caught.value)), error)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"model": "gpt2"}, ValueError, "'gpt2' is not a model id"),
        ({"task": "juggling"}, ValueError, "unknown task 'juggling'"),
        ({"variant": "groups"}, ValueError, "no variant 'groups'; its variants: none"),
        (
            {"input": None},
            TypeError,
            "takes the name of one column as input, not None",
        ),
        (
            {"task": "question-answering"},
            TypeError,
            "takes input={'question': ..., 'context'",
        ),
        ({"task": "unconditional-image-generation"}, TypeError, "takes no input, not 'text'"),
        ({"input": {"text": "a"}}, TypeError, "takes the name of one column as input, not {"),
        (
            {"task": "question-answering", "input": {"question": "q", "context": ["c"]}},
            TypeError,
            "input: context must be the name of a column, not list",
        ),
        ({"output": ""}, TypeError, "output must be the name of a column"),
        ({"temperature": 1}, TypeError, "no argument 'temperature'; parameters of the model go into params="),
        ({"concurrency": 0}, ValueError, "concurrency must be an integer of 1 or more"),
        ({"params": {"top_k": {1}}}, TypeError, "set cannot be encoded as JSON"),
        ({"answers": "a"}, ValueError, "answers needs either row_id"),
        (
            {"answers": "a", "row_id": "id", "share_equal_rows": True},
            ValueError,
            "answers needs either row_id",
        ),
        ({"row_id": "id"}, ValueError, "row_id and share_equal_rows are for answers"),
    ],
)
def test_wrong_argument_is_refused(arguments: dict[str, Any], error: type[Exception], message: str) -> None:
    options = {"model": GPT2, "task": "text-generation", "input": "text", **arguments}
    with pytest.raises(error) as caught:
        RunBatch(options.pop("model"), **options)
    assert message in str(caught.value)
