"""What becomes known of one request to the API on its way through the emulator."""

from collections.abc import Callable
from functools import cached_property

from bytezkit_emulator._common.http_types import Refusal, Request
from bytezkit_emulator._common.json import JsonError, JsonObject, read_json
from bytezkit_emulator._model.tenants import fingerprint_of, key_of
from bytezkit_emulator._openapi.routing import Route

MEDIA = "media"


class RequestContext:
    """One request.

    Attributes:
        request: The request.
        route: The operation that it asks for; None for a file, and where there is nothing.
        operation: The id of that operation, `media` for a file, None where there is nothing.
        refusal: Why it was refused, once it was.
        faults: The names of the faults that it met.
        cleanup: Called at the end of the request, the last one first, whether it is answered or abandoned.
    """

    def __init__(
        self, request: Request, *, route: Route | None = None, refusal: Refusal | None = None
    ) -> None:
        self.request = request
        self.route = route
        self.operation = (
            route.operation.operation_id if route is not None else MEDIA if refusal is None else None
        )
        self.refusal = refusal
        self.faults: list[str] = []
        self.cleanup: list[Callable[[], object]] = []

    @cached_property
    def model_id(self) -> str | None:
        """The model that it is about, in the path or in the body, if it is about one."""
        if self.route is None:
            return None
        if "org" in self.route.path:
            return f"{self.route.path['org']}/{self.route.path['name']}"
        model_id = self._body.get("model", self._body.get("modelId"))
        return model_id if isinstance(model_id, str) else None

    @cached_property
    def tenant(self) -> str | None:
        """The fingerprint of the key that it carries, if it carries one that is well-formed."""
        authorization = self.request.headers.get("authorization")
        if authorization is not None:
            return fingerprint_of(key_of(authorization))
        key = self._body.get("key")
        return fingerprint_of(key) if isinstance(key, str) else None

    @cached_property
    def _body(self) -> JsonObject:
        """The body of a request to the older API, which names the model and may hold the key."""
        if self.route is None or self.route.operation.body is None or not self.request.is_v1:
            return {}
        try:
            body = read_json(self.request.body)
        except JsonError:
            return {}
        return body if isinstance(body, dict) else {}
