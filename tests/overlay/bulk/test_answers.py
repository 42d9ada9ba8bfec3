"""`answers=`: what was answered is not paid again, by this process or another."""

import json
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest

from bytezkit._bulk.answers import Answers
from bytezkit._cli.batch_log import BatchLog
from bytezkit.bulk import RunBatch
from bytezkit_emulator import Emulator, RunCall, Stub
from tests.overlay.bulk.conftest import GPT2, received_texts

PATIENCE: Final = 20.0  # Seconds; longer than any wait of a correct client.
ROWS: Final = [{"id": number, "text": f"text {number % 5}"} for number in range(10)]


def make(folder: Path, **options: Any) -> RunBatch:
    return RunBatch(GPT2, task="text-generation", input="text", answers=folder, **options)


def test_answered_rows_are_not_sent_again(emulator: Emulator, tmp_path: Path) -> None:
    first = make(tmp_path, row_id="id")(ROWS)
    assert len(received_texts(emulator)) == 10
    assert make(tmp_path, row_id="id")(ROWS) == first
    # Equal rows of another kind of batch, in another order.
    frame = pl.DataFrame(ROWS[::-1])
    assert make(tmp_path, row_id="id")(frame).rows(named=True) == first[::-1]
    assert received_texts(emulator) == []
    other: list[dict[str, Any]] = [{"params": {"max_new_tokens": 2}}, {"extra_params": {"seed": 1}}]
    for options in other:
        make(tmp_path, row_id="id", **options)(ROWS[:1])
    make(tmp_path, row_id="id")([{"id": 99, "text": "text 0"}, {"id": 0, "text": "other"}])
    assert len(received_texts(emulator)) == 4
    with pytest.raises(ValueError, match="a row has no value in the column 'id'"):
        make(tmp_path, row_id="id")([{"id": None, "text": "a"}])


def test_equal_rows_share_an_answer_if_asked_for(emulator: Emulator, tmp_path: Path) -> None:
    rows = make(tmp_path, share_equal_rows=True)(ROWS)
    assert Counter(received_texts(emulator)) == {f"text {number}": 1 for number in range(5)}
    assert rows[0]["output_request_id"] == rows[5]["output_request_id"]
    assert rows[0]["output"] == rows[5]["output"]


def test_errors_are_sent_again(emulator: Emulator, tmp_path: Path) -> None:
    run = make(tmp_path, share_equal_rows=True)
    assert [bool(it["output_error"]) for it in run([{"text": 5}, {"text": "a"}])] == [True, False]
    emulator.stubs.add(Stub("The end.", model=GPT2))
    assert [it["output"] for it in run([{"text": "b"}])] == ["The end."]
    received_texts(emulator)
    assert [bool(it["output_error"]) for it in run([{"text": 5}, {"text": "b"}])] == [True, False]
    assert received_texts(emulator) == []


def test_file_has_the_format_of_a_batch(emulator: Emulator, tmp_path: Path) -> None:
    make(tmp_path, row_id="id")(ROWS)
    [file] = tmp_path.iterdir()
    lines = [json.loads(line) for line in file.read_bytes().splitlines()]
    assert {it["response"]["status_code"] for it in lines} == {200}
    with BatchLog(file) as log:
        assert log.completed == {it["custom_id"] for it in lines}
        assert len(log.completed) == 10


def test_other_lines_are_read_or_refused(emulator: Emulator, tmp_path: Path) -> None:
    run = make(tmp_path, row_id="id")
    run(ROWS[:2])
    [file] = tmp_path.iterdir()
    first, second = file.read_bytes().splitlines(keepends=True)
    folder = tmp_path / "other"
    folder.mkdir()
    killed, later = folder / "a.jsonl", make(folder, row_id="id")
    # A line that is incomplete is not an answer; it is one as soon as the rest is written.
    killed.write_bytes(first + second[:50])
    received_texts(emulator)
    answers = Answers(folder)
    answers.refresh()
    assert answers.get(json.loads(second)["custom_id"]) is None
    killed.write_bytes(first + second)
    later(ROWS[:2])
    assert received_texts(emulator) == []
    (folder / "b.jsonl").write_text("notes\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"b\.jsonl, byte 0: not the output of a batch"):
        later(ROWS[:1])


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
    run = make(tmp_path, row_id="text", concurrency=concurrency)
    found = run([{"text": str(number)} for number in range(rows)])
    assert [it["output"] for it in found] == [f"{number}!" for number in range(rows)]
    texts = received_texts(emulator)
    assert {*texts} == {str(number) for number in range(rows)}
    assert 0 < len(texts) - rows <= concurrency
