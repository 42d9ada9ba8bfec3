"""Transport adapter that all requests pass: counts them and inserts the keys."""

import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import pytest
from requests import PreparedRequest, RequestException, Response, Session
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies

from bytezkit_contract._target import Target

# Requests hold these values until the adapter sends them. Reports, tracebacks and schemathesis see only
# requests with placeholders, so they cannot print a key.
KEY_PLACEHOLDER: Final = "test-key"
SECOND_KEY_PLACEHOLDER: Final = "second-test-key"


class MeteredAdapter(HTTPAdapter):
    """Sends requests with the real keys, up to a maximum number of requests.

    Attributes:
        sent: Number of requests sent.
    """

    def __init__(self, target: Target, *, second_key: str) -> None:
        super().__init__()
        self._keys: Mapping[str, str] = {KEY_PLACEHOLDER: target.key, SECOND_KEY_PLACEHOLDER: second_key}
        self._max_requests = target.max_requests
        self._is_limited = True
        self.sent = 0

    @property
    def is_spent(self) -> bool:
        """Whether the maximum number of requests is reached."""
        return self.sent >= self._max_requests

    @contextmanager
    def without_limit(self) -> Generator[None]:
        """Send requests beyond the maximum, which cleanup needs; they are counted."""
        self._is_limited = False
        try:
            yield
        finally:
            self._is_limited = True

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        """Send a request, or skip the current test if the maximum is reached."""
        if self._is_limited and self.is_spent:
            pytest.skip(f"the budget of {self._max_requests} requests is spent")
        self.sent += 1
        try:
            response = super().send(self._with_key(request), *args, **kwargs)
        except RequestException as error:
            # The original error holds the request with the key, and its traceback shows local variables.
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
            # v1 also accepts the key as a member of the body.
            placeholder, body_key = json.dumps(KEY_PLACEHOLDER), json.dumps(self._keys[KEY_PLACEHOLDER])
            keyed.body = keyed.body.replace(placeholder.encode(), body_key.encode())
            keyed.headers["Content-Length"] = str(len(keyed.body))
        return keyed


def open_session(target: Target, adapter: MeteredAdapter) -> Session:
    """Return a session that sends all requests through an adapter."""
    session = Session()
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    # Otherwise requests would take a key for this host from a .netrc file.
    session.trust_env = False
    if not target.is_loopback:
        session.proxies.update(get_environ_proxies(target.url))
    return session
