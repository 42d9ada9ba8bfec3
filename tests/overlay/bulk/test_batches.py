"""Each kind of batch comes back as the same kind, with columns whose types do not depend on its rows."""

import itertools
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from bytezkit.bulk import RunBatch
from bytezkit_emulator import Emulator, Refused, RunCall, Stub
from tests.end_to_end.test_tasks import TABLES
from tests.overlay.bulk.conftest import GPT2, received_texts

PNG: Final = b"\x89PNG\r\n\x1a\n"
DATA_URL: Final = "data:image/png;base64,iVBORw0KGgo="
PATIENCE: Final = 10.0  # Seconds; longer than any wait of a correct client.
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
