"""`RunBatch`: kinds of batches, keys and clients, errors, and answers that are not paid again."""

import itertools
import json
import pickle
import subprocess
import sys
import threading
import traceback
from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from bytezkit._bulk.answers import Answers
from bytezkit._bulk.clients import client_of_process
from bytezkit._cli.batch_log import BatchLog
from bytezkit.bulk import RunBatch
from bytezkit.errors import AuthenticationError, ConfigurationError, PaymentRequiredError
from bytezkit_emulator import Emulator, Refused, RunCall, Stub
from tests.end_to_end.task_cases import TABLES
from tests.overlay.bulk.conftest import GPT2, KEY, received_texts

PNG: Final = b"\x89PNG\r\n\x1a\n"
DATA_URL: Final = "data:image/png;base64,iVBORw0KGgo="
PATIENCE: Final = 20.0  # Seconds; longer than any wait of a correct client.
Columns = dict[str, list[Any]]


def model_of(task: str) -> Any:
    return TABLES["tasks"][task]["model"]


def of_rows(rows: Any) -> Columns:
    return {name: [row[name] for row in rows] for name in (rows[0] if rows else ())}


def numpy_columns(columns: Columns) -> dict[str, Any]:
    return {name: np.array(values, object) for name, values in columns.items()}


# Kind, function that makes a batch of columns, and function that returns its columns.
KINDS: Final[Mapping[str, tuple[Callable[[Columns], Any], Callable[[Any], Columns]]]] = {
    "Table": (pa.table, pa.Table.to_pydict),
    "RecordBatch": (pa.RecordBatch.from_pydict, pa.RecordBatch.to_pydict),
    "pandas": (
        lambda columns: pd.DataFrame(columns, index=pd.Index([*range(7, 7 + len(columns["id"]))], name="i")),
        lambda frame: frame.astype(object).where(frame.notna(), None).to_dict("list"),
    ),
    "Polars": (pl.DataFrame, lambda frame: frame.to_dict(as_series=False)),
    "lists": (dict, dict),
    "arrays": (numpy_columns, lambda arrays: {name: [*array] for name, array in arrays.items()}),
    "rows": (lambda it: [dict(zip(it, row, strict=True)) for row in zip(*it.values(), strict=True)], of_rows),
}
TEXTS: Final = ["a", None, "refuse", "b"]


def answer(call: RunCall) -> Any:
    return Refused(422, "No") if call.inputs["text"] == "refuse" else f"{call.inputs['text']}!"


@pytest.mark.parametrize("kind", KINDS)
def test_batch_comes_back_with_columns(emulator: Emulator, kind: str) -> None:
    make, columns_of = KINDS[kind]
    emulator.stubs.add(Stub(answer, model=GPT2))
    run = RunBatch(GPT2, task="text-generation", input="text", output="new", concurrency=2)
    batch = make({"id": [1, 2, 3, 4], "text": TEXTS})
    result = run(batch)
    assert type(result) is type(batch)
    found = columns_of(result)
    added = ("new", *(f"new_{it}" for it in ("error", "may_be_charged", "cost", "request_id")))
    assert (*found,) == ("id", "text", *added)
    assert (found["id"], found["text"]) == ([1, 2, 3, 4], TEXTS)
    assert found["new"] == ["a!", None, None, "b!"], found["new_error"]
    assert found["new_error"][2].startswith("UnprocessableContentError: No")
    assert [*map(bool, found["new_error"])] == [False, False, True, False]
    assert found["new_may_be_charged"] == [True, False, False, True]
    assert [isinstance(it, Decimal) and it > 0 for it in found["new_cost"]] == [True, False, False, True]
    assert [*map(bool, found["new_request_id"])] == [True, False, True, True]
    assert sorted(received_texts(emulator)) == ["a", "b", "refuse"]
    if kind == "pandas":
        assert [*result.index] == [7, 8, 9, 10]


def types_of(batch: Any) -> dict[str, object]:
    if isinstance(batch, pd.DataFrame):
        return dict(batch.dtypes)
    return {it.name: it.type for it in batch.schema} if hasattr(batch, "num_rows") else dict(batch.schema)


