"""The ASGI application: with other servers' scopes, below a prefix, and under uvicorn."""

import json
import logging
import ssl
import sys
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final
from urllib.parse import unquote

import anyio
import httpx
import pytest
import trustme
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from bytezkit import AsyncBytez
from bytezkit_emulator import Emulator, Fault, Interrupt, Settings, Then
from bytezkit_emulator._common.http_types import ConnectionCutError
from tests.emulator.clients import GPT2, KEY, TASKS, open_client, output

PNG: Final = "/models/v2/dreamlike-art/dreamlike-photoreal-2.0"
AUTHORIZATION: Final = {"authorization": f"Key {KEY}"}
LONG: Final = {"text": "a", "stream": True, "params": {"max_new_tokens": 4096}}


class Messages:
    """The other side of an ASGI application."""

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


BODY = {"type": "http.request", "body": b'{"text": "a"}', "more_body": False}
GONE = {"type": "http.disconnect"}


@pytest.mark.anyio
class TestMessages:
    async def test_a_client_that_leaves_while_it_waits(self) -> None:
        emulator = Emulator(clock="manual", settings=Settings(queue_limit=1))
        for _ in range(3):
            messages = Messages(BODY, GONE)
            await emulator.app(scope("POST", GPT2), messages.receive, messages.send)
            assert messages.sent == []
        assert not emulator._runtime._pending

    async def test_a_client_that_leaves_while_it_sends(self) -> None:
        messages = Messages({**BODY, "more_body": True}, GONE)
        await Emulator().app(scope("POST", GPT2), messages.receive, messages.send)
        assert messages.sent == []

    async def test_a_task_that_is_cancelled(self) -> None:
        emulator = Emulator(clock="manual")
        messages = Messages(BODY)

        async def serve() -> None:
            await emulator.app(scope("POST", GPT2), messages.receive, messages.send)

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(serve)
            await anyio.wait_all_tasks_blocked()
            tasks.cancel_scope.cancel()
        assert messages.sent == []

    async def test_a_stream_whose_sending_fails_before_it_began(self) -> None:
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

    async def test_web_sockets_are_refused(self) -> None:
        messages = Messages({"type": "websocket.connect"})
        web_socket = {**scope("GET", GPT2), "type": "websocket"}
        await Emulator().app(web_socket, messages.receive, messages.send)
        assert [message["type"] for message in messages.sent] == ["websocket.close"]

    async def test_the_life_of_a_server(self) -> None:
        messages = Messages({"type": "lifespan.startup"}, {"type": "lifespan.shutdown"})
        await Emulator().app({"type": "lifespan"}, messages.receive, messages.send)
        assert [message["type"] for message in messages.sent] == [
            "lifespan.startup.complete",
            "lifespan.shutdown.complete",
        ]


@pytest.mark.anyio
@pytest.mark.parametrize("after", [None, 1])
async def test_another_server_ends_a_connection_in_its_own_way(after: int | None) -> None:
    emulator = Emulator(faults=[Fault("cut", Then(interrupt=Interrupt("close", after_bytes=after)))])
    transport = httpx.ASGITransport(emulator.app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://localhost", headers=AUTHORIZATION
    ) as client:
        with pytest.raises(ConnectionCutError, match="close"):
            await client.get(TASKS)


# The prefix, and whether `path` and `raw_path` begin with it; None if there is no `raw_path`.
SCOPES: Final[Mapping[str, tuple[str, bool, bool | None]]] = {
    "no prefix": ("", True, True),
    "no prefix and no raw path": ("", True, None),
    "Starlette, uvicorn": ("/bytez", True, True),
    "a prefix of several parts": ("/a/b", True, True),
    "an encoded prefix": ("/a%20b", True, True),
    "Starlette before 0.33": ("/bytez", False, True),
    "hypercorn, uvicorn before 0.26": ("/bytez", False, False),
    "no raw path": ("/bytez", True, None),
    "a path without the prefix and no raw path": ("/bytez", False, None),
    "a path that begins as the prefix does": ("/mod", False, None),
}

BELOW: Final = pytest.mark.parametrize(
    ("prefix", "in_path", "in_raw_path"), list(SCOPES.values()), ids=list(SCOPES)
)


