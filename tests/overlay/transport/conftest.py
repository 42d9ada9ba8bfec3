"""Fixtures of the transport tests."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.overlay.scripted_service import ClientKind, close


@pytest.fixture
async def http_client(socket_client_kind: ClientKind) -> AsyncIterator[Any]:
    """Return an HTTP client of the caller, without the client's own transport."""
    http_client = httpx.Client() if socket_client_kind == "sync" else httpx.AsyncClient()
    yield http_client
    await close(http_client)
