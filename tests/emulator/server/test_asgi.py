"""The ASGI application: its messages, below a prefix, and under uvicorn."""

import json
from collections.abc import MutableMapping
from threading import Thread
from typing import Any, Final
from urllib.parse import unquote

import anyio
import httpx
import pytest
import uvicorn

from bytezkit_emulator import Emulator, Fault, Interrupt, Settings, Then
from bytezkit_emulator._common.http_types import ConnectionCutError
from tests.emulator.clients import GPT2, KEY, TASKS, open_client, output

PNG: Final = "/models/v2/dreamlike-art/dreamlike-photoreal-2.0"
AUTHORIZATION: Final = {"authorization": f"Key {KEY}"}
LONG: Final = {"text": "a", "stream": True, "params": {"max_new_tokens": 4096}}
BODY: Final = {"type": "http.request", "body": b'{"text": "a"}', "more_body": False}


class Messages:
    """The server's side of an ASGI application."""

    def __init__(self, *incoming: MutableMapping[str, Any]) -> None:
        self._incoming = list(incoming)
        self.sent: list[MutableMapping[str, Any]] = []

    async def receive(self) -> MutableMapping[str, Any]:
        if not self._incoming:
            await anyio.sleep_forever()
        return self._incoming.pop(0)

    async def send(self, message: MutableMapping[str, Any]) -> None:
        self.sent.append(message)


def scope(method: str, path: str) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in AUTHORIZATION.items()],
    }


@pytest.mark.anyio
class TestMessages:
    @pytest.mark.parametrize("more_body", [False, True])
    async def test_disconnect_ends_the_request_without_a_response(self, more_body: bool) -> None:
        emulator = Emulator(clock="manual", settings=Settings(queue_limit=1))
        for _ in range(3):
            messages = Messages({**BODY, "more_body": more_body}, {"type": "http.disconnect"})
            await emulator.app(scope("POST", GPT2), messages.receive, messages.send)
            assert messages.sent == []
        assert not emulator._runtime._pending

    async def test_cancelled_request_sends_nothing(self) -> None:
        messages = Messages(BODY)
        async with anyio.create_task_group() as tasks:
            app = Emulator(clock="manual").app
            tasks.start_soon(app, scope("POST", GPT2), messages.receive, messages.send)
            await anyio.wait_all_tasks_blocked()
            tasks.cancel_scope.cancel()
        assert messages.sent == []

    async def test_stream_whose_head_cannot_be_sent_frees_its_instance(self) -> None:
        emulator = Emulator(clock="manual")
        with open_client(emulator) as client:
            assert client.put(GPT2).status_code == 202
            emulator.clock.advance(Settings().boot_time)

            async def send(message: MutableMapping[str, Any]) -> None:
                raise OSError("the connection is cut")

            messages = Messages({**BODY, "body": json.dumps(LONG).encode()})
            with pytest.raises(OSError, match="cut"):
                await emulator.app(scope("POST", GPT2), messages.receive, send)
            assert output(client.get(GPT2))["inferences"] == 1

    @pytest.mark.parametrize(
        ("kind", "incoming", "sent"),
        [
            ("websocket", ["connect"], ["close"]),
            ("lifespan", ["startup", "shutdown"], ["startup.complete", "shutdown.complete"]),
        ],
    )
    async def test_other_scopes(self, kind: str, incoming: list[str], sent: list[str]) -> None:
        messages = Messages(*({"type": f"{kind}.{it}"} for it in incoming))
        await Emulator().app({**scope("GET", GPT2), "type": kind}, messages.receive, messages.send)
        assert [message["type"] for message in messages.sent] == [f"{kind}.{it}" for it in sent]

    @pytest.mark.parametrize("after", [None, 1])
    async def test_interrupt_raises_in_a_server_without_support_for_it(self, after: int | None) -> None:
        emulator = Emulator(faults=[Fault("cut", Then(interrupt=Interrupt("close", after_bytes=after)))])
        async with asgi_client(emulator.app) as client:
            with pytest.raises(ConnectionCutError, match=r"^close$"):
                await client.get(TASKS)


