"""How measurements become ratios, aims that are met or not, tables and a picture."""

import xml.etree.ElementTree as ET

from benchmarks.chart import Bar, chart
from benchmarks.client.aims import AIMS
from benchmarks.client.environments import REQUIREMENTS
from benchmarks.client.orders import Done
from benchmarks.client.page import sections
from benchmarks.client.results import Results, ratios
from benchmarks.client.stages import BARE, CALLS, CEILING, CONTENDERS, OURS, RUN, STAGES
from benchmarks.client.works import ASYNC, SYNC
from benchmarks.emulator.spread import Spread
from benchmarks.page import picture

SVG = "{http://www.w3.org/2000/svg}"
KEPT = {"clients", "streams", "map"}


def rounds(*units: int) -> list[Done]:
    return [Done(units=it, seconds=0.5, cpu_seconds=0.4) for it in units]


def results(**done: list[Done]) -> Results:
    versions = {name: {it.replace("_", "-"): "9.9.9"} for name in REQUIREMENTS for it in [name]}
    versions["plain"] = versions["fast"] = {"bytezkit": "9.9.9", "httpx": "8.8.8"}
    return Results(done={RUN.name: done}, versions=versions)


def test_ratios_are_those_of_a_round() -> None:
    measured = results(bytezkit=rounds(100, 300), httpx=rounds(50, 100))

    ours, bare = (measured.values(RUN, name, CALLS) for name in (OURS, BARE))

    assert ours == [200, 600]
    assert ratios(ours, bare) == [2, 3]


def test_there_is_no_ratio_to_who_did_nothing_or_was_not_there() -> None:
    assert ratios([1.0, 2.0], [0.0, 1.0]) == []
    assert ratios([1.0, 2.0], []) == []
    assert ratios([], [1.0, 2.0]) == []


def test_who_failed_once_has_no_values() -> None:
    measured = results(openai=rounds(100, 100))
    measured.failed[RUN.name] = {"openai": "TimeoutError: late"}

    assert measured.values(RUN, "openai", CALLS) == []
    assert "| `openai` | failed: TimeoutError: late |  |  |\n" in sections(measured)


def test_an_aim_is_met_by_the_middle_of_the_rounds() -> None:
    to_bare, to_openai, *_ = AIMS
    measured = results(bytezkit=rounds(94, 95, 99), httpx=rounds(100, 100, 100), openai=rounds(50, 50, 50))

    assert to_bare.row(measured)[1:] == ("at least 0.95", "0.95 (0.94 to 0.97)", "met")
    assert to_openai.row(measured)[-1] == "**not met**"


def test_what_stands_in_the_way_is_said_of_aims_that_are_not_met() -> None:
    said = "- **Run, one after the other: `bytezkit` to `bytez`**: `bytez` sends with `requests`"

    assert said in sections(results(bytezkit=rounds(29), bytez=rounds(10)))
    assert said not in sections(results(bytezkit=rounds(31), bytez=rounds(10)))


def test_an_aim_that_was_not_measured_is_not_met() -> None:
    assert {aim.row(Results())[2:] for aim in AIMS} == {("not measured", "**not met**")}


def test_an_environment_that_is_absent_is_explained() -> None:
    measured = results()
    measured.absent["pyqwest"] = "no wheel"

    assert "| `pyqwest` | not there: no wheel |  |\n" in sections(measured)


def test_everyone_who_takes_part_can_be_installed_and_told_what_to_do() -> None:
    assert {contender.environment for contender in CONTENDERS.values()} <= REQUIREMENTS.keys()
    for measure in (measure for stage in STAGES for measure in stage.measures):
        assert set(measure.contenders) <= CONTENDERS.keys() | {CEILING}
        assert measure.order.work in KEPT | (ASYNC if measure.order.in_flight else SYNC).keys()


def test_bars_go_to_the_right_for_more_and_to_the_left_for_less() -> None:
    bars = [Bar("more", Spread(2, 1.9, 2.1), is_ours=True), Bar("less", Spread(0.5, 0.4, 0.6), is_ours=False)]

    drawn = ET.fromstring(chart("Ratios", [("Run", bars)]))

    one = next(it for it in drawn.iter(f"{SVG}path") if it.get("class") == "one")
    middle = float(one.attrib["d"].split()[0].removeprefix("M"))
    ours, other = (it for it in drawn.iter(f"{SVG}rect") if it.get("class") in {"ours", "other"})
    assert float(ours.attrib["x"]) == middle
    assert float(other.attrib["x"]) + float(other.attrib["width"]) == middle
    assert float(ours.attrib["width"]) == float(other.attrib["width"])


def test_the_picture_ranks_everyone_beside_bare_httpx() -> None:
    measured = results(httpx=rounds(100, 100), bytez=rounds(50, 50), bytezkit=rounds(200, 200))

    texts = [it.text for it in ET.fromstring(picture(measured)).iter(f"{SVG}text")]

    assert texts.index("bytezkit") < texts.index("2.00") < texts.index("bytez") < texts.index("0.50")
