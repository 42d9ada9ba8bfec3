"""Histories that chance seldom makes: to the second, under load, and at the end of lines and credits.

The rig compares every answer on the way; what a test asserts is that its history got where it should.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from tests.oracle.catalog import CHAT, DETECTION, IMAGE, TEXT, UNKNOWN
from tests.oracle.faces import AsyncFace, Face, HttpFace, SyncFace
from tests.oracle.requests import Request
from tests.oracle.rig import KEYS, Rig

SECOND = 1000
MINUTE = 60 * SECOND
BOOT = 30 * SECOND
FIRST, SECOND_KEY = (f"Key {key}" for key in KEYS)

MakeRig: TypeAlias = Callable[..., Rig]


@pytest.fixture(params=[AsyncFace, SyncFace, HttpFace])
def make_rig(request: pytest.FixtureRequest, catalog: Path) -> Iterator[MakeRig]:
    face: type[Face] = request.param
    rigs: list[Rig] = []

    def make(**arguments: Any) -> Rig:
        rigs.append(Rig(face, catalog, **arguments))
        return rigs[-1]

    yield make
    for rig in rigs:
        rig.close()


def cluster(method: str, model: str = TEXT, body: dict[str, Any] | None = None) -> Request:
    return Request(method, f"/models/v2/{model}", FIRST, body)


def run(model: str = TEXT, *, key: str = FIRST, **members: Any) -> Request:
    task = {"messages": [{"role": "user", "content": "hello"}]} if model == CHAT else {"text": "Once upon"}
    return Request("POST", f"/models/v2/{model}", key, task | members)


def older(operation: str, **members: Any) -> Request:
    return Request("POST", f"/model/{operation}", FIRST, {"model": TEXT, **members})


def clusters(rig: Rig) -> Any:
    return rig.send(Request("GET", "/models/v2/list/clusters", FIRST))["output"]


def test_cluster_goes_after_its_timeout_and_not_before(make_rig: MakeRig) -> None:
    rig = make_rig()
    rig.send(cluster("PUT", body={"timeout": 1}))
    rig.pass_time(BOOT)
    rig.send(run(params={"max_new_tokens": 10}))
    rig.pass_time(250)
    rig.pass_time(MINUTE - 1)
    rig.send(cluster("PATCH", body={"timeout": 2}))
    rig.pass_time(2 * MINUTE - 1)
    assert len(clusters(rig)) == 1
    rig.pass_time(1)
    assert clusters(rig) == []
    assert rig.send(cluster("GET"))["error"] == "Cluster does not exist"


def test_idle_cluster_keeps_its_least_instances(make_rig: MakeRig) -> None:
    rig = make_rig()
    rig.send(cluster("PUT", body={"timeout": 1, "capacity": {"min": 1, "desired": 3}}))
    rig.pass_time(BOOT)
    rig.pass_time(MINUTE - BOOT - 1)
    assert clusters(rig)[0]["instances"] == 3
    rig.pass_time(1)
    assert clusters(rig)[0]["instances"] == 1
    rig.send(run())
    rig.pass_time(10 * MINUTE)
    assert clusters(rig)[0]["instances"] == 1


def test_cluster_in_use_does_not_go(make_rig: MakeRig) -> None:
    rig = make_rig()
    rig.send(cluster("PUT", body={"timeout": 1}))
    rig.send(run(stream=True, params={"max_new_tokens": 4000}))
    rig.pass_time(BOOT + 79 * SECOND)
    assert len(clusters(rig)) == 1
    rig.pass_time(1050)
    assert not rig.under_way
    rig.pass_time(MINUTE - 1)
    assert len(clusters(rig)) == 1
    rig.pass_time(1)
    assert clusters(rig) == []


def test_patch_leaves_alone_what_it_does_not_name(make_rig: MakeRig) -> None:
    rig = make_rig()
    rig.send(cluster("PUT", body={"timeout": 7, "capacity": {"min": 1, "desired": 2, "max": 3}}))
    for body in (
        {"capacity": {"desired": 3}},
        {"timeout": 9},
        {"status": "off"},
        {"capacity": {"min": 0}},
        None,
        {"timeout": None},
        {"status": "on"},
        {"capacity": {"max": 1}},
    ):
        rig.pass_time(SECOND)
        rig.send(cluster("PATCH", body=body))
    found = rig.send(cluster("GET"))["cluster"]
    assert (found["timeout"], found["capacity"]) == (9, {"min": 0, "desired": 1, "max": 1})


def test_load_grows_a_cluster_and_rest_shrinks_it(make_rig: MakeRig) -> None:
    rig = make_rig()
    rig.send(cluster("PUT", body={"capacity": {"desired": 1, "max": 3}}))
    rig.pass_time(BOOT)
    for _ in range(6):
        rig.send(run(params={"max_new_tokens": 3000}))
    assert clusters(rig)[0]["instances"] == 3
    rig.send(cluster("PATCH", body={"capacity": {"max": 2}}))
    rig.send(cluster("PATCH", body={"capacity": {"max": 4}}))
    assert clusters(rig)[0]["instances"] == 4
    for _ in range(3):
        rig.pass_time(BOOT)
    while rig.under_way:
        rig.pass_time(10 * SECOND)
    rig.pass_time(MINUTE)
    assert clusters(rig)[0]["instances"] == 1


def test_capacity_below_the_load_ends_no_run(make_rig: MakeRig) -> None:
    rig = make_rig()
    rig.send(cluster("PUT", body={"capacity": {"desired": 3}}))
    rig.pass_time(BOOT)
    for _ in range(3):
        rig.send(run(stream=True))
    rig.send(cluster("PATCH", body={"capacity": {"max": 1}}))
    assert clusters(rig)[0]["instances"] == 3
    rig.send(cluster("DELETE"))
    rig.pass_time(SECOND)
    assert not rig.under_way


@pytest.mark.parametrize("end", [cluster("DELETE"), cluster("PATCH", body={"status": "off"})])
def test_who_waits_is_refused_when_the_cluster_ends(make_rig: MakeRig, end: Request) -> None:
    rig = make_rig()
    rig.send(cluster("PUT"))
    rig.pass_time(BOOT)
    for stream in (False, True, False, True):
        rig.send(run(stream=stream))
    rig.send(end)
    assert len(rig.under_way) == 1
    rig.send(run())
    rig.send(cluster("PUT"))


def test_full_line_refuses_but_not_who_scales(make_rig: MakeRig) -> None:
    rig = make_rig(line=2)
    for _ in range(2):
        rig.send(run())
    assert rig.send(run())["error"] == "Rate limit exceeded"
    assert rig.send(run(stream=True))["error"] == "Rate limit exceeded"
    rig.send(run(autoScale=True))
    rig.send(run(model=CHAT))
    assert len(rig.under_way) == 4
    rig.pass_time(BOOT + 530)
    rig.send(run())
    rig.send(run())
    rig.pass_time(MINUTE)
    assert not rig.under_way


@pytest.mark.parametrize(
    "members",
    [
        {"text": "a b", "input": {"text": "c"}},
        {"text": "a b", "prompt": "c"},
        {"text": "a b", "prompt": "c", "input": "d e f"},
        {"text": "a", "stream": True, "params": {"stream": False}},
    ],
)
def test_what_counts_of_several_members(make_rig: MakeRig, members: dict[str, Any]) -> None:
    rig = make_rig()
    rig.send(older("load"))
    rig.pass_time(BOOT)
    rig.send(older("run", **members))
    rig.pass_time(SECOND)
    assert not rig.under_way


def test_full_line_of_a_loaded_model_refuses(make_rig: MakeRig) -> None:
    rig = make_rig(line=1)
    rig.send(older("load", concurrency=2))
    rig.send(older("run", text="Once"))
    assert rig.send(older("run", text="Once"))["error"] == "Rate limit exceeded"
    rig.pass_time(BOOT)
    for _ in range(3):
        rig.send(older("run", text="Once", stream=True))
    assert rig.send(older("run", text="Once")) == {"error": "Rate limit exceeded"}
    rig.pass_time(MINUTE)
    assert not rig.under_way


def test_loaded_model_goes_a_minute_after_its_period(make_rig: MakeRig) -> None:
    rig = make_rig()
    rig.send(older("load", expirationPeriodSeconds=90))
    rig.pass_time(BOOT)
    rig.pass_time(89 * SECOND)
    rig.send(older("run", text="Once", params={"max_new_tokens": 1}))
    rig.pass_time(70)
    rig.pass_time(150 * SECOND - 1)
    assert rig.send(older("status"))["status"] == "RUNNING"
    rig.pass_time(1)
    assert rig.send(older("status"))["status"] == "STOPPED"
    assert rig.send(older("run", text="Once"))["error"]
    assert rig.send(older("delete"))["error"]
    rig.send(older("load"))
    assert rig.send(older("status"))["status"] == "DEPLOYING"


def test_credits_end_for_one_key_alone(make_rig: MakeRig) -> None:
    rig = make_rig(credits="0.0001")
    for _ in range(3):
        rig.send(run())
        rig.send(run(key=SECOND_KEY, params={"max_new_tokens": 1}))
        rig.pass_time(BOOT + SECOND)
    assert rig.send(run())["status"] == 402
    assert rig.send(older("load"))["error"].startswith("Payment Required")
    assert rig.send(run(key=SECOND_KEY)) is None


def test_who_leaves_a_stream_pays_for_it_and_makes_room(make_rig: MakeRig) -> None:
    rig = make_rig(credits="0.00009")
    rig.send(cluster("PUT"))
    rig.pass_time(BOOT)
    rig.send(run(stream=True, params={"max_new_tokens": 100}))
    rig.send(run(stream=True, params={"max_new_tokens": 1}))
    rig.pass_time(SECOND)
    rig.leave(rig.under_way[0])
    rig.pass_time(70)
    assert not rig.under_way
    assert rig.send(run())["status"] == 402


def test_who_is_refused_while_waiting_pays_nothing(make_rig: MakeRig) -> None:
    rig = make_rig(credits="0.00001")
    rig.send(cluster("PUT"))
    for _ in range(2):
        rig.send(run())
    rig.send(cluster("DELETE"))
    assert rig.send(cluster("PUT"))["output"] == "Loading"


def test_who_leaves_the_line_has_used_the_cluster_until_then(make_rig: MakeRig) -> None:
    rig = make_rig()
    rig.send(cluster("PUT", body={"timeout": 1}))
    rig.send(run())
    if not rig.can_leave(rig.under_way[0]):
        pytest.skip("a thread that waits for an answer can not leave")
    rig.pass_time(20 * SECOND)
    rig.leave(rig.under_way[0])
    rig.pass_time(MINUTE - 1)
    assert len(clusters(rig)) == 1
    rig.pass_time(1)
    assert clusters(rig) == []


@pytest.mark.parametrize("members", [{}, {"params": {"max_new_tokens": 7}}, {"params": {"min_length": 40}}])
@pytest.mark.parametrize("model", [TEXT, CHAT])
def test_stream_is_the_plain_text_piece_by_piece(
    make_rig: MakeRig, model: str, members: dict[str, Any]
) -> None:
    rig = make_rig()
    rig.send(run(model))
    rig.pass_time(BOOT + MINUTE)
    rig.send(run(model, **members))
    rig.pass_time(SECOND)
    rig.send(run(model, stream=True, **members))
    while rig.under_way:
        rig.pass_time(10)


def test_requested_model_is_there_when_its_job_ends(make_rig: MakeRig) -> None:
    rig = make_rig()
    job = Request("POST", "/model/job", FIRST, {"model": UNKNOWN})
    for wait in (0, 9999, 1, 89_999):
        rig.pass_time(wait)
        rig.send(job)
        assert rig.send(run(UNKNOWN))["error"].startswith("Model does not exist")
    rig.pass_time(1)
    assert rig.send(job)["message"] == "Model available"
    assert rig.send(run(UNKNOWN, key=SECOND_KEY))["error"].startswith("Model does not exist")
    rig.send(run(UNKNOWN))
    assert [it["modelId"] for it in clusters(rig)] == [UNKNOWN]


def test_file_is_there_for_an_hour(make_rig: MakeRig) -> None:
    rig = make_rig()
    rig.send(run(IMAGE))
    rig.pass_time(BOOT + SECOND)
    rig.send(run(IMAGE, json=False))
    rig.pass_time(SECOND)
    (path,) = rig.world.files
    rig.pass_time(60 * MINUTE - SECOND - 1)
    assert rig.send(Request("GET", path)).startswith(b"\x89PNG")
    rig.pass_time(1)
    assert rig.send(Request("GET", path))["error"]


def test_files_are_kept_apart(make_rig: MakeRig) -> None:
    rig = make_rig()
    for text in ("a cat", "a dog"):
        rig.send(Request("POST", f"/models/v2/{IMAGE}", FIRST, {"text": text}))
        rig.pass_time(BOOT + SECOND)
    first, second = (rig.send(Request("GET", path)) for path in rig.world.files)
    assert first != second


def test_what_streams_nothing_answers_whole(make_rig: MakeRig) -> None:
    rig = make_rig()
    body = {"url": "https://example.com/cat.jpg", "stream": True}
    rig.send(Request("POST", f"/models/v2/{DETECTION}", FIRST, body))
    rig.pass_time(BOOT + SECOND)
    assert not rig.under_way