def asgi_client(app: Any, prefix: str = "") -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url=f"https://localhost{prefix}", headers=AUTHORIZATION
    )


# The prefix, and whether `path` and `raw_path` begin with it; None if there is no `raw_path`.
SCOPES: Final[dict[str, tuple[str, bool, bool | None]]] = {
    "no prefix": ("", True, True),
    "no prefix and no raw path": ("", True, None),
    "Starlette, uvicorn": ("/bytez", True, True),
    "a prefix of several parts": ("/a/b", True, True),
    "an encoded prefix": ("/a%20b", True, True),
    "Starlette before 0.33": ("/bytez", False, True),
    "hypercorn, uvicorn before 0.26": ("/bytez", False, False),
    "no raw path": ("/bytez", True, None),
    "a path without the prefix and no raw path": ("/bytez", False, None),
    "a path with the same beginning as the prefix": ("/mod", False, None),
}


def mounted_client(app: Any, prefix: str, in_path: bool, in_raw_path: bool | None) -> httpx.AsyncClient:
    """Return a client of a server that mounts the application below a prefix."""

    async def mounted(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        assert scope["raw_path"].startswith(f"{prefix}/".encode())
        changed = {**scope, "root_path": unquote(prefix)}
        if not in_path:
            changed["path"] = changed["path"].removeprefix(changed["root_path"])
        if in_raw_path is None:
            del changed["raw_path"]
        elif not in_raw_path:
            changed["raw_path"] = changed["raw_path"].removeprefix(prefix.encode())
        await app(changed, receive, send)

    return asgi_client(mounted, prefix)


@pytest.mark.anyio
class TestPrefix:
    @pytest.mark.parametrize(("prefix", "in_path", "in_raw_path"), SCOPES.values(), ids=SCOPES)
    async def test_all_routes_and_urls_have_the_prefix(
        self, prefix: str, in_path: bool, in_raw_path: bool | None
    ) -> None:
        emulator = Emulator()
        async with mounted_client(emulator.app, prefix, in_path, in_raw_path) as client:
            url = output(await client.post(PNG, json={"text": "a"}))
            assert url.startswith(f"https://localhost{prefix}/media/")
            assert (await client.get(url)).headers["content-type"] == "image/png"
            del client.headers["authorization"]
            assert (await client.get("/_emulator/health/ready")).status_code == 200
            documents = await client.get("/docs")
            assert (documents.status_code, documents.headers["location"]) == (307, f"{prefix}/docs/")
            assert (await client.get(documents.headers["location"].removeprefix(prefix))).status_code == 200
            for name in ("openapi.json", "emulator.json"):
                document = (await client.get(f"/docs/{name}")).json()
                assert document["servers"] == [{"url": prefix or "/"}]
            paths = ["/models/v2/openai-community%2Fgpt2", "/models/v2/100%25/%3F%20%C3%A4"]
            for path in paths:
                await client.get(path)
        # Without a raw path, an encoded slash cannot be told from a plain slash.
        recorded = [it.replace("%2F", "/") if in_raw_path is None else it for it in paths]
        media = url.removeprefix(f"https://localhost{prefix}")
        assert [entry.path for entry in emulator.journal.entries()] == [PNG, media, *recorded]

    async def test_changed_path_overrides_the_raw_path(self) -> None:
        emulator = Emulator()

        async def changed(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
            await emulator.app({**scope, "path": TASKS}, receive, send)

        async with asgi_client(changed) as client:
            assert output(await client.get("/elsewhere"))


def test_uvicorn_serves_a_stream() -> None:
    server = uvicorn.Server(uvicorn.Config(Emulator().app, port=0, log_level="error", ws="none"))
    thread = Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
        _, port = server.servers[0].sockets[0].getsockname()
        url = f"http://localhost:{port}{GPT2}"
        streamed = httpx.post(url, json=LONG, headers=AUTHORIZATION, trust_env=False)
        assert len(streamed.text.split()) > 4000
    finally:
        server.should_exit = True
        thread.join()
