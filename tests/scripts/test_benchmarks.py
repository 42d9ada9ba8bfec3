"""Benchmarks: statistics of rounds, targets and page."""

from dataclasses import replace
from typing import Any

from benchmarks import page
from benchmarks.__main__ import STAGES, measure
from benchmarks.results import ComparisonResult, StageResult, code_digest, load
from benchmarks.stage import Comparison, MeasurementError, Sample, Stage
from benchmarks.targets import TARGETS


def result(**runs_per_second: list[float]) -> StageResult:
    values = {peer: {"runs per second": rounds} for peer, rounds in runs_per_second.items()}
    comparisons = {"Client": ComparisonResult(values)}
    described: Any = {"date": "2026-01-01", "python": "3.11.0", "cores": 2, "rounds": 2, "packages": ()}
    return StageResult(code=code_digest(), comparisons=comparisons, **described)


def test_first_round_is_discarded_and_failed_subject_has_no_values() -> None:
    calls = []

    def once(subject: str, url: str) -> Sample:
        calls.append(subject)
        if subject == "bad" and calls.count("bad") == 2:
            raise MeasurementError("broken")
        return {"ms": calls.count(subject)}

    measured = measure(Stage("stage", "Stage", "", (Comparison("Client", ("good", "bad"), once),), rounds=2))

    client = measured.comparisons["Client"]
    assert client.values == {"good": {"ms": [2, 3]}}
    assert client.failures == {"bad": "broken"}


def test_median_decides_whether_target_is_met() -> None:
    to_httpx, to_openai, *_ = TARGETS
    now = result(bytezkit=[94, 95, 99], httpx=[100] * 3, openai=[50] * 3)
    before = {"sync-run": replace(now, code="other")}

    assert to_httpx.row({"sync-run": now})[1:] == ("at least 0.95", "0.95 (0.94 to 0.97)", "met")
    assert to_openai.row({"sync-run": now})[-1] == "**not met**"
    assert to_httpx.row(before)[-1] == "met by the code of 2026-01-01"
    assert {target.row({})[2:] for target in TARGETS} == {("not measured", "")}


def test_each_target_has_a_measured_subject() -> None:
    subjects = {(it.name, table.title): {*table.subjects, ""} for it in STAGES for table in it.comparisons}
    for target in TARGETS:
        assert {target.subject, target.baseline} <= subjects[target.stage, target.comparison]


def test_page_marks_earlier_code_failed_subjects_and_missing_stages() -> None:
    now = result(bytezkit=[1, 1], httpx=[0, 1])
    now.comparisons["Client"].failures["openai"] = "TimeoutError: late"
    [stage] = [it for it in STAGES if it.name == "sync-run"]
    text, earlier = (page.page([stage], {"sync-run": replace(now, code=it)}) for it in (now.code, "other"))
    assert "| openai | not measured: TimeoutError: late |" in text
    assert "| bytezkit | 1.00 (1.00 to 1.00) |  |" in text
    notes = ["The code has changed" in it for it in (text, earlier)]
    assert (notes, "Not measured yet" in page.page([stage], {})) == ([False, True], True)


def test_page_has_results_of_each_stage() -> None:
    assert load().keys() == {stage.name for stage in STAGES}
    assert "Not measured yet" not in page.page(STAGES, load())
