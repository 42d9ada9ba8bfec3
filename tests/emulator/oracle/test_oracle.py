"""Random histories of requests and time, in which an emulator has to answer as the model does."""

import json
from itertools import combinations_with_replacement
from typing import Any, Final

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from hypothesis.strategies import SearchStrategy

from bytezkit_emulator import Emulator, Settings
from tests.emulator.clients import CLUSTERS, DELETE, GPT2_ID, INSTANCES, LOAD, STATUS, V1_RUN
from tests.emulator.openai.session import BASES
from tests.emulator.oracle.service import QWEN, Answer, Form, PendingRun, Request, ServiceModel
from tests.emulator.session import Exchange, Session

# They differ in one capital letter, so that a comparison of parts of keys fails.
KEYS: Final = ("key-of-the-first", "key-of-the-First")
_MINUTE: Final = 60_000
_DURATIONS: Final = (1, 50, 1000, 5000, 30_000, _MINUTE, 5 * _MINUTE, 60 * _MINUTE, 24 * 60 * _MINUTE)
_REPETITIONS: Final = st.sampled_from((1, 1, 1, 2, 4))


def _optional(**members: SearchStrategy[Any]) -> SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=members)


# Without contradictions: the sent sizes ascend.
_CAPACITIES: Final = [
    {name: size for name, size in zip(("min", "desired", "max"), sizes, strict=True) if name in sent}
    for sizes in combinations_with_replacement(range(4), 3)
    for sent in (("min",), ("desired",), ("max",), ("min", "max"), ("min", "desired", "max"))
]
_SETTINGS: Final = {
    "capacity": st.sampled_from(_CAPACITIES),
    "timeout": st.sampled_from((1, 1, 1, 2, 2, 5, 60, 1440, 1441, 86400, None)),
}
_CLUSTER_BODIES: Final[dict[str, SearchStrategy[dict[str, Any] | None]]] = {
    "GET": st.none(),
    "PUT": _optional(**_SETTINGS),
    "PATCH": _optional(**_SETTINGS, status=st.sampled_from(("on", "off"))),
    "DELETE": st.none(),
}
_LOADS: Final = _optional(concurrency=st.integers(1, 3), timeout=st.sampled_from((1, 60, 90, 600)))
_RUNS: Final = st.fixed_dictionaries(
    {
        "text": st.sampled_from(("Once upon a time", "once")),
        "params": st.fixed_dictionaries({"max_new_tokens": st.sampled_from((1, 2, 30, 4096))}),
    },
    optional={"stream": st.booleans()},
)


def _targets(existing: list[tuple[str, str]]) -> SearchStrategy[tuple[str, str]]:
    """Draw a key and a model: half of the time those of an existing resource."""
    # Few and unevenly weighted, so that a history uses the same resources again.
    anything = st.tuples(
        st.sampled_from((KEYS[0],) * 2 + KEYS[1:]), st.sampled_from((GPT2_ID,) * 3 + (QWEN,))
    )
    return st.sampled_from(existing) | anything if existing else anything


