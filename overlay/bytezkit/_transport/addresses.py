"""Connects to the first address of a host that accepts (RFC 8305), as asynchronous networks do."""

import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from itertools import chain, zip_longest
from typing import Final, TypeAlias

import httpcore

# Connects to an address within a number of seconds; None: no limit.
Connect: TypeAlias = Callable[[str, float | None], httpcore.NetworkStream]

# Seconds until the next address is tried while the last attempt goes on.
_ATTEMPT_DELAY: Final = 0.25


def find_addresses(host: str, port: int) -> list[str]:
    """Return the addresses of a host in the order of the system, with the families in turn.

    Raises:
        httpcore.ConnectError: The host has no address.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise httpcore.ConnectError(str(error)) from error
    families: dict[int, list[str]] = {}
    for family, _, _, _, (address, *_) in found:
        families.setdefault(family, []).append(str(address))
    return [address for address in chain(*zip_longest(*families.values())) if address is not None]


def connect_first(addresses: list[str], connect: Connect, timeout: float | None) -> httpcore.NetworkStream:
    """Return the first connection to one of the addresses, and close the others.

    Each attempt has a thread of its own, because an attempt that is slow may still be the first to succeed.

    Args:
        addresses: The addresses in the order of preference.
        connect: Connects to an address.
        timeout: Seconds for all attempts together; None: no limit.

    Raises:
        httpcore.ConnectError: No address accepts.
        httpcore.ConnectTimeout: No address accepts within the timeout.
    """
    if len(addresses) == 1:
        return connect(addresses[0], timeout)
    expiry = None if timeout is None else time.monotonic() + timeout
    waiting = deque(addresses)
    attempts: list[Future[httpcore.NetworkStream]] = []
    pending: set[Future[httpcore.NetworkStream]] = set()
    done: set[Future[httpcore.NetworkStream]] = set()
    connected: Future[httpcore.NetworkStream] | None = None
    try:
        while connected is None and (waiting or pending):
            if waiting:
                rest = None if expiry is None else max(expiry - time.monotonic(), 0.001)
                attempts.append(_start(connect, waiting.popleft(), rest))
                pending.add(attempts[-1])
            done, pending = wait(pending, _ATTEMPT_DELAY if waiting else None, FIRST_COMPLETED)
            connected = next((attempt for attempt in done if attempt.exception() is None), None)
        return (connected or done.pop()).result()
    finally:
        for attempt in attempts:
            if attempt is not connected:
                attempt.add_done_callback(_close)


def _start(connect: Connect, address: str, timeout: float | None) -> Future[httpcore.NetworkStream]:
    attempt = Future[httpcore.NetworkStream]()

    def run() -> None:
        try:
            attempt.set_result(connect(address, timeout))
        except BaseException as error:  # noqa: BLE001 - `connect_first` raises it
            attempt.set_exception(error)

    try:
        # Daemon: an attempt that nobody waits for must not keep the process alive.
        threading.Thread(target=run, name="bytezkit-connect", daemon=True).start()
    except RuntimeError:  # No thread can start while the interpreter exits.
        run()
    return attempt


def _close(attempt: Future[httpcore.NetworkStream]) -> None:
    if attempt.exception() is None:
        attempt.result().close()
