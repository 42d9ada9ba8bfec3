"""Headers and envelopes that are wrong."""

from collections.abc import Mapping
from itertools import repeat
from typing import Any
from unittest.mock import patch

from msgspec.structs import replace

from bytezkit_emulator._common import http_types as _messages
from bytezkit_emulator._common.http_types import HttpError, Reply
from bytezkit_emulator._common.json import JsonValue
from bytezkit_emulator._model import cluster as _cluster
from bytezkit_emulator._model import loaded_model as _loaded_model
from bytezkit_emulator._model import model_job as _model_job
from bytezkit_emulator._model.media_store import MediaStore
from bytezkit_emulator._openapi.routing import Route, Router
from bytezkit_emulator._service import inference as _serving
from bytezkit_emulator._service import run as _run
from bytezkit_emulator._service.service import Service
from bytezkit_emulator._time.scheduler import timestamp
from tests.mutants.mutant import Change, fault, together

_response_headers = _run._response_headers
_finalize = Service._finalize
_init = Service.__init__


def _run_headers(**values: str | None) -> Change:
    """Change headers of runs, or leave them out."""
    changed = {name.replace("_", "-"): value for name, value in values.items()}

    def headers(*args: Any) -> Mapping[str, str]:
        merged = {**_response_headers(*args), **changed}
        return {name: value for name, value in merged.items() if value is not None}

    return patch.object(_run, "_response_headers", headers)


@fault("header", "Runs tell no price.")
def no_meter_price() -> Change:
    return _run_headers(inference_meter_price=None)


@fault("header", "Streams have no meter.")
def streams_without_meter() -> Change:
    text_stream = _serving.text_stream

    def unmetered(world: Any, inference: Any, output: Any, headers: Any = None) -> Reply:
        return text_stream(world, inference, output)

    return patch.object(_run, "text_stream", unmetered)


@fault("header", "Each run costs nothing, as its header says.")
def cost_of_zero() -> Change:
    return _run_headers(inference_cost="0.000000000")


@fault("header", "The time of a run is told in milliseconds.")
def time_in_milliseconds() -> Change:
    def headers(*args: Any) -> Mapping[str, str]:
        found = _response_headers(*args)
        return {**found, "inference-time": f"{float(found['inference-time']) * 1000:.0f}"}

    return patch.object(_run, "_response_headers", headers)


@fault("header", "What remains of the rate limit is always the limit.")
def rate_limit_never_sinks() -> Change:
    def headers(*args: Any) -> Mapping[str, str]:
        found = _response_headers(*args)
        return {**found, "ratelimit-remaining": found["ratelimit-limit"]}

    return patch.object(_run, "_response_headers", headers)


def _refusals_without(header: str, status: int) -> Change:
    reply = HttpError.reply

    def reply_without(self: HttpError, *args: Any, **rest: Any) -> Reply:
        found = reply(self, *args, **rest)
        kept = {name: value for name, value in found.headers.items() if name != header}
        return replace(found, headers=kept) if found.status == status else found

    return patch.object(HttpError, "reply", reply_without)


@fault("header", "Who came too often is not told when to come again.")
def no_retry_after() -> Change:
    return _refusals_without("retry-after", 429)


@fault("header", "A refused method is not answered with those that are allowed.")
def no_allow() -> Change:
    return _refusals_without("allow", 405)


@fault("header", "`Allow` names every method.")
def everything_allowed() -> Change:
    find = Router.find

    def find_generously(self: Router, method: str, path: str) -> Route:
        try:
            return find(self, method, path)
        except HttpError as refusal:
            if refusal.status == 405:
                refusal.headers = {"allow": "DELETE, GET, PATCH, POST, PUT"}
            raise

    return patch.object(Router, "find", find_generously)


@fault("header", "Every answer has the same request id.")
def one_request_id() -> Change:
    def init(self: Service, *args: Any, **rest: Any) -> None:
        _init(self, *args, **rest)
        self._request_numbers = repeat(1)  # type: ignore[assignment]  # it only has to be iterated

    return patch.object(Service, "__init__", init)


@fault("header", "HEAD is answered with a body.")
def head_with_body() -> Change:
    return patch.object(
        Service, "_finalize", lambda self, reply, *, has_body: _finalize(self, reply, has_body=True)
    )


@fault("header", "A file is said to be a picture in another format.")
def wrong_media_type() -> Change:
    serve = MediaStore.serve

    def serve_as_jpeg(self: MediaStore, method: str, path: str) -> Reply:
        return replace(serve(self, method, path), headers={"content-type": "image/jpeg"})

    return patch.object(MediaStore, "serve", serve_as_jpeg)


@fault("header", "A refusal of the current API has no `output`.")
def refusal_without_output() -> Change:
    reply = HttpError.reply

    def older_reply(self: HttpError, content_type: str, *, is_v1: bool) -> Reply:
        return reply(self, content_type, is_v1=True)

    return patch.object(HttpError, "reply", older_reply)


@fault("header", "Moments are told without their zone.")
def timestamps_without_zone() -> Change:
    modules = (_cluster, _loaded_model, _model_job)
    return together(
        *(patch.object(it, "timestamp", lambda moment: timestamp(moment).removesuffix("Z")) for it in modules)
    )


@fault("header", "JSON is said to be `text/json`.")
def json_as_text() -> Change:
    return patch.object(
        _messages.json_reply, "__kwdefaults__", {"headers": None, "content_type": "text/json"}
    )


@fault("header", "All files have one name, and the last one counts.")
def media_under_one_name() -> Change:
    store = MediaStore.store

    def keep_as_one(self: MediaStore, token: str, media: Any, origin: str) -> JsonValue:
        return store(self, "output", media, origin)

    return patch.object(MediaStore, "store", keep_as_one)
