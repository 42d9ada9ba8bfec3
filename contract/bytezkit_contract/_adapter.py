"""Transport adapter that all requests pass: counts and paces them, waits on 429, and inserts the keys."""

import json
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
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

# Cleanup lists clusters and instances twice; the others are for responses with 429.
_CLEANUP_REQUESTS: Final = 8
_MAX_BACKOFF: Final = 32.0


class MeteredAdapter(HTTPAdapter):
    """Sends requests with the real keys, within the limits of the target.

    A request that gets 429 is sent again after a pause, so that no test sees a response with 429. Tests that
    would exceed a limit are skipped.

    Attributes:
        sent: Number of requests sent.
        created: Maximum number of resources to delete at the end; as many requests are reserved for that.
        stop_reason: Why tests may send no further request; None if they may.
    """

    def __init__(self, target: Target, *, second_key: str) -> None:
        super().__init__()
        self._keys: Mapping[str, str] = {KEY_PLACEHOLDER: target.key, SECOND_KEY_PLACEHOLDER: second_key}
        self._target = target
        self._is_cleaning_up = False
        self._next_time = 0.0
        self.sent = 0
        self.created = 0
        self.stop_reason: str | None = None

    @contextmanager
    def cleaning_up(self) -> Generator[None]:
        """Send the requests that are reserved for cleanup."""
        self._is_cleaning_up = True
        try:
            yield
        finally:
            self._is_cleaning_up = False

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        """Send a request, repeatedly if it gets 429, or skip the current test if a limit is reached."""
        waited, backoff = 0.0, 0.5
        while True:
            response = self._send_once(request, *args, **kwargs)
            if response.status_code != 429:
                return response
            response.close()
            # In this order, a pause that is not a number counts as none.
            pause = max(backoff, _retry_after(response))
            waited, backoff = waited + pause, min(2 * backoff, _MAX_BACKOFF)
            if waited > self._target.timeout:
                self._stop(f"the server returns 429 for longer than {self._target.timeout:g} seconds")
            time.sleep(pause)

    def _send_once(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        if self.stop_reason is not None and not self._is_cleaning_up:
            pytest.skip(self.stop_reason)
        reserved = 0 if self._is_cleaning_up else _CLEANUP_REQUESTS + self.created
        if self.sent + reserved >= self._target.max_requests:
            self._stop(f"the budget of {self._target.max_requests} requests is spent")
        if self._target.rate is not None:
            time.sleep(max(0.0, self._next_time - time.monotonic()))
            self._next_time = time.monotonic() + 1 / self._target.rate
        self.sent += 1
        kwargs["verify"] = self._target.ca_file or True
        try:
            response = super().send(self._as_sent(request), *args, **kwargs)
        except RequestException as error:
            # The original error holds the request with the key, and its traceback shows local variables.
            error.request = request
            raise error.with_traceback(None) from None
        response.request = request
        return response

    def redact(self, text: str) -> str:
        """Replace the keys and the values of additional headers in a text, since a server may return them."""
        for secret in (*self._keys.values(), *self._target.headers.values()):
            # A shorter text is likely to occur by chance.
            text = text.replace(secret, "***") if len(secret) >= 8 else text
        return text

    def _stop(self, reason: str) -> None:
        self.stop_reason = self.stop_reason or reason
        pytest.skip(reason)

    def _as_sent(self, request: PreparedRequest) -> PreparedRequest:
        sent = request.copy()
        # Schemathesis gives each request a random id, which the server must not depend on.
        for name in [name for name in sent.headers if name.lower().startswith("x-schemathesis")]:
            del sent.headers[name]
        authorization = sent.headers.get("Authorization")
        if isinstance(authorization, str):
            scheme, space, key = authorization.rpartition(" ")
            key = self._keys.get(key, key)
            if self._target.key_header is None:
                sent.headers["Authorization"] = f"{scheme}{space}{key}"
            else:
                del sent.headers["Authorization"]
                name, _, scheme = self._target.key_header.partition(":")
                sent.headers[name] = f"{scheme} {key}".strip()
        elif isinstance(sent.body, bytes):
            # v1 also accepts the key as a member of the body.
            placeholder, body_key = json.dumps(KEY_PLACEHOLDER), json.dumps(self._keys[KEY_PLACEHOLDER])
            sent.body = sent.body.replace(placeholder.encode(), body_key.encode())
            sent.headers["Content-Length"] = str(len(sent.body))
        sent.headers.update(self._target.headers)
        return sent


def _retry_after(response: Response) -> float:
    """Return the seconds of the header Retry-After, or 0 without a valid one."""
    value = response.headers.get("Retry-After", "")
    try:
        return float(value)
    except ValueError:
        pass
    try:
        return (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds()
    except (TypeError, ValueError):
        return 0.0


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