class Below(httpx.AsyncBaseTransport):
    """Calls an application as a server does that mounts it below a prefix."""

    def __init__(self, app: Any, *, prefix: str, in_path: bool, in_raw_path: bool | None) -> None:
        self._prefix = prefix
        self._in_path = in_path
        self._in_raw_path = in_raw_path

        async def changed(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
            await app(self._scope(scope), receive, send)

        self._transport = httpx.ASGITransport(changed)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert request.url.raw_path.decode().startswith(f"{self._prefix}/")
        return await self._transport.handle_async_request(request)

    def _scope(self, scope: MutableMapping[str, Any]) -> dict[str, Any]:
        changed = {**scope, "root_path": unquote(self._prefix)}
        if not self._in_path:
            changed["path"] = changed["path"].removeprefix(changed["root_path"])
        if self._in_raw_path is None:
            del changed["raw_path"]
        elif not self._in_raw_path:
            changed["raw_path"] = changed["raw_path"].removeprefix(self._prefix.encode())
        return changed


@pytest.mark.anyio
class TestPrefix:
    @BELOW
    async def test_everything_is_below_it(self, prefix: str, in_path: bool, in_raw_path: bool | None) -> None:
        emulator = Emulator()
        transport = Below(emulator.app, prefix=prefix, in_path=in_path, in_raw_path=in_raw_path)
        async with httpx.AsyncClient(
            transport=transport, base_url=f"http://localhost{prefix}", headers=AUTHORIZATION
        ) as client:
            url = output(await client.post(PNG, json={"text": "a"}))
            assert url.startswith(f"http://localhost{prefix}/media/")
            assert (await client.get(url)).headers["content-type"] == "image/png"
            del client.headers["authorization"]
            assert (await client.get("/_emulator/health/ready")).status_code == 200
            documents = await client.get("/docs")
            assert (documents.status_code, documents.headers["location"]) == (307, f"{prefix}/docs/")
            assert (await client.get(documents.headers["location"].removeprefix(prefix))).status_code == 200
            for name in ("openapi.json", "emulator.json"):
                document = (await client.get(f"/docs/{name}")).json()
                assert document["servers"] == [{"url": prefix or "/"}]
        assert [entry.path for entry in emulator.journal.entries()] == [
            PNG,
            url.removeprefix(f"http://localhost{prefix}"),
        ]

    @BELOW
    @pytest.mark.parametrize("path", ["/models/v2/openai-community%2Fgpt2", "/models/v2/100%25/%3F%20%C3%A4"])
    async def test_a_path_stays_as_it_was_encoded(
        self, prefix: str, in_path: bool, in_raw_path: bool | None, path: str
    ) -> None:
        emulator = Emulator()
        transport = Below(emulator.app, prefix=prefix, in_path=in_path, in_raw_path=in_raw_path)
        async with httpx.AsyncClient(transport=transport, base_url=f"http://localhost{prefix}") as client:
            await client.get(path)
        # Without a raw path, nobody can tell an encoded slash from another one.
        expected = path.replace("%2F", "/") if in_raw_path is None else path
        assert emulator.journal.entries()[0].path == expected

    async def test_a_path_that_was_changed_on_its_way(self) -> None:
        emulator = Emulator()

        async def changed(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
            await emulator.app({**scope, "path": TASKS}, receive, send)

        async with httpx.AsyncClient(transport=httpx.ASGITransport(changed)) as client:
            assert output(await client.get("http://localhost/elsewhere", headers=AUTHORIZATION))

    async def test_starlette_mounts_it(self) -> None:
        emulator = Emulator()
        app = Starlette(routes=[Mount("/outer", Starlette(routes=[Mount("/{version}", emulator.app)]))])
        base_url = "http://localhost/outer/bytez"
        async with (
            httpx.AsyncClient(transport=httpx.ASGITransport(app)) as http_client,
            AsyncBytez(KEY, base_url=base_url, http_client=http_client) as client,
        ):
            picture = await client.model(PNG.removeprefix("/models/v2/"), task="text-to-image").run("a cat")
            assert picture.output.url.startswith(f"{base_url}/media/")
            assert (await http_client.get(picture.output.url)).headers["content-type"] == "image/png"


class _Started(uvicorn.Server):
    """A server that tells when it takes connections."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = Event()

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    @property
    def port(self) -> int:
        port: int = self.servers[0].sockets[0].getsockname()[1]
        return port


@contextmanager
def served(emulator: Emulator, **options: Any) -> Iterator[_Started]:
    """Serve an emulator by uvicorn in a thread."""
    server = _Started(uvicorn.Config(emulator.app, port=0, log_level="error", ws="none", **options))
    thread = Thread(target=server.run)
    thread.start()
    try:
        assert server.ready.wait(20)
        yield server
    finally:
        server.should_exit = True
        thread.join()


class TestUvicorn:
    def test_tls(self, tmp_path: Path) -> None:
        authority, context = trustme.CA(), ssl.create_default_context()
        authority.configure_trust(context)
        certificate = authority.issue_cert("localhost")
        file = tmp_path / "server.pem"
        certificate.private_key_and_cert_chain_pem.write_to_path(str(file))
        with (
            served(Emulator(), ssl_certfile=file) as server,
            httpx.Client(verify=context, headers=AUTHORIZATION, trust_env=False) as client,
        ):
            base_url = f"https://localhost:{server.port}"
            url = output(client.post(f"{base_url}{PNG}", json={"text": "a"}))
            assert url.startswith(f"{base_url}/media/")
            assert client.get(url).headers["content-type"] == "image/png"
            with client.stream("POST", f"{base_url}{GPT2}", json=LONG) as response:
                assert len(response.read().split()) > 4000

    @pytest.mark.skipif(sys.platform == "win32", reason="needs Unix sockets")
    def test_a_unix_socket(self, tmp_path: Path) -> None:
        path = str(tmp_path / "socket")
        with (
            served(Emulator(), uds=path),
            httpx.Client(
                transport=httpx.HTTPTransport(uds=path), base_url="http://localhost", headers=AUTHORIZATION
            ) as client,
        ):
            assert output(client.get(TASKS))
            url = output(client.post(PNG, json={"text": "a"}))
            assert client.get(url).headers["content-type"] == "image/png"

    def test_a_root_path(self) -> None:
        with (
            served(Emulator(), root_path="/bytez") as server,
            httpx.Client(base_url=f"http://127.0.0.1:{server.port}", trust_env=False) as client,
        ):
            # A proxy took the prefix away.
            url = output(client.post(PNG, json={"text": "a"}, headers=AUTHORIZATION))
            origin, _, file = url.partition("/bytez/")
            assert origin == f"http://127.0.0.1:{server.port}"
            assert client.get(f"/{file}").headers["content-type"] == "image/png"

    def test_a_fault_breaks_the_connection(self, caplog: pytest.LogCaptureFixture) -> None:
        fault = Fault("cut", Then(interrupt=Interrupt("close", after_bytes=1)))
        with (
            served(Emulator(faults=[fault])) as server,
            httpx.Client(base_url=f"http://127.0.0.1:{server.port}", trust_env=False) as client,
            caplog.at_level(logging.CRITICAL, "uvicorn.error"),
            pytest.raises(httpx.RemoteProtocolError),
        ):
            client.get(TASKS, headers=AUTHORIZATION)
