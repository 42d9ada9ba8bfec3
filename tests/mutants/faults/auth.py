"""Holes in how callers are recognised."""

from collections.abc import Mapping
from typing import Any
from unittest.mock import patch

from msgspec.structs import replace

from bytezkit_emulator._common.http_types import HttpError, Request
from bytezkit_emulator._common.json import as_object, read_json
from bytezkit_emulator._model.tenants import Tenant, Tenants
from bytezkit_emulator._model.world import Call
from bytezkit_emulator._openapi.document import Operation
from bytezkit_emulator._openapi.routing import Route
from bytezkit_emulator._service import run as _run
from bytezkit_emulator._service.parse import read_body
from bytezkit_emulator._service.service import Service
from tests.mutants.mutant import Change, fault

_find = Tenants.find
_find_by_key = Tenants.find_by_key
_parse_call = Service._parse_call
_find_caller = Service._find_caller


@fault("auth", "Any word before the key is taken for a scheme.")
def any_scheme() -> Change:
    def find(self: Tenants, authorization: str) -> Tenant:
        scheme, _, rest = authorization.strip(" \t").partition(" ")
        return self.find_by_key(rest.strip(" \t") or scheme)

    return patch.object(Tenants, "find", find)


@fault("auth", "The scheme is read with its capitals: `KEY x` is refused.")
def scheme_with_capitals() -> Change:
    def find(self: Tenants, authorization: str) -> Tenant:
        scheme, _, rest = authorization.strip(" \t").partition(" ")
        return self.find_by_key(rest.strip(" \t") if scheme in ("Key", "Bearer") else authorization)

    return patch.object(Tenants, "find", find)


@fault("auth", "A bare key, without a scheme, is refused.")
def no_bare_key() -> Change:
    def find(self: Tenants, authorization: str) -> Tenant:
        if " " not in authorization.strip():
            raise HttpError(401, "Unauthorized")
        return _find(self, authorization)

    return patch.object(Tenants, "find", find)


@fault("auth", "Only the first eight characters of a key count.")
def long_keys_cut() -> Change:
    return patch.object(Tenants, "find_by_key", lambda self, key: _find_by_key(self, key[:8]))


@fault("auth", "Capitals in keys make no difference.")
def keys_without_capitals() -> Change:
    return patch.object(Tenants, "find_by_key", lambda self, key: _find_by_key(self, key.lower()))


@fault("auth", "A wrong key is answered with what was sent.")
def key_repeated() -> Change:
    def find_by_key(self: Tenants, key: str) -> Tenant:
        try:
            return _find_by_key(self, key)
        except HttpError:
            raise HttpError(401, f"Unauthorized: {key}") from None

    return patch.object(Tenants, "find_by_key", find_by_key)


@fault("auth", "Where a key is optional, a wrong one passes for none.")
def wrong_key_passes_for_none() -> Change:
    def caller(self: Service, request: Request, operation: Operation) -> Tenant | None:
        try:
            return _find_caller(self, request, operation)
        except HttpError:
            if operation.needs_key or operation.takes_key_in_body:
                raise
            return None

    return patch.object(Service, "_find_caller", caller)


@fault("auth", "A wrong key in the header is forgiven for a good one in the body (v1).")
def body_mends_header() -> Change:
    def caller(self: Service, request: Request, operation: Operation) -> Tenant | None:
        try:
            return _find_caller(self, request, operation)
        except HttpError:
            if not operation.takes_key_in_body:
                raise
            return None

    return patch.object(Service, "_find_caller", caller)


@fault("auth", "Of two keys, the one in the body wins over the header (v1).")
def body_wins_over_header() -> Change:
    def read(self: Service, request: Request, route: Route, cleanup: Any) -> Call:
        call = _parse_call(self, request, route, cleanup)
        body = as_object(read_json(request.body)) if route.operation.takes_key_in_body else {}
        return replace(call, caller=self._tenants.find_by_key(str(body["key"]))) if "key" in body else call

    return patch.object(Service, "_parse_call", read)


@fault("auth", "The key in the body is not looked at (v1).")
def body_key_ignored() -> Change:
    def caller(self: Service, request: Request, operation: Operation) -> Tenant | None:
        found = _find_caller(self, request, operation)
        if found is None and operation.takes_key_in_body:
            raise HttpError(401, "Unauthorized")
        return found

    return patch.object(Service, "_find_caller", caller)


@fault("auth", "Without a key in the header or the body, everyone is the same guest (v1).")
def guests_admitted() -> Change:
    guest = Tenant()

    def find_by_key(self: Tenants, key: str) -> Tenant:
        return _find_by_key(self, key) if key else guest

    return patch.object(Tenants, "find_by_key", find_by_key)


@fault("auth", "Whether a model exists is told before the key is looked at.")
def unknown_model_before_key() -> Change:
    def read(self: Service, request: Request, route: Route, cleanup: Any) -> Call:
        path: Mapping[str, str] = route.path
        needs_key = route.operation.needs_key
        if needs_key and path and self._world.find_model(None, f"{path['org']}/{path['name']}") is None:
            raise HttpError(404, "Model does not exist or has yet to be added to the Bytez catalog")
        return _parse_call(self, request, route, cleanup)

    return patch.object(Service, "_parse_call", read)


@fault("auth", "The body is read before the key is looked at.")
def body_before_key() -> Change:
    def read(self: Service, request: Request, route: Route, cleanup: Any) -> Call:
        read_body(request, route.operation, self._world.settings.body_limit)
        return _parse_call(self, request, route, cleanup)

    return patch.object(Service, "_parse_call", read)


@fault("auth", "Models of every provider run without the provider's key.")
def provider_key_not_asked() -> Change:
    return patch.object(_run, "NEEDS_KEY", frozenset())
