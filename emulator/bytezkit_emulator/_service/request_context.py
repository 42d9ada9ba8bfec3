"""Context of one request to the API."""

from collections.abc import Callable
from functools import cached_property

from bytezkit_emulator._common.http_types import HttpError, Request
from bytezkit_emulator._common.json import JsonError, JsonObject, read_json
from bytezkit_emulator._model.tenants import fingerprint_of, key_of
from bytezkit_emulator._openapi.routing import Route

MEDIA = "media"


class RequestContext:
    """A request, with the facts that routing, faults and the service add.

    Attributes:
        request: The request.
        route: The matched route; None for a media file or if no route matches.
        operation: The operation id, `media` for a media file, None if no route matches.
        error: The error response, if any.
        faults: Names of the faults that were applied.
        cleanup: Called in reverse order when the request ends, completed or abandoned.
    """

    def __init__(
        self, request: Request, *, route: Route | None = None, error: HttpError | None = None
    ) -> None:
        self.request = request
        self.route = route
        self.operation: str | None = (
            route.operation.operation_id if route is not None else MEDIA if error is None else None
        )
        self.error = error
        self.faults: list[str] = []
        self.cleanup: list[Callable[[], object]] = []

    @cached_property
    def model_id(self) -> str | None:
        """Id of the model in the path or in the body, if the request names a model."""
        if self.route is None:
            return None
        if "org" in self.route.path:
            return f"{self.route.path['org']}/{self.route.path['name']}"
        model_id = self._body.get("model", self._body.get("modelId"))
        return model_id if isinstance(model_id, str) else None

    @cached_property
    def tenant(self) -> str | None:
        """Fingerprint of the request's key, if the request has a well-formed key."""
        authorization = self.request.headers.get("authorization")
        if authorization is not None:
            return fingerprint_of(key_of(authorization))
        if self.route is None or not self.route.operation.takes_key_in_body:
            return None
        key = self._body.get("key")
        return fingerprint_of(key) if isinstance(key, str) else None

    @cached_property
    def _body(self) -> JsonObject:
        """Body of a request whose path does not name the model; empty for other requests."""
        if self.route is None or self.route.operation.body is None or "org" in self.route.path:
            return {}
        try:
            body = read_json(self.request.body)
        except JsonError:
            return {}
        return body if isinstance(body, dict) else {}
