"""Web application that streams stories: `uvicorn app:app`, with `BYTEZ_KEY` set."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import StreamingResponse

from bytezkit import AsyncBytez, AsyncTextStream
from bytezkit.errors import BytezError, RateLimitError

MODEL = "Qwen/Qwen3-4B"


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
    """Share one client, and its connections, between all requests."""
    async with AsyncBytez() as client:
        app.state.bytez = client
        yield


app = FastAPI(lifespan=lifespan)


def bytez(request: Request) -> AsyncBytez:
    """Return the client of the application; tests replace this dependency."""
    client: AsyncBytez = request.app.state.bytez
    return client


@app.get("/story")
async def story(about: str, client: Annotated[AsyncBytez, Depends(bytez)]) -> StreamingResponse:
    """Stream a story."""
    stream = client.model(MODEL, task="chat").stream(f"Tell a story about {about}")
    try:
        # The request is sent here: an error still becomes a status.
        first = await anext(stream, "")
    except RateLimitError as error:
        raise HTTPException(503, "try again later") from error
    except BytezError as error:
        raise HTTPException(502, "the model is not available") from error
    return StreamingResponse(chunks(first, stream), media_type="text/plain")


async def chunks(first: str, stream: AsyncTextStream) -> AsyncGenerator[str]:
    """Yield the rest of a stream after its first chunk."""
    # Leaving the block closes the connection to the service if the user goes away.
    async with stream:
        yield first
        async for text in stream:
            yield text