@pytest.mark.parametrize("kind", ["Table", "RecordBatch", "pandas", "Polars"])
def test_types_do_not_depend_on_rows(emulator: Emulator, kind: str) -> None:
    make, _ = KINDS[kind]
    emulator.stubs.add(Stub([0.5], Refused(422, "No"), task="feature-extraction"))
    run = RunBatch("nomic-ai/nomic-embed-text-v1.5", task="feature-extraction", input="text", output="v")
    answered, failed, null = (make({"id": [1], "text": [text]}) for text in ("a", "a", None))
    empty = answered.iloc[:0] if kind == "pandas" else answered.slice(0, 0)
    results = [run(it) for it in (answered, failed, null, empty)]
    first, *others = map(types_of, results)
    assert {**first, "text": None} == {**others[0], "text": None}
    # The text of the batch that has a null alone has another type.
    assert all({**first, "text": None} == {**it, "text": None} for it in others)
    if kind == "pandas":
        assert types_of(run.meta(answered)) == first
    elif kind == "Table":
        assert [*results[0].schema][2:] == [*cast("pa.Schema", run.schema)]
        assert first["v"] == pa.list_(pa.float64())
    assert run.ddl == (
        "`v` array<double>, `v_error` string, `v_may_be_charged` boolean, `v_cost` decimal(38,24), "
        "`v_request_id` string"
    )


def test_one_map_runs_over_an_iterator_of_batches(emulator: Emulator) -> None:
    together = threading.Barrier(3)

    def wait(call: RunCall) -> str:
        together.wait(PATIENCE)
        return str(call.inputs["text"])

    emulator.stubs.add(Stub(wait, model=GPT2))
    run = RunBatch(GPT2, task="text-generation", input="text", concurrency=3)
    batches = [pa.record_batch({"text": [it]}) for it in "abcdef"]
    assert [it.column("output").to_pylist() for it in run(iter(batches))] == [[it] for it in "abcdef"]


def test_batches_without_requests_do_not_wait(emulator: Emulator) -> None:
    run = RunBatch(GPT2, task="text-generation", input="text")
    endless: Any = ([{"text": None}] for _ in itertools.count())
    results = run(endless)
    assert [next(results)[0]["output"] for _ in range(3)] == [None] * 3
    assert received_texts(emulator) == []


HI: Final = {"role": "user", "content": "Hi"}
QUESTION: Final = {"question": "Q", "context": "C"}
LABELLED: Final = {"text": "T", "candidate_labels": ["x", "y"]}
# Task, input of `RunBatch`, row, and members of the body that is sent, or the start of the error.
INPUTS: Final[list[tuple[str, Any, dict[str, Any], dict[str, Any] | str]]] = [
    ("chat", "m", {"m": "Hi"}, {"messages": [HI]}),
    # Arrow adds members that are null; pandas reads lists from Parquet as arrays.
    ("chat", "m", {"m": np.array([{**HI, "name": None}], object)}, {"messages": [HI]}),
    ("question-answering", {"question": "q", "context": "c"}, {"c": "C", "q": "Q"}, QUESTION),
    ("zero-shot-classification", {"text": "t", "candidate_labels": ["x", "y"]}, {"t": "T"}, LABELLED),
    (
        *("zero-shot-classification", {"text": "t", "candidate_labels": "l"}),
        *({"t": "T", "l": np.array(["x", "y"])}, LABELLED),
    ),
    ("image-classification", "i", {"i": "https://a/b.png"}, {"url": "https://a/b.png"}),
    ("image-classification", "i", {"i": PNG}, {"base64": DATA_URL}),
    ("image-classification", "i", {"i": {"bytes": PNG, "path": None}}, {"base64": DATA_URL}),
    ("image-classification", "i", {"i": "a.png"}, "ValueError: the value is a path or another text"),
    ("image-classification", "i", {"i": Path("a.png")}, "ValueError: the value is a path or another text"),
    ("text-generation", "t", {"t": 5}, "TypeError: "),
    ("unconditional-image-generation", None, {"i": 1}, {}),
]


