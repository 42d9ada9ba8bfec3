"""The client of a process."""

import os
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from hashlib import sha256
from typing import Final

from bytezkit._client import Bytez
from bytezkit._core.secrets import Secret

_VARIABLES: Final = ("BYTEZ_KEY", "BYTEZ_BASE_URL", "BYTEZ_ALLOW_INSECURE")


class _Clients:
    """Clients by a digest of their settings. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._clients: dict[str, Bytez] = {}
        self._users: dict[str, int] = {}

    @contextmanager
    def use(self, fetch_key: Callable[[], str] | None) -> Generator[Bytez, None, None]:
        key = None if fetch_key is None else Secret(fetch_key())
        if key is not None:
            key.check("the API key")
        settings = repr([key and key.reveal(), *map(os.environ.get, _VARIABLES)])
        name = sha256(settings.encode(errors="surrogateescape")).hexdigest()
        # A traceback with local variables must not show the key.
        del settings
        with self._lock:
            if name not in self._clients:
                self._close_unused()
                self._clients[name] = Bytez(None if key is None else key.reveal())
            self._users[name] = self._users.get(name, 0) + 1
            client = self._clients[name]
        try:
            yield client
        finally:
            with self._lock:
                self._users[name] -= 1

    def _close_unused(self) -> None:
        for name in [name for name, users in self._users.items() if not users]:
            del self._users[name]
            self._clients.pop(name).close()


# By process: a forked process has none of the threads that use the clients of its parent.
_CLIENTS: Final[dict[int, _Clients]] = {}


@contextmanager
def client_of_process(fetch_key: Callable[[], str] | None) -> Generator[Bytez, None, None]:
    """Yield the client of this process. A change of key or address replaces it.

    Args:
        fetch_key: Returns the API key. Default: the environment variable `BYTEZ_KEY`.

    Raises:
        ConfigurationError: The API key is missing, or the key or an environment variable is wrong.
    """
    with _CLIENTS.setdefault(os.getpid(), _Clients()).use(fetch_key) as client:
        yield client
