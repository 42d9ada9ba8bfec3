"""The one way to the server: each request is counted here, and gets its key here."""

import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import pytest
from requests import PreparedRequest, RequestException, Response, Session
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies

from bytezkit_contract._target import Target

# What stands for the keys everywhere but on the wire, so that nothing that is printed can hold one.
KEY: Final = "test-key"
SECOND_KEY: Final = "second-test-key"


class Wire(HTTPAdapter):
    """Counts requests, up to a limit, and puts the keys in."""

    def __init__(self, target: Target, *, second_key: str) -> None:
        super().__init__()
        self._keys: Mapping[str, str] = {KEY: target.key, SECOND_KEY: second_key}
        self._limit = target.max_requests
        self._is_metered = True
        self.sent = 0

    @property
    def is_spent(self) -> bool:
        """Whether the limit is reached."""
        return self.sent >= self._limit

    @contextmanager
    def beyond_the_limit(self) -> Generator[None]:
        """Send what has to be sent in any case; it is counted all the same."""
        self._is_metered = False
        try:
            yield
        finally:
            self._is_metered = True

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        """Send a request, or end the test if it would be one too many."""
        if self._is_metered and self.is_spent:
            pytest.skip(f"the budget of {self._limit} requests is spent")
        self.sent += 1
        try:
            response = super().send(self._with_key(request), *args, **kwargs)
        except RequestException as error:
            error.request = request
            raise error.with_traceback(None) from None
        response.request = request
        return response

    def _with_key(self, request: PreparedRequest) -> PreparedRequest:
        keyed = request.copy()
        authorization = keyed.headers.get("Authorization")
        if isinstance(authorization, str):
            scheme, space, key = authorization.rpartition(" ")
            keyed.headers["Authorization"] = f"{scheme}{space}{self._keys.get(key, key)}"
        elif isinstance(keyed.body, bytes):
            # In the earlier dialect of the older API the key stands in the body.
            body = keyed.body.replace(json.dumps(KEY).encode(), json.dumps(self._keys[KEY]).encode())
            keyed.prepare_body(body, None)  # pyright: ignore[reportUnknownMemberType]  # no types there
        return keyed


def open_session(target: Target, wire: Wire) -> Session:
    """Open a session that sends everything over a wire."""
    session = Session()
    session.mount("http://", wire)
    session.mount("https://", wire)
    # A .netrc would put in its own key.
    session.trust_env = False
    if not target.is_loopback:
        session.proxies.update(get_environ_proxies(target.url))
    return session