@pytest.mark.parametrize(("task", "input", "row", "expected"), INPUTS)
def test_task_decides_what_is_sent(
    emulator: Emulator, task: Any, input: Any, row: dict[str, Any], expected: Any
) -> None:
    run: Any = RunBatch(model_of(task), task=task, input=input)
    [result] = run([row])
    bodies = [it.body for it in emulator.journal.entries(operation="runModelV2")]
    if isinstance(expected, str):
        assert (result["output"], bodies) == (None, [])
        assert result["output_error"].startswith(expected)
        assert not result["output_may_be_charged"]
    else:
        assert bodies == [expected], result
        kind = json.loads if task.endswith(("classification", "answering")) else str
        assert kind(result["output"])


def test_file_paths_are_read_only_if_asked_for(emulator: Emulator, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    run = RunBatch(model_of("image-classification"), task="image-classification", input="i", file_paths=True)
    rows = run([{"i": str(tmp_path / "a.png")}, {"i": str(tmp_path / "none.png")}])
    assert json.loads(str(rows[0]["output"]))
    assert str(rows[1]["output_error"]).startswith("FileNotFoundError")


@pytest.mark.parametrize(
    ("batch", "error", "message"),
    [
        ({"txt": ["a"]}, ValueError, "the batch has no column 'text'; its columns are 'txt'"),
        ([{"text": "a"}, {}], ValueError, "row 1 has no member 'text'"),
        (pa.table({"text": ["a"], "output": ["b"]}), ValueError, "already has a column 'output'"),
        ("text", TypeError, "a batch must be .*, not builtins.str"),
        (["text"], TypeError, "a batch must be .*, not builtins.list"),
    ],
)
def test_unsuitable_batch_is_refused(
    emulator: Emulator, batch: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        RunBatch(GPT2, task="text-generation", input="text")(batch)
    assert received_texts(emulator) == []


def test_no_engine_is_imported(emulator: Emulator) -> None:
    code = (
        "import sys; from bytezkit.bulk import RunBatch; "
        f"print(RunBatch({GPT2!r}, task='text-generation', input='t')([{{'t': 'a'}}])[0]['output'] != None, "
        "{'numpy', 'pandas', 'polars', 'pyarrow'} & {*sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("True set()\n", "")


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


ANSWERING: Final = {"task": "question-answering"}
BOTH: Final = {"answers": "a", "row_id": "id", "share_equal_rows": True}
NO_COLUMN: Final = "input: context must be the name of a column, not list"


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"model": "gpt2"}, ValueError, "'gpt2' is not a model id"),
        ({"task": "juggling"}, ValueError, "unknown task 'juggling'"),
        ({"variant": "groups"}, ValueError, "no variant 'groups'; its variants: none"),
        ({"input": None}, TypeError, "takes the name of one column as input, not None"),
        (ANSWERING, TypeError, "takes input={'question': ..., 'context'"),
        ({"task": "unconditional-image-generation"}, TypeError, "takes no input, not 'text'"),
        ({"input": {"text": "a"}}, TypeError, "takes the name of one column as input, not {"),
        ({**ANSWERING, "input": {"question": "q", "context": ["c"]}}, TypeError, NO_COLUMN),
        ({"output": ""}, TypeError, "output must be the name of a column"),
        ({"temperature": 1}, TypeError, "no argument 'temperature'; parameters of the model go into params="),
        ({"concurrency": 0}, ValueError, "concurrency must be an integer of 1 or more"),
        ({"params": {"top_k": {1}}}, TypeError, "set cannot be encoded as JSON"),
        ({"answers": "a"}, ValueError, "answers needs either row_id"),
        (BOTH, ValueError, "answers needs either row_id"),
        ({"row_id": "id"}, ValueError, "row_id and share_equal_rows are for answers"),
    ],
)
def test_wrong_argument_is_refused(arguments: dict[str, Any], error: type[Exception], message: str) -> None:
    options = {"model": GPT2, "task": "text-generation", "input": "text", **arguments}
    with pytest.raises(error) as caught:
        RunBatch(options.pop("model"), **options)
    assert message in str(caught.value)


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