class RandomHistory(RuleBasedStateMachine):
    """Sends requests, advances time, and compares every answer at the moment at which it is due."""

    def __init__(self) -> None:
        super().__init__()
        self.pending: list[tuple[PendingRun, Exchange]] = []
        self.texts: dict[tuple[str, str, int], str] = {}
        self.has_failed = False
        self.model: ServiceModel
        self.session: Session

    @initialize(
        queue_limit=st.sampled_from((16, 2, 1)),
        credits=st.sampled_from((None,) * 7 + ("0.001", "0.0001", "0")),
    )
    def begin(self, queue_limit: int, credits: str | None) -> None:  # noqa: A002
        self.model = ServiceModel(KEYS, queue_limit, credits)
        self.session = Session(
            Emulator(
                keys=KEYS,
                clock="manual",
                credits=None if credits is None else float(credits),
                settings=Settings(queue_limit=queue_limit),
            )
        )

    @rule(milliseconds=st.sampled_from(_DURATIONS))
    def pass_time(self, milliseconds: int) -> None:
        self.session.advance(milliseconds / 1000)
        self.model.pass_time(milliseconds)
        self._compare_pending()

    @precondition(lambda self: self.moments())
    @rule(rank=st.integers(0, 5), offset=st.sampled_from((-1, 0, 0, 1)))
    def pass_to_event(self, rank: int, offset: int) -> None:
        moments = self.moments()
        self.pass_time(moments[min(rank, len(moments) - 1)] + offset - self.model.now)

    @rule(data=st.data(), method=st.sampled_from(("PUT", "PUT", "GET", "PATCH", "PATCH", "DELETE")))
    def use_cluster(self, data: st.DataObject, method: str) -> None:
        key, model = data.draw(_targets(self.model.clusters()))
        self.send(Request(key, method, f"/models/v2/{model}", data.draw(_CLUSTER_BODIES[method])))

    @rule(data=st.data(), path=st.sampled_from((LOAD, LOAD, STATUS, DELETE)))
    def use_loaded_model(self, data: st.DataObject, path: str) -> None:
        key, model = data.draw(_targets(self.model.loaded_models()))
        body = data.draw(_LOADS) if path == LOAD else {}
        self.send(Request(key, "POST", path, {"model": model, **body}))

    @rule(key=st.sampled_from(KEYS), path=st.sampled_from((CLUSTERS, INSTANCES)))
    def read_list(self, key: str, path: str) -> None:
        self.send(Request(key, "GET", path))

    @rule(data=st.data(), times=_REPETITIONS, auto_scale=st.booleans())
    def run(self, data: st.DataObject, times: int, auto_scale: bool) -> None:
        key, model = data.draw(_targets(self.model.clusters()))
        request = Request(key, "POST", f"/models/v2/{model}", data.draw(_RUNS) | {"autoScale": auto_scale})
        for _ in range(times):
            self.send(request)

    @rule(data=st.data(), times=_REPETITIONS, auto_scale=st.booleans(), base=st.sampled_from(BASES))
    def complete(self, data: st.DataObject, times: int, auto_scale: bool, base: str) -> None:
        """Run a model in the format of OpenAI's API, in which it gives the same text."""
        key, model = data.draw(_targets(self.model.clusters()))
        run: dict[str, Any] = data.draw(_RUNS)
        body = {"model": model, "prompt": run["text"], "max_tokens": run["params"]["max_new_tokens"]}
        options = {"echo": True, "stream": run.get("stream", False), "autoScale": auto_scale}
        for _ in range(times):
            self.send(Request(key, "POST", f"{base}/completions", body | options))

    @rule(data=st.data(), times=_REPETITIONS, auto_scale=st.booleans())
    def run_loaded(self, data: st.DataObject, times: int, auto_scale: bool) -> None:
        key, model = data.draw(_targets(self.model.loaded_models()))
        body = {"model": model, "autoScale": auto_scale}
        request = Request(key, "POST", V1_RUN, data.draw(_RUNS) | body)
        for _ in range(times):
            self.send(request)

    @precondition(lambda self: self.pending)
    @rule(rank=st.integers(0, 5))
    def leave(self, rank: int) -> None:
        pending, exchange = self.pending.pop(min(rank, len(self.pending) - 1))
        self.session.disconnect(exchange)
        self.model.leave(pending)
        self._compare_pending()

    def teardown(self) -> None:
        try:
            for milliseconds in (0, 60 * _MINUTE) if not self.has_failed else ():
                self.pass_time(milliseconds)
                for key in KEYS:
                    for path in (CLUSTERS, INSTANCES):
                        self.read_list(key, path)
        finally:
            self.session.__exit__()

    def send(self, request: Request) -> None:
        key, method, path, body = request
        exchange = self.session.send(method, path, body, key=key)
        expected = self.model.answer(request)
        if isinstance(expected, PendingRun):
            self.pending.append((expected, exchange))
        else:
            self._compare(exchange, expected)
        self._compare_pending()

    def moments(self) -> list[int]:
        """Return the times of the next events and chunks, in order."""
        now = self.model.now
        streams = [it.run for it, _ in self.pending if it.has_head]
        moments = {*self.model.moments(), *(run.next_chunk(now) for run in streams)}
        return sorted(moment for moment in moments if moment > now)

    def _compare_pending(self) -> None:
        self.pending = [(it, exchange) for it, exchange in self.pending if not self._is_done(it, exchange)]

    def _is_done(self, pending: PendingRun, exchange: Exchange) -> bool:
        run, now = pending.run, self.model.now
        if not pending.is_answered:
            self._check(exchange.head is None, exchange, "answered too soon")
            return False
        if run.refusal is not None:
            self._compare(exchange, pending.answer(""))
            return True
        self._check(exchange.head is not None, exchange, f"no answer, expected {pending}")
        if not pending.is_stream:
            text = _text_of(exchange.response.json(), pending.form)
            self._compare(exchange, pending.answer(text))
            self._check_text(pending, exchange, text, run.tokens)
            return True
        if not pending.has_head:
            pending.has_head = True
            self._compare(exchange, pending.answer(""))
        content = exchange.content.decode()
        text = _text_of_events(content) if pending.form == "openai" else content
        self._check_text(pending, exchange, text, run.sent(now))
        is_over = now >= run.end
        self._check(exchange.is_complete == is_over, exchange, f"its end: expected {is_over}")
        return is_over

    def _check_text(self, pending: PendingRun, exchange: Exchange, text: str, words: int) -> None:
        """Check a text with this number of new words; below 0, it is empty."""
        run = pending.run
        new = text.removeprefix(run.text)
        has_form = new == "".join(f" {word}" for word in new.split()) and len(new.split()) == words
        self._check(has_form if words >= 0 else not text, exchange, f"expected {words} words, found {text!r}")
        if words == run.tokens:
            self.texts.setdefault((pending.model, run.text, words), text)
        whole = self.texts.get((pending.model, run.text, run.tokens), text)
        self._check(whole.startswith(text), exchange, f"expected the beginning of {whole!r}, found {text!r}")

    def _compare(self, exchange: Exchange, expected: Answer) -> None:
        self._check(exchange.head is not None, exchange, f"no answer, expected {expected}")
        response = exchange.response
        found = Answer(
            response.status_code,
            None if expected.body is None else _without_id(response.json()),
            {name: response.headers.get(name) for name in expected.headers},
        )
        self._check(found == expected, exchange, f"expected {expected}\nfound {found}")

    def _check(self, is_equal: bool, exchange: Exchange, complaint: str) -> None:
        self.has_failed = self.has_failed or not is_equal
        assert is_equal, (
            f"{exchange.request.method} {exchange.request.url} at {self.model.now} ms: {complaint}"
        )


def _text_of(body: Any, form: Form) -> str:
    match form:
        case "v1" if body.get("output"):
            return str(body["output"][0]["generated_text"])
        case "openai" if body.get("choices"):
            return str(body["choices"][0]["text"])
        case _:
            return str(body.get("output"))


def _text_of_events(content: str) -> str:
    events = [it.removeprefix("data: ") for it in content.split("\n\n")[:-1]]
    return "".join(json.loads(it)["choices"][0]["text"] for it in events if it != "[DONE]")


def _without_id(body: Any) -> Any:
    """Remove the members of a completion that depend on more than the request."""
    is_completion = isinstance(body, dict) and "choices" in body
    return {name: body[name] for name in body if name not in ("id", "created")} if is_completion else body


TestRandomHistory = RandomHistory.TestCase
TestRandomHistory.settings = settings(stateful_step_count=50)
