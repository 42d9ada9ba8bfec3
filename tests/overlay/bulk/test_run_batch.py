"""`RunBatch`: keys, the client of a process, errors, wrong arguments, and answers that are not paid again."""

import json
import pickle
import subprocess
import sys
import threading
import traceback
from collections import Counter
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest

from bytezkit._bulk.answers import Answers
from bytezkit._bulk.clients import client_of_process
from bytezkit._cli.batch_log import BatchLog
from bytezkit.bulk import RunBatch
from bytezkit.errors import AuthenticationError, ConfigurationError, PaymentRequiredError
from bytezkit_emulator import Emulator, Refused, RunCall, Stub
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
        ({"input": None}, TypeError, "takes the name of one column as input, not None"),
        ({"task": "question-answering"}, TypeError, "takes input={'question': ..., 'context'"),
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


PATIENCE: Final = 20.0  # Seconds; longer than any wait of a correct client.
ANSWERED: Final = [{"id": number, "text": f"text {number % 5}"} for number in range(10)]


def test_answered_rows_are_not_sent_again(emulator: Emulator, tmp_path: Path) -> None:
    first = make(answers=tmp_path, row_id="id")(ANSWERED)
    assert len(received_texts(emulator)) == 10
    assert make(answers=tmp_path, row_id="id")(ANSWERED) == first
    # Equal rows of another kind of batch, in another order.
    frame = pl.DataFrame(ANSWERED[::-1])
    assert make(answers=tmp_path, row_id="id")(frame).rows(named=True) == first[::-1]
    assert received_texts(emulator) == []
    other: list[dict[str, Any]] = [{"params": {"max_new_tokens": 2}}, {"extra_params": {"seed": 1}}]
    for options in other:
        make(answers=tmp_path, row_id="id", **options)(ANSWERED[:1])
    make(answers=tmp_path, row_id="id")([{"id": 99, "text": "text 0"}, {"id": 0, "text": "other"}])
    assert len(received_texts(emulator)) == 4
    with pytest.raises(ValueError, match="a row has no value in the column 'id'"):
        make(answers=tmp_path, row_id="id")([{"id": None, "text": "a"}])


def test_equal_rows_share_an_answer_if_asked_for(emulator: Emulator, tmp_path: Path) -> None:
    rows = make(answers=tmp_path, share_equal_rows=True)(ANSWERED)
    assert Counter(received_texts(emulator)) == {f"text {number}": 1 for number in range(5)}
    assert rows[0]["output_request_id"] == rows[5]["output_request_id"]
    assert rows[0]["output"] == rows[5]["output"]


def test_errors_are_sent_again(emulator: Emulator, tmp_path: Path) -> None:
    run = make(answers=tmp_path, share_equal_rows=True)
    assert [bool(it["output_error"]) for it in run([{"text": 5}, {"text": "a"}])] == [True, False]
    emulator.stubs.add(Stub("The end.", model=GPT2))
    assert [it["output"] for it in run([{"text": "b"}])] == ["The end."]
    received_texts(emulator)
    assert [bool(it["output_error"]) for it in run([{"text": 5}, {"text": "b"}])] == [True, False]
    assert received_texts(emulator) == []


def test_file_has_the_format_of_a_batch(emulator: Emulator, tmp_path: Path) -> None:
    make(answers=tmp_path, row_id="id")(ANSWERED)
    [file] = tmp_path.iterdir()
    lines = [json.loads(line) for line in file.read_bytes().splitlines()]
    assert {it["response"]["status_code"] for it in lines} == {200}
    with BatchLog(file) as log:
        assert log.completed == {it["custom_id"] for it in lines}
        assert len(log.completed) == 10


def test_other_lines_are_read_or_refused(emulator: Emulator, tmp_path: Path) -> None:
    run = make(answers=tmp_path, row_id="id")
    run(ANSWERED[:2])
    [file] = tmp_path.iterdir()
    first, second = file.read_bytes().splitlines(keepends=True)
    folder = tmp_path / "other"
    folder.mkdir()
    killed, later = folder / "a.jsonl", make(answers=folder, row_id="id")
    # A line that is incomplete is not an answer; it is one as soon as the rest is written.
    killed.write_bytes(first + second[:50])
    received_texts(emulator)
    answers = Answers(folder)
    answers.refresh()
    assert answers.get(json.loads(second)["custom_id"]) is None
    killed.write_bytes(first + second)
    later(ANSWERED[:2])
    assert received_texts(emulator) == []
    (folder / "b.jsonl").write_text("notes\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"b\.jsonl, byte 0: not the output of a batch"):
        later(ANSWERED[:1])


def test_killed_process_pays_only_what_is_in_flight_again(emulator: Emulator, tmp_path: Path) -> None:
    rows, concurrency = 40, 4
    enough, hang = threading.Event(), threading.Event()
    count = 0

    def answer(call: RunCall) -> str:
        nonlocal count
        count += 1
        if count == 20:
            enough.set()
        if count >= 20 and not hang.is_set():
            hang.wait(PATIENCE)
        return f"{call.inputs['text']}!"

    emulator.stubs.add(Stub(answer, model=GPT2))
    code = (
        "from bytezkit.bulk import RunBatch; "
        f"RunBatch({GPT2!r}, task='text-generation', input='text', answers={str(tmp_path)!r}, row_id='text', "
        f"concurrency={concurrency})([{{'text': str(number)}} for number in range({rows})])"
    )
    process = subprocess.Popen([sys.executable, "-c", code])
    assert enough.wait(PATIENCE)
    process.kill()
    process.wait(PATIENCE)
    hang.set()
    run = make(answers=tmp_path, row_id="text", concurrency=concurrency)
    found = run([{"text": str(number)} for number in range(rows)])
    assert [it["output"] for it in found] == [f"{number}!" for number in range(rows)]
    texts = received_texts(emulator)
    assert {*texts} == {str(number) for number in range(rows)}
    assert 0 < len(texts) - rows <= concurrency
