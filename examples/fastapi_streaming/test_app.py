"""The application against the emulator, without a port."""

from collections.abc import AsyncIterator

import httpx
import pytest
from app import app, bytez

from bytezkit import AsyncBytez
from bytezkit_emulator import Refused, Stub

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def browser(async_bytez_client: AsyncBytez) -> AsyncIterator[httpx.AsyncClient]:
    app.dependency_overrides[bytez] = lambda: async_bytez_client
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://app") as client:
        yield client
    app.dependency_overrides.clear()


@pytest.mark.bytez(stubs=[Stub("Once upon a time, a duck swam.", task="chat")])
async def test_story_is_streamed(browser: httpx.AsyncClient) -> None:
    response = await browser.get("/story", params={"about": "a duck"})
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.text == "Once upon a time, a duck swam."


@pytest.mark.parametrize(
    "status",
    [
        pytest.param(503, marks=pytest.mark.bytez(stubs=[Stub(Refused(429, "Busy"), task="chat")])),
        pytest.param(502, marks=pytest.mark.bytez(stubs=[Stub(Refused(500, "Out of memory"), task="chat")])),
    ],
)
async def test_error_of_the_service_is_a_status(browser: httpx.AsyncClient, status: int) -> None:
    response = await browser.get("/story", params={"about": "a duck"})
    assert response.status_code == status
