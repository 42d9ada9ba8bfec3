"""Benchmarks: statistics of rounds, targets, page and chart, and that every subject can be measured."""

import xml.etree.ElementTree as ET
from dataclasses import replace
from importlib.util import find_spec

import pytest

from benchmarks import page
from benchmarks.__main__ import STAGES
from benchmarks.chart import chart
from benchmarks.client_stages import SYNC_RUN
from benchmarks.environments import REQUIREMENTS
from benchmarks.results import ComparisonResult, Spread, StageResult, code_digest, load
from benchmarks.runner import measure
from benchmarks.stage import Comparison, MeasurementError, Sample, Stage
from benchmarks.targets import TARGETS

SVG = "{http://www.w3.org/2000/svg}"


def result(**runs_per_second: list[float]) -> StageResult:
    values = {peer: {"runs per second": rounds} for peer, rounds in runs_per_second.items()}
    return StageResult(
        date="2026-01-01",
        code=code_digest(),
        python="3.11.0",
        cores=2,
        rounds=2,
        packages=("httpx 1.2.3",),
        comparisons={"Client": ComparisonResult(values=values)},
    )


def test_a_ratio_is_taken_within_a_round() -> None:
    client = result(bytezkit=[200, 600], httpx=[100, 200]).comparisons["Client"]

    assert client.ratios("bytezkit", "httpx", "runs per second") == [2, 3]


@pytest.mark.parametrize("baseline", [{}, {"httpx": [0.0, 1.0]}])
def test_without_a_baseline_there_is_no_ratio(baseline: dict[str, list[float]]) -> None:
    client = result(bytezkit=[1.0, 2.0], **baseline).comparisons["Client"]

    assert client.ratios("bytezkit", "httpx", "runs per second") == []


def test_the_first_round_is_discarded_and_a_failed_subject_has_no_values() -> None:
    calls = []

    def once(subject: str, url: str) -> Sample:
        calls.append(subject)
        if subject == "bad" and calls.count("bad") == 2:
            raise MeasurementError("broken")
        return {"ms": calls.count(subject)}

    comparison = Comparison(title="Client", subjects=("good", "bad"), measure=once)
    measured = measure(Stage(name="stage", title="Stage", note="", comparisons=(comparison,), rounds=2))

    client = measured.comparisons["Client"]
    assert client.values == {"good": {"ms": [2, 3]}}
    assert client.failures == {"bad": "broken"}


def test_the_median_decides_whether_a_target_is_met() -> None:
    to_httpx, to_openai, *_ = TARGETS
    results = {"sync-run": result(bytezkit=[94, 95, 99], httpx=[100] * 3, openai=[50] * 3)}

    assert to_httpx.row(results)[1:] == ("at least 0.95", "0.95 (0.94 to 0.97)", "met")
    assert to_openai.row(results)[-1] == "**not met**"


def test_a_target_without_results_has_no_verdict() -> None:
    assert {target.row({})[2:] for target in TARGETS} == {("not measured", "")}


def test_every_target_refers_to_a_measured_subject() -> None:
    for target in TARGETS:
        (comparison,) = [it for it in target.stage.comparisons if it.title == target.comparison]
        assert target.stage in STAGES
        assert {target.subject, target.baseline or target.subject} <= {*comparison.subjects}


def test_results_of_earlier_code_are_marked() -> None:
    now = result(bytezkit=[100.0], httpx=[100.0])
    before = replace(now, code="other")

    assert "The code has changed" not in page.section(SYNC_RUN, now)
    assert "The code has changed since then" in page.section(SYNC_RUN, before)
    assert TARGETS[0].row({"sync-run": before})[-1] == "met by the code of 2026-01-01"


def test_the_page_names_failed_subjects_and_stages_that_were_not_measured() -> None:
    measured = result(httpx=[100.0])
    measured.comparisons["Client"].failures["openai"] = "TimeoutError: late"

    assert "| openai | not measured: TimeoutError: late |" in page.section(SYNC_RUN, measured)
    assert "Not measured yet" in page.section(SYNC_RUN, None)


def test_stored_results_fit_the_stages() -> None:
    titles = {stage.name: {it.title for it in stage.comparisons} for stage in STAGES}

    assert {name: {*stored.comparisons} for name, stored in load().items()} == titles


def test_every_peer_has_an_environment_and_a_module() -> None:
    stages = [stage for stage in STAGES if stage.name in {"sync-run", "async-run", "text-stream", "media"}]
    peers = {peer for stage in stages for comparison in stage.comparisons for peer in comparison.subjects}

    assert peers <= REQUIREMENTS.keys()
    assert all(find_spec(f"benchmarks.peers.{peer.partition('+')[0]}") for peer in peers)


def test_bars_extend_from_one_in_both_directions() -> None:
    bars = {"bytezkit": Spread(2, 1.9, 2.1), "other": Spread(0.5, 0.4, 0.6)}

    drawn = ET.fromstring(chart("Ratios", {"Run": bars}))

    axis = next(it for it in drawn.iter(f"{SVG}path") if it.get("class") == "axis")
    middle = int(axis.attrib["d"].split()[0].removeprefix("M"))
    ours, other = (it for it in drawn.iter(f"{SVG}rect") if it.get("class") in {"ours", "other"})
    assert int(ours.attrib["x"]) == middle
    assert int(other.attrib["x"]) + int(other.attrib["width"]) == middle
    assert int(ours.attrib["width"]) == pytest.approx(int(other.attrib["width"]), abs=1)


def test_the_chart_sorts_peers_by_their_ratio() -> None:
    results = {"sync-run": result(httpx=[100.0, 100], bytez=[50.0, 50], bytezkit=[200.0, 200])}

    texts = [it.text for it in ET.fromstring(page.ratio_chart(results)).iter(f"{SVG}text")]

    assert texts.index("bytezkit") < texts.index("2.00") < texts.index("bytez") < texts.index("0.50")
